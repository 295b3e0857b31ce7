"""Styles and scripts of the site, and the script of all widgets, joined from its modules."""

from pathlib import Path

from wd.project import PROJECT, REPORT

WIDGETS = REPORT.folder / "docs" / "assets" / "explore"


def list_assets() -> list[tuple[str, Path]]:
    """List styles and scripts, the engine's and the report's, by their places in the site.

    What is called after the widgets' folder is of a report, and its modules come joined.
    """
    engine, own = (folder / "docs" / "assets" for folder in (PROJECT, REPORT.folder))
    found = {
        path.relative_to(home.parent).as_posix(): path
        for home in (engine, own)
        for path in home.rglob("*.*")
        if path.parent != WIDGETS
        and (home == own or not path.relative_to(home).parts[0].startswith(WIDGETS.name))
    }
    return sorted(found.items())


def join_scripts() -> str:
    """The widgets' script, one for them all: a browser refuses modules from file://."""
    parts = ((WIDGETS / f"{name}.js").read_text(encoding="utf-8") for name in list_scripts())
    return '"use strict";\n\n(function () {\n' + "\n".join(parts) + "})();\n"


def list_scripts() -> list[str]:
    """The modules of that script by name; `start`, which runs the others, is the last."""
    names = (path.stem for path in WIDGETS.glob("*.js"))
    return sorted(names, key=lambda name: (name == "start", name))
