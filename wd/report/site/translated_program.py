"""A translated program as an executed notebook, without executing it.

Its code is the first language's, letter for letter, but for comments, docstrings and the strings
that it prints; so are its results, in which only those strings are others. A test executes it.
"""

from __future__ import annotations

import ast
import json
import re
from itertools import zip_longest
from pathlib import Path

from wd.errors import SiteError
from wd.report.read.cache_key import digest
from wd.report.site.notebook_page import ANCHORS

_HEADING = re.compile("^#+ (.*)$", re.MULTILINE)


def translate(executed: bytes, original: Path, translation: Path, cache: Path) -> bytes:
    """Put a translated program's words into the executed notebook of the original.

    Args:
        executed: The original's notebook.
        original: The program that was executed.
        translation: The same program with other words.
        cache: A folder of earlier results.

    Raises:
        SiteError: If the programs differ in more than words; the message names the cell.
    """
    key = digest(
        [original, Path(__file__)], executed.decode(), translation.read_text(encoding="utf-8")
    )
    kept = cache / f"{key[:32]}.ipynb"
    if not kept.is_file():
        notebook = _translate(json.loads(executed), original, translation)
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return kept.read_bytes()


def _translate(notebook: dict, original: Path, translation: Path) -> dict:
    import jupytext
    from mkdocs_jupyter.utils import slugify

    old, new = (
        jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells
        for path in (original, translation)
    )
    if len(old) != len(notebook["cells"]):
        raise SiteError(f"{original.name} isn't the program that was executed")
    for place, (before, after) in enumerate(zip_longest(old, new), start=1):
        where = f"{translation}, cell {place}"
        if before is None or after is None or before.cell_type != after.cell_type:
            raise SiteError(f"{where}: {original} has another cell here")
        cell = notebook["cells"][place - 1]
        cell["source"] = after.source.splitlines(keepends=True)
        for name, value in after.metadata.items():
            if name in cell["metadata"]:
                cell["metadata"][name] = value
        if before.cell_type == "markdown":
            cell["metadata"][ANCHORS] = [slugify(each) for each in _HEADING.findall(before.source)]
        if before.cell_type == "code":
            printed = _compare(before.source, after.source, where)
            for output in cell["outputs"]:
                if "text" in output:
                    output["text"] = [_replace(line, printed) for line in output["text"]]
    return notebook


def _compare(before: str, after: str, where: str) -> list[tuple[str, str]]:
    """Make sure that code is the same; return the printed strings that differ, in pairs."""
    trees = [ast.parse(text) for text in (before, after)]
    printed = [_take_words(tree) for tree in trees]
    lines = [ast.dump(tree, indent=1).splitlines() for tree in trees]
    if lines[0] != lines[1] or len(printed[0]) != len(printed[1]):
        raise SiteError(f"{where}: its code isn't that of the first language's program")
    return [pair for pair in zip(*printed, strict=True) if pair[0] != pair[1]]


def _take_words(tree: ast.AST) -> list[str]:
    """Take docstrings and printed strings out of a tree; return the printed ones."""
    printed = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Expr(ast.Constant(""))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            for each in _list_strings(node):
                printed.append(str(each.value))
                each.value = ""
    return printed


def _list_strings(call: ast.Call) -> list[ast.Constant]:
    """The strings among a call's arguments, and those around the values of formatted ones."""
    parts = [part for each in call.args for part in getattr(each, "values", [each])]
    return [
        part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _replace(line: str, printed: list[tuple[str, str]]) -> str:
    for before, after in printed:
        line = line.replace(before, after)
    return line
