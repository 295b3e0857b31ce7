"""The script of all widgets, joined from the modules in docs/assets/explore."""

from wd.project import PROJECT

WIDGETS = PROJECT / "docs" / "assets" / "explore"


def join_scripts():
    """The widgets' script, one for them all: a browser refuses modules from file://."""
    parts = ((WIDGETS / f"{name}.js").read_text(encoding="utf-8") for name in list_scripts())
    return '"use strict";\n\n(function () {\n' + "\n".join(parts) + "})();\n"


def list_scripts():
    """The modules of that script by name; `start`, which runs the others, is the last."""
    names = (path.stem for path in WIDGETS.glob("*.js"))
    return sorted(names, key=lambda name: (name == "start", name))
