"""What was found on a page is known to the next build, as long as page and code are the same."""

from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from wd.report.site import aside
from wd.report.site.aside import Aside, find_kept
from wd.report.site.inspection import read_page

PAGES = {
    "index.html": '<h1 id="home">Home</h1><a href="soft/">Soft</a>',
    "soft/index.html": '<h1 id="soft">Soft</h1><a href="../"></a>',
}


@pytest.fixture
def read(monkeypatch):
    """The pages that were read, as the checks go on."""
    read = []

    def read_one(html):
        read.append(html)
        return read_page(html)

    monkeypatch.setattr(aside, "read_page", read_one)
    return read


def inspect(kept, pages=PAGES):
    """A build's inspections."""
    build = Aside(kept)
    for address, html in pages.items():
        build.inspect(address, html)
    return build.gather()


def test_an_unchanged_page_is_not_read_again_and_what_was_found_is_the_same(tmp_path, read):
    kept = tmp_path / "inspected" / "en.json"
    found = inspect(kept)
    assert read == list(PAGES.values())

    assert inspect(kept) == found == {name: read_page(html) for name, html in PAGES.items()}
    assert read == list(PAGES.values())
    assert found["soft/index.html"].problems == ['the link "../" has no text']


def test_a_changed_page_is_read_and_the_others_stay_known(tmp_path, read):
    kept = tmp_path / "en.json"
    inspect(kept)
    read.clear()
    changed = PAGES["soft/index.html"].replace("></a>", ">Home</a>")

    for _ in range(2):
        found = inspect(kept, PAGES | {"soft/index.html": changed})
        assert found["soft/index.html"].problems == []
    assert read == [changed]


def test_a_page_that_is_built_again_leaves_the_others_known(tmp_path, read):
    kept = tmp_path / "en.json"
    build = Aside(kept)
    for part, html in PAGES.items():
        build.inspect(part, html)
        assert build.gather() == {part: read_page(html)}
    read.clear()

    inspect(kept)

    assert read == []


class Busy:
    """A team that begins its first two tasks alone."""

    def __init__(self):
        self.given = []

    def submit(self, work, task):
        coming = Future()
        self.given.append(task)
        if len(self.given) <= 2:
            coming.set_running_or_notify_cancel()
            coming.set_result(work(task))
        return coming


def test_what_the_other_process_has_not_begun_is_read_here(monkeypatch, read):
    team = Busy()
    monkeypatch.setattr(aside, "Pool", lambda *_: team)
    pages = {str(number): f"<h1>{number}</h1><p id={number}>" for number in range(5)}
    build = Aside()
    build.begin()
    for address, html in pages.items():
        build.inspect(address, html)
    assert team.given == list(pages.values())

    found = build.gather()

    assert [(address, page.ids) for address, page in found.items()] == [(n, [n]) for n in pages]
    assert read == [pages[n] for n in "01432"]


def test_other_code_reads_every_page_again(tmp_path, read, monkeypatch):
    kept = tmp_path / "en.json"
    inspect(kept)
    read.clear()
    monkeypatch.setattr(aside, "_name_code", lambda: "other")

    inspect(kept)

    assert read == list(PAGES.values())


def test_a_file_of_which_one_letter_has_changed_is_not_asked(tmp_path, read):
    kept = tmp_path / "en.json"
    found = inspect(kept)
    kept.write_text(kept.read_text(encoding="utf-8").replace("soft", "soft1"), encoding="utf-8")

    assert inspect(kept) == found
    assert inspect(kept) == found
    assert len(read) == 2 * len(PAGES)


def test_each_site_has_a_file_of_its_own(tmp_path):
    sites = [
        SimpleNamespace(
            site_dir=str(tmp_path / "site" / language),
            use_directory_urls=folders,
            extra={"cache": str(tmp_path / "cache")},
        )
        for language in ("en", "zh-Hans")
        for folders in (True, False)
    ]
    assert len({find_kept(site) for site in sites}) == len(sites)
    assert all(find_kept(site).is_relative_to(tmp_path / "cache") for site in sites)

    sites[0].extra = {}
    assert find_kept(sites[0]) is None
