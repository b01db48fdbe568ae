"""Servers on this machine that behave as badly as those of the web."""

import contextlib
import http.server
import threading
import time

CONTENT = bytes(range(256)) * 40
_LENGTH = len(CONTENT)


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers `/NAME` with the method `NAME`."""

    def do_GET(self):
        self.server.asked.append(self.path)
        with contextlib.suppress(OSError):
            getattr(self, self.path.strip("/"))()

    def log_message(self, *args):
        """Says nothing."""

    def begin(self, length=_LENGTH, status=200, **headers):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def good(self):
        self.begin()
        self.wfile.write(self.server.content)

    def slow(self):
        self.begin()
        time.sleep(0.3)
        self.wfile.write(self.server.content)

    def without_length(self):
        self.begin(None)
        self.wfile.write(self.server.content)

    def redirect(self):
        self.begin(0, 302, Location="/good")

    def to_file(self):
        self.begin(0, 302, Location=self.server.file_url)

    def to_ftp(self):
        self.begin(0, 302, Location="ftp://127.0.0.1/x")

    def in_circles(self):
        self.begin(0, 302, Location="/in_circles")

    def wrong_bytes(self):
        self.begin()
        self.wfile.write(CONTENT[::-1])

    def wrong_length(self):
        self.begin(len(CONTENT) + 1)

    def too_much(self):
        self.begin(None)
        with contextlib.suppress(OSError):
            while not self.server.over.is_set():
                self.wfile.write(CONTENT)

    def cut_off(self):
        self.begin()
        self.wfile.write(CONTENT[:1000])

    def not_there(self):
        self.begin(0, 404)

    def silent(self):
        self.server.over.wait()

    def stalled(self):
        self.begin()
        self.wfile.write(CONTENT[:1000])
        self.server.over.wait()

    def trickling(self):
        self.begin()
        self._trickle(CONTENT)

    def trickling_headers(self):
        self._trickle(b"HTTP/1.0 200 OK\r\nX: " + CONTENT)

    def _trickle(self, content):
        for i in range(len(content)):
            if self.server.over.wait(0.02):
                break
            self.wfile.write(content[i : i + 1])
            self.wfile.flush()


@contextlib.contextmanager
def serving(content=CONTENT, file_url=""):
    """Runs a server; yields it, with `url`, and a list `asked` of paths."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.content, server.file_url = content, file_url
    server.asked, server.over = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
