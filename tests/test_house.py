"""The house keeps its order: one way of imports, one idea per module, words with the prose."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from wd.report.read.labels import Labels

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "wd").rglob("*.py"))
TREES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_bytes()
    )
    for path in MODULES
}
REPORT = [name for name in TREES if name.startswith("wd.report")]
LAB = [name for name in TREES if name.startswith("wd.lab")]

CORRIDOR = ("wd.declarations", "wd.config", "wd.evidence", "wd.project", "wd.errors")
READ = ("wd.report.read", *CORRIDOR)
MAY_IMPORT = {
    "wd": (),
    "wd.errors": (),
    "wd.project": (),
    "wd.interrupts": (),
    "wd.garbage": (),
    "wd.console": ("wd.errors", "wd.garbage", "wd.interrupts"),
    "wd.foresight": ("wd.lab", *CORRIDOR),
    "wd.holding": ("wd.errors",),
    "wd.workers": ("wd.errors", "wd.garbage", "wd.interrupts"),
    "wd.cluster": ("wd.errors",),
    "wd.training": ("wd.foresight", "wd.console", "wd.cluster", "wd.lab", *CORRIDOR),
    "wd.output": ("wd.errors", "wd.project"),
    "wd.declarations": ("wd.declarations", "wd.errors", "wd.project"),
    "wd.config": ("wd.config", "wd.declarations", "wd.errors"),
    "wd.evidence": CORRIDOR,
    "wd.lab": ("wd.lab", "wd.workers", "wd.cluster", *CORRIDOR),
    "wd.report": ("wd.report", "wd.workers", *CORRIDOR),
    "wd.report.read": READ,
    "wd.report.content": ("wd.report.content", *READ),
    "wd.report.tell": ("wd.report.tell", "wd.workers", *READ),
    "wd.report.site": ("wd.report.site", "wd.workers", "wd.holding", "wd.output", *READ),
    "wd.report.print": (
        "wd.report.print",
        "wd.report.tell",
        "wd.report.site",
        "wd.workers",
        *READ,
    ),
    "wd.report.compare": ("wd.report.compare", "wd.report.tell", *READ),
    "wd.pipeline": ("wd",),
    "wd.comparing": ("wd",),
}
"""Each part of the house, and what it may know of the others."""


def imported(tree):
    """What a module imports anywhere in it, functions and type checks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name, parts):
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def part_of(name):
    return max((part for part in MAY_IMPORT if within(name, [part])), key=len)


@pytest.mark.parametrize("name", TREES)
def test_imports_go_one_way(name):
    """From the configuration over the lab to the evidence, and from there to the report.

    Within the report, what would tell another report as well never imports this one's content.
    """
    allowed = MAY_IMPORT[part_of(name)]
    known = {each for each in imported(TREES[name]) if each in TREES} - {"wd"}

    assert [each for each in known if not within(each, allowed)] == []


def test_no_two_modules_need_each_other():
    graph = {name: set(imported(tree)) & TREES.keys() - {name} for name, tree in TREES.items()}

    assert len(list(TopologicalSorter(graph).static_order())) == len(TREES)


def of_the_site(name):
    return within(name, ["wd.report.site"])


@pytest.mark.parametrize("name", [name for name in TREES if not of_the_site(name)])
def test_only_the_site_knows_mkdocs_and_its_theme(name):
    assert [each for each in imported(TREES[name]) if within(each, ["mkdocs", "material"])] == []


@pytest.mark.parametrize("name", REPORT)
def test_the_report_never_names_torch_in_an_import(name):
    assert [each for each in imported(TREES[name]) if within(each, ["torch", "jax"])] == []


def test_the_report_never_imports_torch_by_a_detour_either():
    """All its modules in a fresh Python, but for those that run inside MkDocs."""
    code = (
        "import sys; from importlib import import_module;"
        f"[import_module(name) for name in {REPORT}];"
        "print(sorted({'torch', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", ["wd.config", "wd.evidence.store", "wd.errors", "wd.console"])
def test_the_corridor_needs_no_torch_and_no_numbers(name):
    heavy = ["torch", "numpy", "scipy", "matplotlib"]

    assert [each for each in imported(TREES[name]) if within(each, heavy)] == []


def test_declarations_and_configuration_load_where_torch_cannot():
    """So that a page can be rendered, and a mistake refused, without the lab's libraries."""
    names = [name for name in TREES if within(name, CORRIDOR)]
    code = (
        "import sys; from importlib import import_module;"
        "sys.modules.update(dict.fromkeys(['torch', 'numpy', 'scipy', 'sklearn']));"
        f"[import_module(name) for name in {names}];"
        "import wd.config; from pathlib import Path;"
        "print(len(wd.config.load(Path('report.toml')).studies) > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_one_idea(path):
    """Its name says which, and 300 lines hold it."""
    assert not {"utils", "util", "helpers", "helper", "common", "misc", "tools"} & {
        path.stem,
        path.parent.name,
    }
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "name", [name for name in TREES if name not in ("wd.console", "wd.interrupts")]
)
def test_library_code_neither_exits_nor_reads_the_command_line(name):
    called = {
        ast.unparse(node.func)
        for statement in TREES[name].body
        if "__main__" not in ast.unparse(statement)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
    }

    assert not {"exit", "quit", "sys.exit", "os._exit", "input"} & called


# Words

RENDERING = [name for name in REPORT if name.split(".")[2:3] in [["read"], ["content"], ["tell"]]]
"""The modules whose strings can end up on a page; the others speak to who builds it."""

QUERY = re.compile(r"\b(SELECT|FROM|WHERE|JOIN|ORDER BY)\b")
PLACES = re.compile(r"(outside )?(upper|lower|center) (left|right|center)|(offset|axes) \w+")
MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}|[\w-]+=\S+")
WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")


def sentences(tree):
    """Literals with two words in a row that aren't docstrings, refusals, queries or places."""
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            silent.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            text = MARKUP.sub(" ", node.value)
            if WORDS.search(PLACES.sub("", text)) and not QUERY.search(text):
                yield node.value


def test_the_search_for_sentences_finds_one():
    tree = ast.parse(
        'def f(x):\n    """A docstring of words."""\n    raise ValueError("not a number")\n'
        'def g(x):\n    db("SELECT name FROM runs")\n    return f"<b>{x} runs diverged</b>"\n'
    )

    assert list(sentences(tree)) == [" runs diverged</b>"]


@pytest.mark.parametrize("name", RENDERING)
def test_no_english_sentence_stands_in_code_that_renders_pages(name):
    """Words belong to docs/LANGUAGE, where a translation can reach them."""
    assert list(sentences(TREES[name])) == []


# Labels


@pytest.fixture(scope="module")
def labels():
    return Labels(ROOT / "docs/en/labels")


def test_the_alternative_text_of_a_figure_is_not_its_caption(labels):
    for name in REPORT:
        if name.startswith("wd.report.content.figures."):
            import_module(name)
    figures = import_module("wd.report.read.figures").FIGURES.load("wd.report.content")
    assert len(figures) >= 7
    described = labels.table("figure")

    assert [name for name in figures if described[name]["alt"] == described[name]["caption"]] == []
