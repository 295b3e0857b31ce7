"""Where in a template something went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import NoReturn

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


def refuse_unnamed(
    kind: str, name: str, function: Callable[..., object], given: int, values: Sequence[object]
) -> NoReturn:
    """Refuse a look-up whose arguments don't say what they are, and write it as it should be.

    Args:
        kind: What is looked up: "number" or "table".
        name: Its name.
        function: What makes it.
        given: How many of its first arguments are none of the template's: readings, labels.
        values: What stands behind the name.

    Raises:
        SiteError: Always.
    """
    may = [*signature(function).parameters][given:]
    said = [
        json.dumps(name),
        *(f"{key}={json.dumps(each)}" for key, each in zip(may, values, strict=False)),
    ]
    right = f"{{{{ {kind}({', '.join(said)}) }}}}"
    if may:
        raise SiteError(f"the {kind} {name!r} has arguments without names.\nWrite: {right}")
    raise SiteError(f"the {kind} {name!r} takes no arguments.\nWrite: {right}")


def _line(error: BaseException, name: str) -> str:
    """Find the template's line in the traceback; Jinja rewrites it to point there."""
    trace, line = error.__traceback__, None
    while trace:
        if Path(trace.tb_frame.f_code.co_filename).name == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""
