"""A port that can't be served on is refused at once, not after the site has been built for it."""

import socket

import pytest

from wd import pipeline
from wd.errors import ConfigError
from wd.report.site import node
from wd.report.site.serve import HOST, check_port


@pytest.fixture
def taken():
    """The number of a port on which somebody serves."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def no_work(monkeypatch):
    """Fails where packages would be installed or pages rendered."""

    def work(*_):
        raise AssertionError("nothing is done for a port that can't be used")

    monkeypatch.setattr(node, "install_packages", work)
    monkeypatch.setattr(pipeline, "render", work)


@pytest.mark.parametrize(
    "port", ["0", "-1", "65536", "99999", "text", "", "8000.0", "8_000", "\uff18\uff10", "9" * 5000]
)
def test_what_is_no_port_is_refused_with_those_that_are(tmp_path, no_work, port):
    with pytest.raises(ConfigError) as error:
        pipeline.serve(tmp_path / "mine.toml", tmp_path, port)

    first, second = str(error.value).split("\n")
    assert first.startswith("--port ")
    assert len(first) < 100
    assert second == "Allowed: a whole number from 1 to 65535."
    assert error.value.exit_code == 2


def test_a_port_that_is_in_use_is_refused_before_anything_is_done_for_it(tmp_path, no_work, taken):
    with pytest.raises(ConfigError) as error:
        pipeline.serve(tmp_path / "mine.toml", tmp_path, str(taken))

    first, second = str(error.value).split("\n")
    assert first.startswith(f"--port {taken} can't be used: ")
    assert second == "Give another, such as --port 8000."
    assert error.value.exit_code == 2


def test_a_port_that_was_in_use_a_moment_ago_can_be_served_on():
    """As one that an author has just stopped."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((HOST, 0))
        port = other.getsockname()[1]

    assert check_port(str(port)) == port
