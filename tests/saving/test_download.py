import hashlib
import threading
import time

import pytest

from kerasgan.saving import download as module
from kerasgan.saving.download import download
from tests.saving.servers import CONTENT
from tests.saving.servers import serving

pytestmark = pytest.mark.once

SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "home" / "kerasgan"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "_CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(module, "_SLOWEST", 50_000)


@pytest.fixture
def server(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(CONTENT)
    with serving(file_url=secret.as_uri()) as server:
        yield server


def fetch(server, name):
    return download(f"{server.url}/{name}", "file", len(CONTENT), SHA256)


@pytest.mark.parametrize("name", ["good", "slow", "without_length", "redirect"])
def test_a_file_is_downloaded_once_and_kept(server, cache, name):
    path = fetch(server, name)
    assert path == cache / "file"
    assert path.read_bytes() == CONTENT
    asked = len(server.asked)
    assert fetch(server, name) == path
    assert len(server.asked) == asked
    assert list(cache.iterdir()) == [path]


@pytest.mark.parametrize(
    "name, match",
    [
        ("silent", "(no answer|timed out)"),
        ("stalled", "(timed out|bytes a second)"),
        ("trickling", "less than 50000 bytes a second"),
        ("trickling_headers", "(no answer|timed out)"),
        ("cut_off", "1000 bytes, and then the end"),
        ("too_much", "more than 10240 bytes"),
        ("wrong_length", "10241 bytes, not 10240"),
        ("wrong_bytes", "sha256 .*, not "),
        ("not_there", "404"),
        ("to_file", "not allowed"),
        ("to_ftp", "unknown url type: ftp"),
        ("in_circles", "infinite loop"),
    ],
)
def test_a_server_that_misbehaves_ends_it_and_leaves_nothing(
    server, cache, impatient, name, match
):
    start = time.monotonic()
    with pytest.raises(OSError, match=f"10240 bytes must come from .*{match}"):
        fetch(server, name)
    assert time.monotonic() - start < 5
    assert list(cache.iterdir()) == []
    # The next try begins anew.
    assert fetch(server, "good").read_bytes() == CONTENT


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_only_the_web_is_asked(tmp_path, cache, scheme):
    (tmp_path / "x").write_bytes(CONTENT)
    with pytest.raises(OSError, match=f"unknown url type: {scheme}"):
        download(f"{scheme}://{tmp_path}/x", "x", len(CONTENT), SHA256)
    assert list(cache.iterdir()) == []


def test_what_was_changed_in_the_cache_is_fetched_anew(server, cache):
    fetch(server, "good").write_bytes(CONTENT[::-1])
    assert fetch(server, "good").read_bytes() == CONTENT


def test_two_at_once_fetch_it_once(server, cache):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch(server, "slow")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [cache / "file"] * 4
    assert server.asked == ["/slow"]
    assert list(cache.iterdir()) == [cache / "file"]


def test_nobody_listening_is_an_error_that_says_so(server, impatient):
    with serving() as other:
        url = other.url
    with pytest.raises(OSError, match="refused.* Check the connection"):
        download(f"{url}/good", "file", len(CONTENT), SHA256)
