"""Work done side by side is the work done one after the other, and ends when it should."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import pytest

from wd.errors import WdError
from wd.workers import Pool, count_cores, work_through

ROOT = Path(__file__).parents[1]


def pool(settle=None):
    return Pool(2, [__name__], settle)


def square(number):
    return number * number


def tell_process(_):
    return os.getpid()


def leave(number):
    if number == 3:
        os._exit(1)
    return number


def nap(seconds):
    time.sleep(seconds)


def refuse(number):
    raise WdError(f"{number} is refused.")


def mark(path):
    path.with_name(f"{os.getpid()}").touch()


def test_results_come_in_the_order_of_the_tasks_wherever_they_are_made():
    tasks = list(range(20))
    expected = [(task, task * task) for task in tasks]

    for team in (None, pool()):
        assert list(work_through(square, tasks, team)) == expected
    assert list(work_through(square, tasks, pool(), here=lambda task: task % 3)) == expected


def test_some_tasks_stay_in_this_process_and_the_others_leave_it():
    found = dict(work_through(tell_process, range(6), pool(), here=lambda task: task % 2 == 0))

    assert {found[task] for task in (0, 2, 4)} == {os.getpid()}
    assert os.getpid() not in {found[task] for task in (1, 3, 5)}


def test_a_process_settles_before_its_first_task(tmp_path):
    found = dict(work_through(tell_process, range(4), pool(partial(mark, tmp_path / "x"))))

    assert {str(process) for process in found.values()} <= {
        path.name for path in tmp_path.iterdir()
    }


def test_a_refusal_arrives_as_it_was_raised():
    with pytest.raises(WdError, match=r"^0 is refused\.$"):
        list(work_through(refuse, range(3), pool()))


def test_a_process_that_was_ended_from_outside_is_refused_with_what_to_do():
    with pytest.raises(WdError, match="ended from outside") as error:
        list(work_through(leave, range(8), pool()))
    assert len(str(error.value).splitlines()) == 2


def test_tasks_may_be_dropped_before_their_process_is_ended(monkeypatch):
    found = []
    monkeypatch.setattr(threading, "excepthook", found.append)
    with pool() as team:
        assert [team.submit(square, 2).result() for _ in range(4)] == 4 * [4]
        tasks = [team.submit(nap, 60) for _ in range(20)]
        time.sleep(0.2)  # two are done and some are at hand; the others wait for their turn
        dropped = [each for each in tasks if each.cancel()]
        for process in multiprocessing.active_children():
            process.terminate()
        with pytest.raises(BrokenProcessPool):
            tasks[0].result()

    assert len(dropped) >= 10
    assert found == []


def test_a_result_goes_when_nobody_has_it_any_more():
    """Without waiting for Python to look for garbage, which it does seldom here."""
    gc.disable()
    try:
        with pool() as team:
            coming = team.submit(square, 3)
            assert coming.result() == 9
            seen = weakref.ref(coming)
            del coming
            for _ in range(500):  # Python's thread lets go of it a moment later
                if seen() is None:
                    return
                time.sleep(0.01)
    finally:
        gc.enable()
    raise AssertionError("it is still held")


def test_tasks_that_nobody_waits_for_are_dropped():
    results = work_through(square, range(1000), pool())
    assert next(results) == (0, 0)

    results.close()


IMPORTED = """
import sys
from tests.test_workers import has_wave, pool
from wd.workers import Pool, work_through
Pool(1, ["wave"])
assert "wave" not in sys.modules
assert all(found for _, found in work_through(has_wave, range(4), pool()))
"""


def has_wave(_):
    return "wave" in sys.modules


@pytest.mark.skipif(sys.platform != "linux", reason="processes are started another way")
def test_what_a_pool_imports_is_there_in_every_later_process():
    subprocess.run([sys.executable, "-c", IMPORTED], cwd=ROOT, check=True)


SLEEP = """
import time
from tests.test_workers import pool, tell_process
from wd.workers import work_through
for _, process in work_through(tell_process, range(8), pool()):
    print(process, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_no_process_outlives_the_one_that_started_it():
    command = [sys.executable, "-c", SLEEP]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as parent:
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    for _ in range(200):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {child} is still there")


NESTED = """
import time
from tests.test_workers import nap, nest
from wd.workers import Pool
with Pool(1, ["tests.test_workers"]) as team:
    team.submit(nest, 60)
    time.sleep(60)
"""


def nest(seconds):
    with Pool(1, [__name__]) as team:
        sys.stdout.write(f"{team.submit(tell_process, None).result()}\n")
        sys.stdout.flush()
        time.sleep(seconds)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are started another way")
@pytest.mark.parametrize("before", [None, "default"])
def test_of_a_process_that_is_ended_with_a_pool_of_its_own_nothing_is_said(before):
    command = [sys.executable, "-c", NESTED]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    env = os.environ | {"PYTHONPATH": str(ROOT)} | ({"PYTHONWARNINGS": before} if before else {})
    with subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **pipes) as parent:
        parent.stdout.readline()
        os.killpg(parent.pid, signal.SIGTERM)
        _, said = parent.communicate(timeout=60)  # once the tracker has ended, too

    assert said == ""


def test_there_is_at_least_one_core():
    assert 1 <= count_cores() <= os.cpu_count()
