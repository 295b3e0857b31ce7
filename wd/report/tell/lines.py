"""Where in a template something went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jinja2

from wd.errors import SiteError, WdError


@contextmanager
def naming_line(name: str) -> Iterator[None]:
    """Turn what goes wrong while a template is rendered into an error with its name and line.

    Raises:
        SiteError: For the template's own errors and for those of what it looks up.
    """
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise SiteError(f"{name}, line {error.lineno}: {error.message}") from error
    except (WdError, jinja2.TemplateError, LookupError, TypeError, ValueError) as error:
        raise SiteError(f"{name}{_line(error, name)}: {error}") from error


def _line(error: BaseException, name: str) -> str:
    """Find the template's line in the traceback; Jinja rewrites it to point there."""
    trace, line = error.__traceback__, None
    while trace:
        if Path(trace.tb_frame.f_code.co_filename).name == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""
