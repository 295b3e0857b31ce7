"""The whole report as one PDF, printed by Chromium from the built site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from wd.config import Config
from wd.evidence.store import Evidence
from wd.project import REPORT
from wd.report.print.book import join, read_chapters, read_words
from wd.report.print.chromium import find_chromium, print_pdf
from wd.report.read.faces import Family, cut_families, read_families
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.site.languages import FIRST, LANGUAGES, Language, programs
from wd.report.site.navigation import Section, list_screen_only, read_parts
from wd.report.tell.citation import Citation
from wd.report.tell.pages import SUFFIX
from wd.workers import count_cores

NAME = REPORT.name
_DRAFT = "<style>.katex-mathml { display: none }</style>"
"""What takes no room on a sheet needn't be laid out to count sheets."""


def write_pdfs(config: Config, evidence: Evidence, output: Path) -> list[Path]:
    """Print the built site of every language, several at a time.

    Returns:
        The files: OUTPUT/NAME.pdf, and one named after each further language.

    Raises:
        ConfigError: If there is no Chromium.
        SiteError: If a page isn't in the site, or Chromium doesn't print.
    """
    chromium, readings = find_chromium(), Readings(config, evidence)
    folders = {language: language.prepare(output) for language in LANGUAGES.values()}
    families = {language: read_families(folder) for language, folder in folders.items()}
    with ThreadPoolExecutor(count_cores()) as pool:
        printing = []
        for language, folder in folders.items():
            labels = Labels(folder / "labels")
            about = _about(output / "site" / language.name, Citation(readings, labels), labels)
            # its own faces first, then others: an English page may name a Chinese book
            spoken = [language, *(each for each in families if each is not language)]
            faces = [family for each in spoken for family in families[each]]
            what = (language, folder, labels, about, faces)
            printing.append(pool.submit(_print, chromium, output, *what))
        return [each.result() for each in printing]


def _print(
    chromium: str,
    output: Path,
    language: Language,
    folder: Path,
    labels: Labels,
    about: list[str],
    families: list[Family],
) -> Path:
    site, words = output / "site" / language.name, labels.table("pdf")
    parts = [_choose(part, language, folder) for part in read_parts(language.mkdocs_file)]
    chapters = read_chapters(site, parts, words, list_screen_only(language.mkdocs_file))
    pdf = output / f"{NAME}{'' if language is FIRST else f'-{language.name}'}.pdf"
    with TemporaryDirectory(dir=output, prefix="site-") as place:
        page, printed = Path(place, "book.html"), Path(place, "book.pdf")
        # Only with these letters: whole faces have radicals too, which Chromium writes instead.
        texts = [*(str(each.article) for each in chapters), *map(str, words.values()), *about]
        faces = cut_families(families, "".join(texts), Path(place))
        draft = join(site, chapters, words, about, {}, faces)
        page.write_text(draft.replace("</head>", f"{_DRAFT}</head>", 1), encoding="utf-8")
        # Chromium can't write the number of another sheet: it is read from a first print.
        print_pdf(chromium, page, printed, draft=True)
        numbers = find_sheets(printed)
        page.write_text(join(site, chapters, words, about, numbers, faces), encoding="utf-8")
        print_pdf(chromium, page, printed)
        printed.replace(pdf)
    return pdf


def _choose(sections: list[Section], language: Language, folder: Path) -> list[Section]:
    """The navigation without the pages that the language doesn't have, in its words."""
    derived = language.derivation
    there = {path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}")}
    there |= programs(folder).keys()
    return [
        (derived.convert(title) if derived else title, [page for page in pages if page in there])
        for title, pages in sections
    ]


def find_sheets(pdf: Path) -> dict[str, int]:
    """Find the sheet, from 1, on which each anchor stands that something links to."""
    from pypdf import PdfReader

    reader = PdfReader(pdf)
    return {
        name.removeprefix("/"): page + 1
        for name, place in reader.named_destinations.items()
        if (page := reader.get_destination_page_number(place)) is not None
    }


def _about(site: Path, build: Citation, labels: Labels) -> list[str]:
    """The lines of the title page."""
    description, licence, address = read_words(site)
    evidence = labels("citation", "note", date=build.date or "–", config=build.config)
    if build.commit:
        evidence += labels("citation", "commit", commit=build.commit)
    version = labels("pdf", "version", version=build.version, evidence=evidence)
    link = f'<a href="{address}">{address}</a>' if address else ""
    return [line for line in (description, build.authors, version, link, licence) if line]
