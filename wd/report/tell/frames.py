"""A widget in a page: its frame, filled with words, and its data in an attribute.

The frame has its final size before the script runs, so that nothing moves when it does. The data
aren't in a script element, because the theme's instant navigation would run it as one.
"""

from __future__ import annotations

import json

import jinja2

from wd.errors import SiteError
from wd.project import REPORT
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.read.widgets import WIDGETS
from wd.report.tell.absences import expecting_numbers

FOLDER = REPORT.folder / "docs" / "widgets"


class Frames:
    """The widgets of one language."""

    def __init__(self, readings: Readings, labels: Labels, content: str) -> None:
        """Prepare the frames; `content` is the package with the report's widgets."""
        self._readings = readings
        self._labels = labels
        self._widgets = WIDGETS.load(content)
        self._placed: dict[tuple[str, str], str] = {}
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def place(self, name: str, view: str = "") -> str:
        """Write a widget's HTML.

        Args:
            name: The widget's.
            view: How it begins, where it has several ways to.

        Raises:
            Missing: If this build lacks what it shows.
            SiteError: If there is no such widget, or its words are missing.
        """
        if name not in self._widgets:
            raise SiteError(f"there is no widget {name!r}")
        if (name, view) not in self._placed:
            with expecting_numbers():
                data = self._widgets[name](self._readings, self._labels)
            data["words"] = self._labels.table("widget", name, "script")
            try:
                content = json.dumps(
                    data, ensure_ascii=False, separators=(",", ":"), allow_nan=False
                )
            except ValueError:
                raise Missing("infinite") from None
            frame = self._environment.get_template(f"{name}.html.j2").render(
                words=self._labels.table("widget", name), data=data, content=content, view=view
            )
            # A blank line would end the block of HTML in Markdown.
            self._placed[name, view] = "\n".join(filter(str.strip, frame.splitlines()))
        return self._placed[name, view]


def write_mark(text: str, light: str = "", turn: float | None = None) -> str:
    """Write words that light up what they name in the page's widget, or turn it to a value.

    Args:
        text: The words, as Markdown; a formula alone would leave the button without a name.
        light: The part of the picture: what its class is called after `explore__`.
        turn: The value of the widget's main quantity.

    Raises:
        SiteError: If it does neither.
    """
    if not light and turn is None:
        raise SiteError(f"the mark {text!r} neither lights nor turns anything")
    does = (f' data-light="{light}"' if light else "") + (
        f' data-turn="{turn:g}"' if turn is not None else ""
    )
    return f'<button type="button" class="mark"{does}>{text}</button>'
