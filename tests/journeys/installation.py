"""One installation in a folder of its own, used as a person does: by commands and over HTTP on loopback."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 30.0


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    text: str


class Publisher:
    """Hosts on one loopback port: `pages[host][path]` is the answer's bytes, a status, or "stall"."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, bytes | int | str]] = {}
        self.asked: Counter[str] = Counter()
        self.released = threading.Event()
        publisher = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host = (self.headers["Host"] or "").split(":")[0]
                publisher.asked[f"{host}{self.path}"] += 1
                answer = publisher.pages.get(host, {}).get(self.path, 404)
                if answer == "stall":
                    publisher.released.wait(PATIENCE)
                    self.close_connection = True
                    return
                tag = f'"{hash(answer) & 0xFFFFFF:x}"'
                status, body = (answer, b"") if isinstance(answer, int) else (200, answer)
                if status == 200 and self.headers["If-None-Match"] == tag:
                    status, body = 304, b""
                assert isinstance(body, bytes)
                self.send_response(int(status))
                self.send_header("Content-Type", "application/xml" if body[:5] == b"<?xml" else "text/html")
                self.send_header("Content-Length", str(len(body)))
                if status in (200, 304):
                    self.send_header("ETag", tag)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def resolve(self) -> str:
        """The [fetch.resolve] table of every host."""
        port = self._server.server_port
        rows = [f'"{host}:{p}" = "http://127.0.0.1:{port}"' for host in self.pages for p in (80, 443)]
        return "[fetch.resolve]\n" + "\n".join(rows) + "\n"


class Installation:
    """Commands against one data folder and one settings file."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.file = folder / "standfirst.toml"
        self.file.write_text(settings, "utf-8")

    def command(self, *words: str, data: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        line = [
            sys.executable,
            "-m",
            "standfirst",
            *words,
            "--settings",
            str(self.file),
            "--data",
            str(self.folder / "data"),
        ]
        done = subprocess.run(line, input=data, capture_output=True, timeout=120, cwd=self.folder, check=False)
        return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextlib.contextmanager
    def serving(self, *words: str) -> Iterator[Site]:
        """The running server."""
        line = [sys.executable, "-m", "standfirst", "serve", "--port", "0", *words]
        line += ["--settings", str(self.file), "--data", str(self.folder / "data")]
        with running(line, self.folder) as site:
            yield site


@contextlib.contextmanager
def running(line: list[str], folder: Path) -> Iterator[Site]:
    """A server process, from its printed address to its orderly end."""
    process = subprocess.Popen(line, stdout=subprocess.PIPE, cwd=folder, text=True)
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert "http://" in first, first
        yield Site("http://" + first.split("http://")[1].split("/")[0], process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.communicate()


class Site:
    """The pages of a running server."""

    def __init__(self, address: str, pid: int) -> None:
        self.address = address
        self.pid = pid

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
        """Ask for one page."""
        return self._ask(method, path, None, headers or {})

    def post(self, path: str, form: str, headers: dict[str, str] | None = None) -> Answer:
        """Send one form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", path, form.encode(), kind)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
        finally:
            connection.close()

    def wait_for(self, path: str, words: str, seconds: float = PATIENCE) -> Answer:
        """Ask again until the page holds these words."""
        end = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if words in answer.text:
                return answer
            assert time.monotonic() < end, f"{path} never said {words!r}:\n{answer.text[:2000]}"
            time.sleep(0.1)
