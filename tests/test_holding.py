"""One command at a time builds into a folder: the others are told who does, or wait."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wd.errors import ConfigError
from wd.holding import HOLDER, LOCK, holding

ROOT = Path(__file__).parents[1]
HOLD = """
import sys
from pathlib import Path
from wd.holding import holding
with holding(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLD, tmp_path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_second_command_is_told_who_builds_and_since_when(tmp_path, holder):
    with pytest.raises(ConfigError) as refused, holding(tmp_path):
        pass

    first, second = str(refused.value).splitlines()
    assert f"process {holder.pid}, since 2" in first
    assert "--wait" in second


@pytest.mark.parametrize("note", ["", "[]", '{"process": "a"}', '{"process": 1}'])
def test_a_second_command_is_refused_also_where_the_note_of_the_first_is_broken(
    tmp_path, holder, note
):
    (tmp_path / HOLDER).write_text(note)

    with pytest.raises(ConfigError, match="another process is building"), holding(tmp_path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("wait", [False, True])
def test_nothing_needs_to_be_unlocked_after_a_process_was_killed(tmp_path, holder, wait):
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with holding(tmp_path, wait=wait):
        assert (tmp_path / LOCK).exists()


def test_who_waits_goes_on_when_the_other_is_done(tmp_path, holder):
    command = [sys.executable, "-c", HOLD.replace("1])", "1]), wait=True"), tmp_path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as second:
        holder.communicate("\n")
        assert second.communicate("\n") == ("ready\n", None)


def test_a_command_holds_within_its_own_holding_and_leaves_nothing(tmp_path):
    folder = tmp_path / "build"
    with holding(folder):
        with holding(folder):
            pass
        assert {path.name for path in folder.iterdir()} == {LOCK, HOLDER}
    assert not folder.exists()
