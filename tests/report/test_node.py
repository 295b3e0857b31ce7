"""Packages are installed when the lock asks for others than those that are there."""

import json

import pytest

from wd.errors import SiteError
from wd.report.site.node import install_packages, packages_are_current


@pytest.fixture
def project(tmp_path):
    """A project whose packages are as its lock asks."""
    packages = {"node_modules/a": {"version": "1.0.0"}}
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}, **packages}}))
    (tmp_path / "node_modules/.package-lock.json").write_text(json.dumps({"packages": packages}))
    return tmp_path


def test_packages_as_the_lock_asks_are_current(project):
    assert packages_are_current(project)


def test_a_changed_lock_makes_them_stale(project):
    lock = {"packages": {"": {}, "node_modules/a": {"version": "1.0.1"}}}
    (project / "package-lock.json").write_text(json.dumps(lock))
    assert not packages_are_current(project)


def test_a_missing_folder_makes_them_stale(project):
    (project / "node_modules/.package-lock.json").unlink()
    assert not packages_are_current(project)


def test_a_failing_npm_is_reported_in_three_lines(tmp_path):
    (tmp_path / "package.json").write_text("{}")
    with pytest.raises(SiteError, match="npm ci failed") as caught:
        install_packages(tmp_path)
    assert len(str(caught.value).splitlines()) <= 3
