"""A language made from English word by word, so that what isn't a language's own is seen.

Every word gets accents and a Han letter behind it: `bias` becomes `bìàs字`.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import yaml

from wd.report.site.languages import FIRST, read_mkdocs

NAME, THEME = "xx", "ja"  # the theme's strings are in a language without Latin letters
_ACCENTS = str.maketrans("aeiouyAEIOUY", "àèìòùỳÀÈÌÒÙỲ")
_KEPT = re.compile(
    r"""
      \{[ ]\#(?:\{\{.*?\}\}|[^{}\n])*\}
    | \{%\s*call\ equation.*?endcall\s*%\} | \{\{.*?\}\} | \{%.*?%\} | \{\#.*?\#\} | \{[^{}\n]*\}
    | ^\s*(?:!!!|\?\?\?\+?)[ ]\w+
    | \$\$.*?\$\$ | \$[^$\n]*\$ | \\[A-Za-z]+
    | (?P<fence>```+).*?(?P=fence) | `[^`\n]*`
    | <[^>\n]*> | \]\((?:\{\{.*?\}\}|[^)\s])*\) | https?://\S+ | &\w+;
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
_TEX_TEXT = re.compile(r"(?<=\\text\{)[^{}]*(?=\})")
_ARGUMENT = re.compile(
    r'(?<=, ")[^"=]*(?="\s*\)\s*\}\})|(?<=mark\(")[^"]*(?=")'
    r'|(?<=else ")[^"]*(?=")|(?<=\{\{ ")[^"]*(?=" if )'
)
_FRONT = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_VALUE = re.compile(r'(?<=: ").*(?="$)', re.MULTILINE)
_COMMENTS = re.compile(r"(?:^#(?! %%).*\n)+", re.MULTILINE)
_STRING = re.compile(r'(?<=")[^"]*(?=")')


def disguise(text: str) -> str:
    """Change every word of a text; look-ups, code, formulas and markup stay."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_change(text[end : kept.start()]), _change_inside(kept[0])]
        end = kept.end()
    return "".join([*parts, _change(text[end:])])


def write_language(project: Path) -> None:
    """Write the folder of the language and its MkDocs file into a copy of the project."""
    first, folder = project / "docs" / FIRST.name, project / "docs" / NAME
    for path in [*first.glob("*.md.j2"), *first.glob("labels/*.toml"), *first.glob("notebooks/*")]:
        text = path.read_text(encoding="utf-8")
        change = {".j2": _change_page, ".toml": _change_labels, ".py": _change_program}[path.suffix]
        target = folder / path.relative_to(first)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(change(text), encoding="utf-8")
    shutil.copy(project / "docs/zh-Hans/faces.toml", folder)
    (project / f"mkdocs.{NAME}.yml").write_text(_write_mkdocs(project), encoding="utf-8")


def _change(text: str) -> str:
    return _WORD.sub(lambda word: f"{word[0].translate(_ACCENTS)}字", text)


def _change_inside(kept: str) -> str:
    if kept.startswith("{{"):  # words for a look-up
        return _ARGUMENT.sub(lambda words: _change(words[0]), kept)
    return _TEX_TEXT.sub(lambda words: _change(words[0]), kept)


def _change_page(text: str) -> str:
    front = _FRONT.match(text)
    if not front:
        return disguise(text)
    told = front[1].partition("search:")[0]
    told = _VALUE.sub(lambda value: disguise(value[0]), told)
    rest = front[1][len(front[1].partition("search:")[0]) :]
    return f"---\n{told}{rest}---\n{disguise(text[front.end() :])}"


def _change_labels(text: str) -> str:
    def walk(table: dict, above: tuple[str, ...] = ()) -> list[str]:
        lines = [f"[{'.'.join(json.dumps(key) for key in above)}]"] if above else []
        for key, value in table.items():
            if isinstance(value, str):
                lines.append(f"{json.dumps(key)} = {json.dumps(disguise(value))}")
            elif not isinstance(value, dict):
                lines.append(f"{json.dumps(key)} = {json.dumps(value)}")
        for key, value in table.items():
            if isinstance(value, dict):
                lines += walk(value, (*above, key))
        return lines

    return "\n".join(walk(tomllib.loads(text))) + "\n"


def _change_program(text: str) -> str:
    # A text may go over several lines, as a formula does.
    text = _COMMENTS.sub(lambda block: disguise(block[0]), text)
    return "".join(map(_change_line, text.splitlines(keepends=True)))


def _change_line(line: str) -> str:
    code, sign, comment = line.partition("#")
    if line.startswith("# %%") or '"""' in line or line.lstrip().startswith("print("):
        return _STRING.sub(lambda value: disguise(value[0]), line)
    if sign and code.strip() and '"' not in code:
        return code + sign + disguise(comment)
    return line


def _write_mkdocs(project: Path) -> str:
    told = read_mkdocs(project / "mkdocs.yml")

    def name(entry: object) -> object:
        if isinstance(entry, dict):
            return {disguise(title): name(each) for title, each in entry.items()}
        return [name(each) for each in entry] if isinstance(entry, list) else entry

    palette = [
        {**each, "toggle": {**each["toggle"], "name": disguise(each["toggle"]["name"])}}
        for each in told["theme"]["palette"]
    ]
    extra = told["extra"]
    return yaml.safe_dump(
        {
            "INHERIT": "mkdocs.yml",
            **{key: disguise(told[key]) for key in ("site_name", "site_description", "copyright")},
            "nav": name(told["nav"]),
            "theme": {"language": THEME, "palette": palette},
            "extra": {
                "language": "Xìsh",
                "promise": disguise(extra["promise"]),
                "labels": {key: disguise(value) for key, value in extra["labels"].items()},
            },
            "markdown_extensions": {
                "toc": {"permalink_title": disguise("Link to this section")},
            },
        },
        allow_unicode=True,
    )
