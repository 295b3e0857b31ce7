"""Text that comes in is shown as it is, wherever it is put, and runs nothing."""

import json

import markdown
import pytest
from bs4 import BeautifulSoup
from mkdocs.config import load_config

from wd.project import PROJECT, name_in_commands
from wd.report.content.tables.reproduce import provenance
from wd.report.read.escapes import escape_markdown, write_code
from wd.report.read.tables import markdown as tabulate
from wd.report.site.inspection import read_page
from wd.report.tell.citation import Citation
from wd.report.tell.sources import Sources

RUN = "window.ran"
ACTIVE = (
    "body details form iframe input math meta noscript object script style svg template textarea"
    " title video"
).split()
TICKS = ["`", "``", "` ", "|", "\n\n", "](javascript:window.ran=1)", "[", "*", "\\"]


class Stub:
    """Readings of evidence that somebody else made, who wrote the same text everywhere."""

    def __init__(self, text):
        self.config = Stub.Config()
        self.provenance = {
            name: [text, text]
            for name in ("commit", "python", "system", "device", "processor", "started", "torch")
        }

    class Config:
        text = ""


@pytest.fixture(scope="module")
def convert():
    """A function that makes HTML of Markdown as the site does."""
    config = load_config(str(PROJECT / "mkdocs.yml"), docs_dir=str(PROJECT / "docs/en"))
    made = markdown.Markdown(
        extensions=[each for each in config.markdown_extensions if "arithmatex" not in each],
        extension_configs=config.mdx_configs,
    )
    return lambda text: BeautifulSoup(
        made.reset().convert(text), "html.parser", multi_valued_attributes=None
    )


def cite(text, labels, _):
    build = Citation(Stub(text), labels)
    said = f"Evidence of {build.date}, commit `{build.commit}`, {build.year}"
    return f"{said}\n\n```\n{build.bibtex}\n```"


def refer(text, labels, folder):
    path = folder / "references.toml"
    words = "".join(f"{name} = {json.dumps(text)}\n" for name in ("authors", "title", "venue"))
    path.write_text(f"[a]\n{words}", encoding="utf-8")
    sources = Sources(path, labels)
    (entry,) = sources.entries
    listed = f"{entry['authors']}. *{entry['title']}*. {entry['venue']}."
    return "\n\n".join([listed, sources.cite("a"), sources.preview("a")])


CELL = "a table's cell"  # whose Markdown counts: what runs there, the gate refuses
PLACES = {
    "evidence, in a table": lambda text, labels, _: provenance(Stub(text), labels),
    "evidence, in a citation": cite,
    "references": refer,
    CELL: lambda text, *_: tabulate(["a", "b"], [[text, text]], 0),
    "a description": lambda text, *_: f"![{escape_markdown(text)}](a.svg)",
    "a sentence": lambda text, *_: f"It is {escape_markdown(text)}.",
    "code": lambda text, *_: f"It is {write_code(text)}.",
}


def find_live(soup):
    """The elements that run something, or could."""
    return [
        tag
        for tag in soup.find_all(True)
        if tag.name in ACTIVE
        or any(
            name.startswith("on") or (RUN in value and name != "alt")
            for name, value in tag.attrs.items()
        )
    ]


@pytest.mark.parametrize("place", PLACES)
def test_a_text_makes_nothing_that_runs(place, payloads, labels, tmp_path, convert):
    for number, payload in enumerate(payloads):
        for text in (payload, f"${payload}$", *(f"{tick}{payload}" for tick in TICKS)):
            soup = convert(PLACES[place](text, labels, tmp_path))
            assert find_live(soup) == [], (number, text)


LINK = "[x](javascript:window.ran=1)"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", [LINK, f"${LINK}$5", f"$ {LINK} $", f"` {LINK} `", f"`` {LINK} ``", f"a` {LINK} `b"]
)
def test_a_text_makes_no_link_that_runs(place, text, labels, tmp_path, convert):
    soup = convert(PLACES[place](text, labels, tmp_path))
    told = read_page(f"<article>{soup}</article>").problems

    assert find_live(soup) == [] or (place == CELL and any("is code" in each for each in told))


@pytest.mark.parametrize("text", [*TICKS, "a`b", "``a`", "<b>", "a | b", "_a_ *b*", "&amp;"])
def test_a_text_is_shown_as_it_is(text, convert):
    said = " ".join(text.split())
    assert convert(f"x {escape_markdown(text)} y").get_text() == f"x {said} y"
    if said:
        assert convert(f"x {write_code(text)} y").code.get_text() == said


def test_a_configuration_is_named_in_a_command_by_nothing_that_ends_its_code(tmp_path, payloads):
    for payload in payloads:
        named = name_in_commands(tmp_path / f"{payload.replace('/', '')}`.toml")
        assert named == " --config FILE.toml"
    assert name_in_commands(tmp_path / "my own.toml") == " --config 'my own.toml'"
