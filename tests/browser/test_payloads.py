"""Nothing that comes in as text runs on a page, and what is planted in one is blocked."""

import logging
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

import nbformat

from wd.report.site import notebook_page
from wd.report.site.notebook_page import plain_page
from wd.report.site.policy import POLICY

PLACES = {
    "prose": lambda text: nbformat.v4.new_markdown_cell(f"# A title\n\n{text}\n"),
    "html": lambda text: with_output({"text/html": text}),
    "markdown": lambda text: with_output({"text/markdown": text}),
    "latex": lambda text: with_output({"text/latex": text}),
    "printed": lambda text: with_output({"text/plain": text}),
}


def with_output(data):
    output = nbformat.v4.new_output("display_data", data)
    return nbformat.v4.new_code_cell("show()", outputs=[output])


def test_no_output_or_prose_of_a_notebook_runs_anything(tmp_path, monkeypatch, browse, payloads):
    """Without any policy: the pages themselves hold nothing that runs."""
    monkeypatch.setattr(logging.getLogger("traitlets"), "disabled", True)
    # which refuses images that the notebook has none of
    monkeypatch.setattr(notebook_page, "_describe_images", lambda *_: None)
    from mkdocs_jupyter.convert import nb2html

    pages = []
    for place, make in PLACES.items():
        cells = [make(payload) for payload in payloads]
        if place == "html":
            cells.append(with_output({"application/javascript": "window.ran = 1"}))
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = dict.fromkeys(
            ("display_name", "name", "language"), "python"
        )
        nbformat.write(notebook, tmp_path / "page.ipynb")
        converted = nb2html(str(tmp_path / "page.ipynb"), allow_errors=False)
        html = plain_page(converted, notebook, place)
        pages.append(tmp_path / f"{place}.html")
        pages[-1].write_text(f'<!doctype html><meta charset="utf-8">{html}', encoding="utf-8")
    for number, payload in enumerate(payloads[:2]):  # the same pages as they would be otherwise
        pages.append(tmp_path / f"bare-{number}.html")
        pages[-1].write_text(f"<!doctype html>{payload}", encoding="utf-8")

    ran = {Path(page).stem: seen["ran"] for page, seen in browse("payloads.cjs", *pages).items()}
    assert ran == dict.fromkeys(PLACES, 0) | {"bare-0": 1, "bare-1": 1}


def test_the_policy_blocks_what_is_planted_in_a_page_and_nothing_of_the_page(
    tmp_path, offline_site, browse, payloads
):
    """All pages have one policy; the survey of the site hears what it blocks of the others."""
    shutil.copytree(offline_site, tmp_path / "site")
    pages = tmp_path / "site/en"
    studies = sorted(pages.glob("study-*.html"))[::8]  # all are made from one template
    whole = [*studies, *(pages / f"{name}.html" for name in ("index", "scratch", "train"))]
    planted = []
    for number, payload in enumerate(payloads):
        page = pages / f"planted-{number}.html"
        text = (pages / "replicated.html").read_text(encoding="utf-8")
        page.write_text(text.replace("</h1>", f"</h1>{payload}", 1), encoding="utf-8")
        planted.append(page)

    seen = browse("payloads.cjs", *whole, *planted)
    assert studies
    assert {page: seen[str(page)] for page in map(str, planted) if seen[page]["ran"]} == {}
    assert any("Content Security Policy" in line for line in seen[str(planted[0])]["said"])
    assert {page.name: seen[str(page)]["said"] for page in whole if seen[str(page)]["said"]} == {}


def test_nothing_in_an_address_runs(tmp_path, offline_site, browse, payloads):
    """Widgets keep their state there; without the policy, so that it is theirs to take care."""
    site = tmp_path / "site"
    shutil.copytree(offline_site, site)
    page = site / "en/my-norm.html"
    page.write_text(POLICY.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    names = re.findall('<(?:select|input)[^>]* name="([^"]+)"', page.read_text(encoding="utf-8"))
    states = [urlencode(dict.fromkeys([*names, "norm", "q"], each)) for each in payloads]
    addresses = [f"{page.as_uri()}?{state}#{state}" for state in states]

    assert names
    assert {
        address: seen["ran"] for address, seen in browse("payloads.cjs", *addresses).items()
    } == (dict.fromkeys(addresses, 0))
