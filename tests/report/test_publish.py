"""What is offered for download is what the pages show, and only what changed is written."""

import csv
import gzip
import io
import re
from collections import Counter

import pytest

from wd.declarations import IMPLEMENTATIONS
from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.project import PROJECT
from wd.report import publish
from wd.report.publish import _write
from wd.report.site.languages import FIRST, LANGUAGES, Language, programs
from wd.report.site.navigation import list_pages
from wd.report.site.root import write_redirect, write_robots
from wd.report.tell import downloads
from wd.report.tell.downloads import Offer, gather_downloads
from wd.report.tell.studies import TEMPLATE

STUDIES = {"chapter": {"weight_decay": [0, 3], "seeds": 2, "curves_every": 50}, "b": {"seeds": 1}}


def read(path):
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_the_runs_come_with_every_column_that_the_issue_of_reproducing_them_needs(invent, tmp_path):
    readings = invent(STUDIES)

    rows = read(gather_downloads(readings, programs(), tmp_path / "downloads")["data/runs.csv"])

    assert len(rows) == 5
    assert {"study", *IMPLEMENTATIONS["scratch"].reads, "seed", "device", "status"} <= rows[
        0
    ].keys()
    assert {"train_loss", "test_loss", "w_norm", "b"} <= rows[0].keys()
    first = next(row for row in rows if row["study"] == "chapter")
    assert (first["n_train"], first["epochs"], first["weight_decay"]) == ("20", "100", "0.0")
    assert first["theta"] == ""


def test_a_point_of_a_curve_can_be_joined_to_its_run(invent, tmp_path):
    readings = invent(STUDIES)

    files = gather_downloads(readings, programs(), tmp_path / "downloads")

    runs = {row["run"]: row for row in read(files["data/runs.csv"])}
    points = read(files["data/curves.csv"])
    assert len(points) == 4 * 3
    assert {runs[point["run"]]["study"] for point in points} == {"chapter"}
    ends = [point for point in points if point["epoch"] == "100"]
    assert [point["w_norm"] for point in ends] == [runs[point["run"]]["w_norm"] for point in ends]


def test_a_run_that_diverged_has_empty_numbers_and_its_status(invent, tmp_path):
    readings = invent({"hot": {"lr": 10, "seeds": 1}})

    (row,) = read(gather_downloads(readings, programs(), tmp_path / "downloads")["data/runs.csv"])

    assert row["status"] == "diverged"
    assert [row[name] for name in ("train_loss", "test_loss", "w_norm", "b")] == [""] * 4


def test_evidence_that_the_report_shows_as_a_whole_is_offered_as_it_is(invent, tmp_path):
    readings = invent({"b": {"seeds": 1}})

    content = gather_downloads(readings, programs(), tmp_path / "downloads")["data/evidence.sqlite"]

    assert content.read_bytes() == readings.evidence.path.read_bytes()


def test_of_large_evidence_the_first_seeds_of_every_setting_are_offered(
    invent, tmp_path, monkeypatch
):
    readings = invent({"chapter": STUDIES["chapter"] | {"seeds": 400}, "b": {"seeds": 20}})
    size = readings.evidence.path.stat().st_size
    monkeypatch.setattr(downloads, "LARGEST", size // 2)

    files = gather_downloads(readings, programs(), tmp_path / "downloads")

    with gzip.open(files["data/runs.csv.gz"], "rt") as file:
        runs = list(csv.DictReader(file))
    most = Offer(readings).most
    assert 100 <= most < 400
    assert Counter(run["study"] for run in runs) == {"chapter": 2 * most, "b": 20}
    assert {int(run["seed"]) for run in runs} == set(range(most))
    with gzip.open(files["data/curves.csv.gz"], "rt") as file:
        assert {row["run"] for row in csv.DictReader(file)} == {
            run["run"] for run in runs if run["study"] == "chapter"
        }
    with Evidence(files["data/evidence.sqlite"]) as sample:  # sealed anew
        assert sample.rows("SELECT count(*) FROM results") == [(len(runs),)]
    assert files["data/evidence.sqlite"].stat().st_size <= size * 0.6


def test_downloads_are_written_again_only_when_the_evidence_changed(invent, tmp_path):
    kept, readings = tmp_path / "downloads", invent({"b": {"seeds": 2}})
    first = gather_downloads(readings, {}, kept)["data/runs.csv"].stat()

    assert gather_downloads(readings, {}, kept)["data/runs.csv"].stat() == first
    (kept / "runs.csv").write_text("cut off")
    again = gather_downloads(readings, {}, kept)["data/runs.csv"]
    assert len(read(again)) == 2
    more = gather_downloads(invent({"c": {"seeds": 3}}), {}, kept)["data/runs.csv"]
    assert [run["study"] for run in read(more)] == ["c"] * 3


def test_only_what_changed_is_written_and_what_is_gone_is_removed(tmp_path):
    files = {"a.md": b"1", "data/b.csv": b"2", "data/c.csv": b"3"}
    _write(tmp_path, files)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in files}

    _write(tmp_path, files)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in files} == times
    _write(tmp_path, {"a.md": b"1", "data/b.csv": b"4"})

    assert (tmp_path / "a.md").stat().st_mtime_ns == times["a.md"]
    assert (tmp_path / "data/b.csv").read_bytes() == b"4"
    assert not (tmp_path / "data/c.csv").exists()


def test_the_order_of_the_pages_is_that_of_the_navigation():
    order = list_pages(PROJECT / "mkdocs.yml")

    assert order[0] == "index"
    assert order.index("hard") < order.index("soft") < order.index("optimum")
    assert {"scratch", "concise", "matrix", "references"} <= set(order)
    assert len(order) == len(set(order))


def test_every_template_is_in_the_navigation_and_the_other_way_round():
    """Adding a page is a template and a line of the navigation; the studies' pages have no line."""
    folder = PROJECT / "docs/en"
    pages = {path.name.removesuffix(".md.j2") for path in folder.glob("*.md.j2")} - {TEMPLATE}

    assert pages | {path.stem for path in (folder / "notebooks").glob("*.py")} == set(
        list_pages(PROJECT / "mkdocs.yml")
    )


HOME = """<head><title>A title</title><meta name="viewport" content="width=device-width">
<meta name="description" content="Words."><meta property="og:title" content="A title – a promise">
<meta name="twitter:card" content="summary"></head>"""


def test_the_root_leads_to_the_first_language_without_scripts_and_offers_all():
    html = write_redirect("en", HOME, languages=[("en", "English"), ("xx", "Xish")])

    assert '<noscript><meta http-equiv="refresh" content="0; url=en/index.html"></noscript>' in html
    assert '<a href="en/index.html" hreflang="en" lang="en">English</a>' in html
    assert '<a href="xx/index.html" hreflang="xx" lang="xx">Xish</a>' in html
    assert re.findall("<script[^>]*>", html) == ['<script src="en/assets/root.js">']


def test_the_root_names_its_whole_address_where_it_has_one():
    html = write_redirect("en", HOME, "https://example.org/report/")

    assert '<link rel="canonical" href="https://example.org/report/en/">' in html


def test_the_root_is_shared_like_the_page_that_it_leads_to():
    html = write_redirect("en", HOME)

    assert "<title>A title</title>" in html
    shared = [meta for meta in re.findall("<meta[^>]*>", HOME) if "viewport" not in meta]
    assert [meta for meta in re.findall("<meta[^>]*>", HOME) if meta in html] == shared


def test_crawlers_may_see_everything_and_learn_of_the_sitemap_where_there_is_an_address():
    allowed = "User-agent: *\nAllow: /\n"
    assert write_robots("http://127.0.0.1:8000/") == allowed
    published = write_robots("https://example.org/report")
    assert published.startswith(allowed)
    assert published.count("Sitemap: https://example.org/report/") == len(LANGUAGES)
    assert all(f"/report/{name}/sitemap.xml\n" in published for name in LANGUAGES)


def test_a_language_without_a_home_is_refused_before_anything_is_rendered(tmp_path, monkeypatch):
    begun = Language("xx", tmp_path / "docs/xx", PROJECT / "mkdocs.zh-Hans.yml")
    monkeypatch.setattr(publish, "LANGUAGES", {FIRST.name: FIRST, "xx": begun})

    with pytest.raises(SiteError, match=r"docs/xx has no page .*: index\.md\.j2"):
        publish.write_pages(None, tmp_path / "build", languages=publish.LANGUAGES)
