"""What is kept for later commands is believed as long as it is what was written."""

import pytest

from wd.report.read.cache_key import keep, note, read_kept, recall

TOLD = {"a": [1, 2.5, None], "λ": "soft"}


def test_what_was_kept_is_read(tmp_path):
    path = tmp_path / "deep" / "kept.json"
    assert read_kept(path) is None

    for told in (TOLD, [], {}, 0):
        keep(path, told)
        assert read_kept(path) == told


@pytest.mark.parametrize("place", range(0, 140, 7))
def test_a_letter_that_has_changed_is_noticed_wherever_it_stands(tmp_path, place):
    path = tmp_path / "kept.json"
    keep(path, TOLD | {"more": 80 * "x"})
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    assert read_kept(path) is None


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"of": 1}', "\n{}", f"{64 * '0'}\n{{}}", "\udcff"]
)
def test_what_nobody_kept_is_not_believed_and_is_no_error(tmp_path, text):
    stamp, folder = tmp_path / "docs.stamp", tmp_path / "docs"
    folder.mkdir()
    note(stamp, "key", folder, TOLD)
    assert recall(stamp, "key", folder)["told"] == TOLD
    stamp.write_text(text, encoding="utf-8", errors="surrogateescape")

    assert read_kept(stamp) is None
    assert recall(stamp, "key", folder) is None
