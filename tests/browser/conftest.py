"""A browser for the tests of the built site.

`built_site` is the folder that a server would have as its root; `tests/conftest.py` gives it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from wd.errors import ConfigError
from wd.report.print.chromium import find_chromium
from wd.report.site.node import NODE_MODULES, node_executable

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def chromium():
    """Path of Chromium: $CHROMIUM, or the first on the path; without one the test is skipped.

    Where CI is set in the environment a missing browser fails instead: there, a skipped
    test would be one that nobody ever sees run.
    """
    try:
        found = find_chromium()
        if (NODE_MODULES / "playwright-core").is_dir():
            return found
        reason = "playwright-core is missing: the README says how to get it"
    except ConfigError as error:
        reason = str(error)
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def survey(built_site, offline_site, chromium):
    """What the browser saw on every page: see `survey.cjs`."""
    done = subprocess.run(
        [node_executable(), HERE / "survey.cjs", built_site, offline_site],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "CHROMIUM": chromium},
        timeout=2400,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
