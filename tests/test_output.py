"""The output folder: builds replace what builds made, and cleaning deletes nothing else."""

import os
import subprocess
import sys
import time

import pytest

from wd import output as outputs
from wd.errors import ConfigError, SiteError
from wd.output import (
    EVIDENCE,
    MANIFEST,
    SIGNS,
    clean,
    make_fresh,
    prepare,
    record,
    recording,
    swap,
)

ONE_HOUR_NS = 3600 * 10**9


def write(path, text="something"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def list_files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def built(tmp_path):
    """A folder with all that builds make, in the manifest."""
    output = tmp_path / "build"
    for name in (EVIDENCE, "docs/en/data/evidence.sqlite", "site/.nojekyll", "site/en/index.html"):
        write(output / name)
    record(output, EVIDENCE, "docs")
    record(output, "site")
    return output


# The manifest


def test_the_manifest_names_every_file_once(built):
    record(built, "docs", "site")

    lines = (built / MANIFEST).read_text().splitlines()
    assert sorted(lines) == [
        "docs/en/data/evidence.sqlite",
        EVIDENCE,
        "site/.nojekyll",
        "site/en/index.html",
    ]


def test_the_manifest_forgets_what_a_build_no_longer_makes(built):
    (built / "site/en/index.html").unlink()
    write(built / "site/en/other.html")
    record(built, "site")

    lines = (built / MANIFEST).read_text().splitlines()
    assert [line for line in lines if line.startswith("site")] == [
        "site/.nojekyll",
        "site/en/other.html",
    ]


def test_cleaning_leaves_nothing_of_a_build(built):
    assert clean(built) == []
    assert not built.exists()
    assert clean(built) == []


def test_the_user_s_own_files_beside_and_inside_what_was_built_survive(built):
    own = [
        "thesis.pdf",
        "site-photos/one.jpg",
        "cache/mine/notes.txt",
        "docs/notes.txt",
        "site/en/draft.html",
        f"{EVIDENCE}.damaged-2030-01-01T000000",
    ]
    for name in own:
        write(built / name)

    assert clean(built) == ["cache", "docs", own[-1], "site", "site-photos", "thesis.pdf"]
    assert [name for name in list_files(built) if (built / name).is_file()] == sorted(own)


def test_what_a_build_left_that_was_stopped_is_cleaned_and_what_was_there_before_stays(built):
    write(built / "cache/mine.txt")
    with pytest.raises(KeyboardInterrupt), recording(built, "cache", "site"):
        write(built / "cache/words/dictionary")
        write(built / "site/en/page.html")
        raise KeyboardInterrupt

    assert clean(built) == ["cache"]
    assert [name for name in list_files(built) if (built / name).is_file()] == ["cache/mine.txt"]


def test_an_empty_folder_of_the_user_stays(built):
    (built / "mine").mkdir()
    (built / "site/mine").mkdir()

    clean(built)

    assert list_files(built) == ["mine", "site", "site/mine"]


@pytest.mark.parametrize(
    "line",
    [
        "../x",
        "site/../../x",
        "{outside}/x",
        "../other/empty/x",
        "/{outside}/x",
        "..",
        ".",
        "/",
        "site\0",
        "site/en",
        "out/x",
        "out/empty/x",
    ],
)
def test_a_manifest_that_was_tampered_with_deletes_nothing_outside(built, tmp_path, line):
    outside = [write(tmp_path / "x"), write(tmp_path / "other/x")]
    (tmp_path / "other/empty").mkdir()
    (built / "out").symlink_to(tmp_path / "other")
    with (built / MANIFEST).open("a") as manifest:
        manifest.write(line.format(outside=tmp_path / "other") + "\n")

    assert clean(built) == ["out"]

    assert all(path.is_file() for path in outside)
    assert (tmp_path / "other/empty").is_dir()


def test_a_link_that_the_manifest_names_goes_and_what_it_leads_to_stays(built, tmp_path):
    kept = write(tmp_path / "kept.txt")
    (built / "site/link").symlink_to(kept)
    record(built, "site")

    assert clean(built) == []
    assert kept.is_file()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\n", b"site/en/index.html\nsite/en"])
def test_a_damaged_manifest_deletes_less(built, content):
    (built / MANIFEST).write_bytes(content)

    assert EVIDENCE in clean(built)
    assert (built / "docs/en/data/evidence.sqlite").is_file()


def test_a_stop_while_the_manifest_is_written_leaves_the_last_one(built, monkeypatch):
    before = (built / MANIFEST).read_bytes()
    write(built / "weight-decay.pdf")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        record(built, "weight-decay.pdf")
    assert (built / MANIFEST).read_bytes() == before
    monkeypatch.undo()
    assert clean(built) == ["weight-decay.pdf"]


def test_a_file_that_cannot_be_deleted_is_an_error_of_ours(built, monkeypatch):
    def refuse(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with pytest.raises(ConfigError, match=r"can't be deleted: Permission denied\.$"):
        clean(built)


# What a build may replace


@pytest.mark.parametrize("name", SIGNS)
def test_a_folder_that_no_build_made_is_refused(tmp_path, name):
    write(tmp_path / name / "index.md")

    with pytest.raises(ConfigError, match="was there before any build"):
        prepare(tmp_path)
    with pytest.raises(ConfigError, match="was there before any build"):
        clean(tmp_path)
    assert (tmp_path / name / "index.md").is_file()


@pytest.mark.parametrize("name", ["site", "offline"])
def test_evidence_makes_no_other_folder_a_build_s_own(tmp_path, name):
    write(tmp_path / EVIDENCE)
    write(tmp_path / name / "index.html")

    with pytest.raises(ConfigError, match="was there before any build"):
        prepare(tmp_path)


def test_pages_whose_first_rendering_was_stopped_are_a_build_s_own(tmp_path):
    write(tmp_path / EVIDENCE)
    write(tmp_path / "docs/en/index.md")

    prepare(tmp_path)


def test_a_file_is_no_output_folder(tmp_path):
    with pytest.raises(ConfigError, match=r"is no folder\.\nGive one with --output DIR\."):
        prepare(write(tmp_path / "file"))


# The swap


def fill(place, name):
    fresh = make_fresh(place)
    write(fresh / ".nojekyll")
    write(fresh / name)
    return fresh


def test_a_finished_folder_takes_the_place_of_the_last_one(tmp_path):
    for name in ("first.html", "second.html"):
        swap(fill(tmp_path / "site", name), tmp_path / "site")

        assert list_files(tmp_path) == ["site", "site/.nojekyll", f"site/{name}"]


def test_a_link_stays_and_the_folder_that_it_leads_to_is_replaced(tmp_path):
    root, place = tmp_path / "www/root", tmp_path / "build/site"
    write(root / "old.html")
    place.parent.mkdir()
    place.symlink_to(root)

    swap(fill(place, "new.html"), place)

    assert place.is_symlink()
    assert list_files(root) == [".nojekyll", "new.html"]
    assert [path.name for path in root.parent.iterdir()] == ["root"]


def test_a_swap_that_fails_brings_the_last_folder_back(tmp_path, monkeypatch):
    """As where a program has a file of it open, on Windows."""
    place = tmp_path / "site"
    swap(fill(place, "good.html"), place)
    fresh, rename = fill(place, "new.html"), type(place).rename

    def refuse(path, target):
        if path == fresh:
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    with pytest.raises(SiteError, match=r"can't be replaced: Permission denied\.\nClose what"):
        swap(fresh, place)
    assert (place / "good.html").is_file()


KILLED = """
import os, signal, sys
from pathlib import Path
from wd.output import make_fresh, swap
place = Path(sys.argv[1])
fresh = make_fresh(place)
(fresh / ".nojekyll").touch()
(fresh / "new.html").touch()
rename, renames = Path.rename, []
def rename_and_stop(*arguments):
    if len(renames) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    renames.append(arguments)
    return rename(*arguments)
Path.rename = rename_and_stop
swap(fresh, place)
"""


@pytest.mark.parametrize("renames", [0, 1])
@pytest.mark.parametrize("name", ["site", "offline"])
def test_a_kill_before_or_between_the_two_renames_is_healed_by_the_next_command(
    tmp_path, name, renames
):
    place = tmp_path / name
    swap(fill(place, "good.html"), place)
    env = {"PYTHONPATH": str(outputs.__file__).rpartition("/wd/")[0]}
    subprocess.run([sys.executable, "-c", KILLED, place, str(renames)], env=env, check=False)
    assert place.exists() == (renames == 0)

    prepare(tmp_path)

    assert list_files(tmp_path) == [name, f"{name}/.nojekyll", f"{name}/good.html"]


def leave(folder, what, process, age_ns=0):
    path = folder / f".{what}-site-{process}-{time.time_ns() - age_ns}"
    write(path / "index.html")
    return path


@pytest.fixture
def living():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid


@pytest.fixture
def dead():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_dead_processes_left_is_swept_and_that_of_living_ones_is_not(tmp_path, living, dead):
    going_on = [leave(tmp_path, "new", living, ONE_HOUR_NS), leave(tmp_path, "old", living)]
    for what in ("new", "old"):
        leave(tmp_path, what, dead)
        leave(tmp_path, what, os.getpid())  # of an earlier one with this one's number
    write(tmp_path / "site/.nojekyll")

    prepare(tmp_path)

    left = [path for path in tmp_path.iterdir() if path.name != "site"]
    assert sorted(left) == sorted(going_on)


def test_a_swap_that_ought_to_be_over_is_healed_though_its_number_lives_again(tmp_path, living):
    """In a container the numbers of processes come back at once."""
    leave(tmp_path, "old", living, ONE_HOUR_NS)

    outputs._heal(tmp_path)

    assert (tmp_path / "site/index.html").is_file()


def test_the_latest_of_several_folders_is_brought_back(tmp_path, dead):
    for age, name in ((2, "older"), (1, "latest"), (3, "oldest")):
        write(leave(tmp_path, "old", dead, age * ONE_HOUR_NS) / name)

    outputs._heal(tmp_path)

    assert list_files(tmp_path) == ["site", "site/index.html", "site/latest"]


@pytest.mark.parametrize(
    "name",
    [
        ".old-site-photos",
        ".new-site-1-x",
        ".old-site-photos-2019-4",
        "site-photos",
        ".old-website-999999999-1",
        ".old-site-999999999-1.zip",
    ],
)
def test_a_folder_of_another_name_is_not_swept(tmp_path, name):
    write(tmp_path / name / "mine.txt")

    prepare(tmp_path)

    assert (tmp_path / name / "mine.txt").is_file()
    assert not (tmp_path / "site").exists()


def test_on_other_systems_no_process_is_asked_for(tmp_path, monkeypatch):
    """On Windows os.kill(number, 0) ends the process: there the age decides alone."""
    monkeypatch.setattr(outputs.os, "kill", None)
    young, old = leave(tmp_path, "new", 5), leave(tmp_path, "new", 6, 30 * ONE_HOUR_NS)
    monkeypatch.setattr(outputs, "_is_posix", lambda: False)

    prepare(tmp_path)

    assert young.exists()
    assert not old.exists()
