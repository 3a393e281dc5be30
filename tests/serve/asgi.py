"""Call an ASGI application as a browser would, in this process and without a socket."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.types import ASGIApp, Message

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """A whole response; headers by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode("utf-8")


def call(
    app: ASGIApp,
    method: str,
    address: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    raises: type[Exception] | None = None,
) -> Answer:
    """One request. address: path and query. raises: the exception that the application lets through afterwards."""
    parts = urlsplit(address)
    given = {"host": "127.0.0.1:8800", "content-length": str(len(body)), **(headers or {})}
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
        "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8800),
    }  # fmt: skip
    sent: list[Message] = []
    asyncio.run(_run(app, scope, body, sent, raises))
    start = next(message for message in sent if message["type"] == "http.response.start")
    found = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in sent))


async def _run(app: ASGIApp, scope: Any, body: bytes, sent: list[Message], raises: type[Exception] | None) -> None:
    parts = [body[at : at + 65536] for at in range(0, max(len(body), 1), 65536)]

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as error:
        if raises is None or not isinstance(error, raises):
            raise


def get(app: ASGIApp, address: str, **headers: str) -> Answer:
    """GET with headers given by name, underscores for hyphens."""
    return call(app, "GET", address, {name.replace("_", "-"): value for name, value in headers.items()})


def post(app: ASGIApp, address: str, fields: Mapping[str, Any], **headers: str) -> Answer:
    """Send a form, as this site's own pages do."""
    own = {"content-type": FORM, "sec-fetch-site": "same-origin"}
    given = own | {name.replace("_", "-"): value for name, value in headers.items()}
    return call(app, "POST", address, given, urlencode(fields, doseq=True).encode())
