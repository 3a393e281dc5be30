"""There is one way out: nothing but the fetcher opens a connection, and nothing downloads behind our back."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.collect.feed import read_feed
from standfirst.errors import FeedError
from standfirst.model import Page, digest_of

SOURCE = Path(__file__).parents[2] / "src" / "standfirst"
NETWORK = {
    *("_socket", "_ssl", "aiohttp", "ftplib", "http.client", "http.server", "httpx", "imaplib", "nntplib", "poplib"),
    *("pycurl", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3"),
    *("uvicorn", "websockets", "xmlrpc", "webbrowser", "aiohappyeyeballs"),
}
OPENERS = {"open_connection", "open_unix_connection", "create_connection", "create_datagram_endpoint", "sock_connect"}
# who may, and for what: the fetcher connects, the others listen
MAY = {
    "collect/fetch": {"aiohttp", "socket", "ssl"},
    "commands/serving.py": {"socket", "uvicorn"},
    "commands/demo.py": {"socket"},
    "newsstand/server.py": {"http.server"},
}


def network_names(source: str) -> set[str]:
    """Every network module that a source imports, in whichever way, and every call by which asyncio would connect."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute) and node.attr in OPENERS:
            names.add(node.attr)
        elif isinstance(node, ast.Constant) and node.value in NETWORK:
            names.add(f"{node.value}")  # as __import__ or import_module would take it
    prefixes = {".".join(name.split(".")[:n]) for name in names for n in (1, 2)}
    return prefixes & (NETWORK | OPENERS)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_nobody_else_imports_the_network(path: Path) -> None:
    place = path.relative_to(SOURCE).as_posix()
    allowed = next((names for start, names in MAY.items() if place.startswith(start)), set())
    assert network_names(path.read_text("utf-8")) <= allowed


@pytest.mark.parametrize("place", [place for place in MAY if place.endswith(".py")])
def test_those_who_listen_do_not_connect(place: str) -> None:
    text = (SOURCE / place).read_text("utf-8")
    calls = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    assert not calls & {"connect", "connect_ex", "sendto", *OPENERS}


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import http.client as c",
        "from urllib import request",
        "from urllib.request import urlopen",
        "def f():\n    import aiohttp.web",
        "import asyncio\nasync def f():\n    await asyncio.open_connection('a', 1)",
        "import importlib\nimportlib.import_module('socket')",
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert network_names(source)


@pytest.mark.parametrize(
    "body", ["http://127.0.0.1:{port}/feed", "feed://127.0.0.1:{port}/feed", "{file}", "file://{file}"]
)
def test_a_document_that_is_an_address_is_not_fetched(body: str, tmp_path: Path) -> None:
    """Feed parsers of the tolerant kind open what looks like an address or a file's name."""
    (tmp_path / "feed.xml").write_text("<rss version='2.0'><channel><title>The harbour wall</title></channel></rss>")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        data = body.format(port=server.getsockname()[1], file=tmp_path / "feed.xml").encode()
        page = Page("https://a.example/", "https://a.example/", 200, "", {}, data, datetime.now(UTC), digest_of(data))
        with pytest.raises(FeedError) as raised:
            read_feed(page)
        assert "harbour" not in str(raised.value)
        with pytest.raises(BlockingIOError):
            server.accept()


POISONED = """
import socket, sys
def refuse(*args, **kwargs):
    print("the network was asked for", args, file=sys.stderr)
    sys.stderr.flush()
    import os; os._exit(3)
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
from standfirst.extract.language import detect
words = "Der Hafen blieb am Montag geschlossen, weil die Mauer in der Nacht nachgegeben hatte, sagte der Meister. " * 4
print(detect(words))
"""


def test_the_language_model_is_in_the_package(tmp_path: Path) -> None:
    """Its package can download a larger one; with the network's own functions gone it must work all the same."""
    paths = {**os.environ, "PYTHONPATH": str(SOURCE.parent), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", POISONED], env=paths, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "de"), done.stderr
    assert not list(tmp_path.rglob("*.bin"))
