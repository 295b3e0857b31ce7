"""Ctrl-C and SIGTERM: a word, an end, an exit code; what is finished is there."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from wd import pipeline
from wd.evidence.store import Evidence

ROOT = Path(__file__).parents[1]
SAID = "stopping; what is finished is kept: the same command goes on from there\n"
WITHIN_S = 60  # generous: the machine may be busy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")


def start(code, *arguments):
    """A command that is interrupted as by a terminal: the signal goes to its whole group."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(process, pattern):
    while not re.match(pattern, said := process.stdout.readline()):
        assert said, process.stderr.read()


TRAIN = """
import sys
from pathlib import Path
from wd import pipeline
from wd.console import refusing
from wd.report.site import notebooks
notebooks.list_changed = lambda evidence: {}
with refusing():
    pipeline.run(Path(sys.argv[1]), Path(sys.argv[2]), "cpu", None)
"""
MANY = """
[study.mine]
implementation = ["scratch", "concise"]
lr = [0.001, 0.002, 0.003, 0.004]
epochs = 200
n_features = 100
seeds = 1000
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_training_is_stopped_with_a_word_and_keeps_what_is_finished(tmp_path, number, code):
    config, output = tmp_path / "mine.toml", tmp_path / "build"
    config.write_text(MANY)
    with start(TRAIN, config, output) as process:
        wait_for(process, "mine: [^0]")
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=WITHIN_S)

    assert (process.returncode, said) == (code, SAID)
    with Evidence(output / pipeline.EVIDENCE) as evidence:
        assert 0 < evidence.rows("SELECT count(*) FROM runs")[0][0] < 8000
    _, left = psutil.wait_procs(started, timeout=WITHIN_S)
    assert left == []


STUCK = """
import time
from wd.console import refusing
with refusing():
    print("ready", flush=True)
    while True:
        try:
            time.sleep(600)
        except KeyboardInterrupt:  # as a library might
            pass
"""


@pytest.mark.parametrize("signals", [1, 2])
def test_what_does_not_stop_by_itself_is_ended_and_by_a_second_signal_at_once(signals):
    with start(STUCK) as process:
        wait_for(process, "ready")
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
        _, said = process.communicate(timeout=WITHIN_S)

    assert (process.returncode, said) == (130, SAID)


PROGRAM = """
# %%
import time
from pathlib import Path

Path(PLACE).touch()
time.sleep(600)
"""
EXECUTE = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from wd import pipeline
from wd.console import refusing
with refusing(), ThreadPoolExecutor(1) as aside, pipeline.stopping() as stop:
    executing = aside.submit(pipeline._execute, {Path(sys.argv[1]): "mine"}, stop)
    print("ready", flush=True)
    executing.result()
"""


def test_the_kernels_of_programs_end_too(tmp_path):
    place, program = tmp_path / "there", tmp_path / "mine.py"
    program.write_text(PROGRAM.replace("PLACE", repr(str(place))))
    with start(EXECUTE, program) as process:
        wait_for(process, "ready")
        end = time.monotonic() + WITHIN_S
        while not place.exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=WITHIN_S)

    assert started
    assert (process.returncode, said) == (130, SAID)
    _, left = psutil.wait_procs(started, timeout=WITHIN_S)
    assert left == []


def test_handlers_are_as_before_after_a_command_that_was_not_stopped():
    from wd.console import refusing

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with refusing():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
