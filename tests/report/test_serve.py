"""A port that can't be served on is refused at once, not after the site has been built for it."""

import errno
import re
import socket

import pytest

from wd import pipeline
from wd.errors import ConfigError
from wd.report.site import node, serve
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


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left", "a.html"), r"a\.html: No space left\.\nMake room"),
        (ConfigError("This isn't allowed."), r"This isn't allowed\."),
    ],
)
def test_a_change_that_fails_is_told_and_the_server_goes_on(
    tmp_path, monkeypatch, caplog, error, told
):
    made = []

    class Server:
        def __init__(self, builder, **_):
            self.serve = builder

        def watch(self, _):
            pass

        def shutdown(self):
            made.append("ended")

    def make(address):
        made.append(address)
        if len(made) == 2:
            raise error

    monkeypatch.setattr(serve, "_server_class", lambda: Server)
    serve.serve(tmp_path, 8000, make)

    assert made == 2 * [f"http://{HOST}:8000/"] + ["ended"]
    (line,) = caplog.messages
    assert re.match(told, line)


def ask(root, path, host=f"{HOST}:8000"):
    server = serve._server_class()(lambda: None, HOST, 0, str(root))
    status = []
    try:
        body = server.serve_request(
            {"HTTP_HOST": host, "PATH_INFO": path}, lambda said, _: status.append(said)
        )
        said = b"".join(body)
        getattr(body, "close", lambda: None)()
        return status[0], said
    finally:
        server.server_close()


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    root.mkdir()
    (root / "page.html").write_text("a page")
    (tmp_path / "secret").write_text("a secret")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to(tmp_path)
    return root


@pytest.mark.parametrize("host", [f"{HOST}:8000", HOST, "localhost:8000"])
def test_a_page_is_served_under_the_names_of_this_machine(site, host):
    assert ask(site, "/page.html", host) == ("200 OK", b"a page")


@pytest.mark.parametrize("host", ["evil.example:8000", "", "127.0.0.1.evil.example"])
def test_no_other_name_that_leads_here_is_answered(site, host):
    assert ask(site, "/page.html", host)[0] == "404 Not Found"


@pytest.mark.parametrize("path", ["/link", "/up/secret", "/../secret", "/pa\0ge.html"])
def test_nothing_outside_the_site_is_served(site, path):
    status, body = ask(site, path)
    assert (status, b"a secret" in body) == ("404 Not Found", False)
