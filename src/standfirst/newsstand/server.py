"""The newsstand's web server: every outlet on one loopback port, told apart by the Host header.

An article is printed when the clock passes its time; before that it is neither in the feed nor found. A clock that runs
fast lets days pass in seconds.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from standfirst.newsstand.feeds import Printed, feed, feed_type, opml
from standfirst.newsstand.manifest import Manifest, manifest
from standfirst.newsstand.outlets import Outlet
from standfirst.newsstand.pages import article_page, home_page, not_found_page, picture, style_sheet

_ROBOTS = b"User-agent: *\nDisallow: /search\nDisallow: /account\n"


class Answer(NamedTuple):
    """What is said to one request. modified: when it last changed, or None."""

    status: HTTPStatus
    type: str
    body: bytes
    modified: datetime | None = None

    def etag(self) -> str:
        """A strong validator (RFC 9110, section 8.8.3): of the body alone."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    def is_known(self, if_none_match: str | None, if_modified_since: str | None) -> bool:
        """Whether the client already holds this (RFC 9110, section 13.2.2: the entity tag goes before the date)."""
        if self.status is not HTTPStatus.OK:
            return False
        if if_none_match is not None:
            tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
            return self.etag() in tags or "*" in tags
        return self.modified is not None and _is_since(self.modified, if_modified_since)


class Newsstand:
    """Serves every outlet on 127.0.0.1.

    clock: tells the time, aware. port: 0 for any free one. start: the moment of day 1, 00:00 (aware).
    """

    def __init__(self, clock: Callable[[], datetime], *, port: int = 0, start: datetime) -> None:
        self._clock = clock
        self.manifest: Manifest = manifest(start)
        self._hosts = {outlet.host: outlet for outlet in self.manifest.outlets}
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.answer = self.answer
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Begin to answer, in a thread of its own."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more and free the port."""
        self._server.closing = True
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def resolve(self) -> dict[str, str]:
        """The `[fetch] resolve` table that leads each outlet's name and port to this server."""
        return {f"{host}:{self.port}": f"http://127.0.0.1:{self.port}" for host in self._hosts}

    def feeds(self) -> tuple[str, ...]:
        """The address of each outlet's feed."""
        return tuple(self._site(outlet) + outlet.feed for outlet in self.manifest.outlets)

    def opml(self) -> bytes:
        """A subscription list of every outlet."""
        return opml([(o, self._site(o) + o.feed, self._site(o) + "/") for o in self.manifest.outlets])

    def answer(self, host: str, path: str) -> Answer:
        """What is served now at a path of a host (without port)."""
        outlet = self._hosts.get(host)
        if outlet is None:
            return self._index(HTTPStatus.OK if path == "/" else HTTPStatus.NOT_FOUND)
        now = self._clock()
        printed = self._printed(outlet, now)
        site = self._site(outlet)
        latest = max((item.version.at for item in printed), default=None)
        page_type = f"text/html; charset={outlet.encoding}"
        if path == "/":
            return Answer(HTTPStatus.OK, page_type, home_page(outlet, site, printed), latest)
        if path == outlet.feed:
            body = feed(outlet, site, printed, self.manifest.start)
            return Answer(HTTPStatus.OK, f"{feed_type(outlet)}; charset={outlet.encoding}", body, latest)
        for at, item in enumerate(printed):
            if item.truth.path == path:
                body = article_page(outlet, site, item, printed[at + 1 :])
                return Answer(HTTPStatus.OK, page_type, body, item.version.at)
        return self._furniture(outlet, path) or Answer(HTTPStatus.NOT_FOUND, page_type, not_found_page(outlet, site))

    def _furniture(self, outlet: Outlet, path: str) -> Answer | None:
        """What an outlet serves beside pages and feed; None where it is nothing."""
        events = {article.event for article in self.manifest.articles}
        if path == "/robots.txt":
            return Answer(HTTPStatus.OK, "text/plain; charset=utf-8", _ROBOTS)
        if path == "/style.css":
            return Answer(HTTPStatus.OK, f"text/css; charset={outlet.encoding}", style_sheet(outlet))
        event = path.removeprefix("/pictures/").removesuffix(".svg")
        if event in events and path == f"/pictures/{event}.svg":
            return Answer(HTTPStatus.OK, "image/svg+xml", picture(event))
        return None

    def _index(self, status: HTTPStatus) -> Answer:
        """What is served under any other name: a list of the outlets."""
        items = "".join(
            f'<li><a href="{escape(self._site(o))}/">{escape(o.name)}</a></li>' for o in self.manifest.outlets
        )
        body = f"<!doctype html><html lang=en><title>The newsstand</title><h1>The newsstand</h1><ul>{items}</ul>"
        return Answer(status, "text/html; charset=utf-8", body.encode())

    def _site(self, outlet: Outlet) -> str:
        return f"http://{outlet.host}:{self.port}"

    def _printed(self, outlet: Outlet, now: datetime) -> list[Printed]:
        """What the outlet has printed by now, newest first."""
        mine = [article for article in self.manifest.articles if article.outlet.key == outlet.key]
        found = [(article, article.version_at(now)) for article in reversed(mine)]
        return [Printed(article, version, article.url(self.port)) for article, version in found if version]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    closing = False
    answer: Callable[[str, str], Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 30.0
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        if self.server.closing:  # a kept connection outlives the listening socket
            self.close_connection = True
            return
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0].lower()
        answer = self.server.answer(host, self.path.split("?", 1)[0])
        known = answer.is_known(self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        self.send_response(HTTPStatus.NOT_MODIFIED if known else answer.status)
        self.send_header("ETag", answer.etag())
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
        if not known:
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and not known:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever runs the newsstand has a terminal of their own to fill."""


def _is_since(modified: datetime, header: str | None) -> bool:
    """Whether nothing changed since the date of an If-Modified-Since header; an unreadable one is ignored."""
    try:
        since = parsedate_to_datetime(header) if header else None
    except ValueError:
        return False
    if since is None:
        return False
    return modified.replace(microsecond=0) <= (since if since.tzinfo else since.replace(tzinfo=UTC))
