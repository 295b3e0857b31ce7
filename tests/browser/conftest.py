"""A browser for the tests of the built site.

`built_site` is the folder that a server would have as its root; `tests/conftest.py` gives it.
"""

import os
from pathlib import Path

import pytest

from wd.errors import ConfigError
from wd.report.print.chromium import find_chromium
from wd.report.site.languages import FIRST, LANGUAGES
from wd.report.site.node import NODE_MODULES

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
def browse(run_node, chromium):
    """A function that runs a script of this folder, which starts the browser."""

    def run(script, *arguments, **options):
        return run_node(HERE / script, *arguments, CHROMIUM=chromium, **options)

    return run


@pytest.fixture(scope="session")
def survey(browse, built_site, offline_site):
    """What the browser saw on every page: see `survey.cjs`."""
    derived = [language.name for language in LANGUAGES.values() if language.derivation]
    return browse("survey.cjs", built_site, offline_site, FIRST.name, *derived, timeout_s=2400)
