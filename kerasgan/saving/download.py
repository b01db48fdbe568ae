"""Files from the web, of a known size and hash, within a limited time."""

import contextlib
import hashlib
import os
import pathlib
import tempfile
import threading
import urllib.error
import urllib.request

from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.atomic_files import locked
from kerasgan.utils.atomic_files import replacing

_CONNECT_SECONDS = 30.0  # until there is an answer, redirections included
_SILENCE_SECONDS = 30.0  # between two pieces of it
_SLOWEST = 10_000  # bytes a second, on average
_PIECE = 2**18


def download(url, name, size, sha256):
    """Returns the path of a file from the web, kept in Keras' cache.

    It is downloaded once, by one process at a time, and takes its place when
    it is complete and has its hash. A part of it is dropped. A server that
    does not answer, falls silent, is slower than 10 kB a second or sends more
    than it should ends it.

    Args:
        url: String, `http` or `https`; redirections lead to these only.
        name: String, the file's name in the cache.
        size: Integer, its bytes.
        sha256: String, its hash in hexadecimal digits.

    Returns:
        A `pathlib.Path`.

    Raises:
        OSError: If it cannot be had, or is another file.
    """
    folder = _cache()
    path = folder / name
    # As long as another process may take for it.
    wait = _CONNECT_SECONDS + _SILENCE_SECONDS + size / _SLOWEST
    if not _is_there(path, size, sha256):
        with locked(folder / f"{name}.lock", wait):
            if not _is_there(path, size, sha256):
                with replacing(path) as temporary:
                    _fetch(url, temporary, size, sha256)
    return path


def _cache():
    """Returns the folder that Keras' own downloads go to."""
    home = os.environ.get("KERAS_HOME", os.path.join("~", ".keras"))
    home = pathlib.Path(home).expanduser()
    with contextlib.suppress(OSError):
        return check_writable(home / "kerasgan", "KERAS_HOME")
    spare = pathlib.Path(tempfile.gettempdir(), ".keras", "kerasgan")
    return check_writable(spare, "KERAS_HOME")


def _is_there(path, size, sha256):
    with contextlib.suppress(OSError):
        if path.stat().st_size == size:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256")
            return digest.hexdigest() == sha256
    return False


def _fetch(url, path, size, sha256):
    fetching = _Fetching(url, path, size)
    try:
        received = fetching.result()
        if received != sha256:
            raise OSError(f"a file of sha256 {received}, not {sha256}")
    except Exception as error:
        # `urllib` has errors of several kinds for a server that is not there.
        received = " ".join(str(error).split()) or type(error).__name__
        raise OSError(
            f"A file of {size} bytes must come from '{url}'. Received: "
            f"{received[:300]}. Check the connection, and try again."
        ) from error


class _Fetching(threading.Thread):
    """A download beside the process, which need not wait for it for ever.

    Looking a name up, and an answer of which a letter comes now and then,
    have no limit of their own.
    """

    def __init__(self, url, path, size):
        super().__init__(daemon=True)
        self.url, self.path, self.size = url, path, size
        self.answered = threading.Event()
        self.given_up = False
        self.outcome = None

    def result(self):
        """Returns the hash of what came, or raises what went wrong."""
        self.start()
        try:
            if not self.answered.wait(_CONNECT_SECONDS):
                raise TimeoutError(f"no answer in {_CONNECT_SECONDS:g} s")
            self.join(_SILENCE_SECONDS + self.size / _SLOWEST)
            if self.is_alive():
                raise TimeoutError(f"less than {_SLOWEST} bytes a second")
        finally:
            self.given_up = True
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def run(self):
        try:
            self.outcome = self.fetch()
        except Exception as error:
            self.outcome = error
            if isinstance(error, urllib.error.HTTPError):
                error.close()
        self.answered.set()

    def fetch(self):
        request = urllib.request.Request(
            self.url, headers={"Accept-Encoding": "identity"}
        )
        with _opener().open(request, timeout=_SILENCE_SECONDS) as answer:
            length = answer.length
            if length is not None and length != self.size:
                raise OSError(f"{length} bytes, not {self.size}")
            self.answered.set()
            digest, count = hashlib.sha256(), 0
            with open(self.path, "wb") as file:
                # Returns with what is there, and does not wait for the rest.
                while piece := answer.read1(_PIECE):
                    count += len(piece)
                    if count > self.size:
                        raise OSError(f"more than {self.size} bytes")
                    if self.given_up:
                        raise OSError("nobody who waits for it")
                    digest.update(piece)
                    file.write(piece)
            if count < self.size:
                raise OSError(f"{count} bytes, and then the end")
            return digest.hexdigest()


def _opener():
    """Returns an opener of the web, that knows no `file:` and no `ftp:`."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener
