"""What every request and response passes: security headers, the names we answer to, no forms from other sites.

There are no accounts yet; the server is reached over loopback. What is left to keep out is a web page of somebody else
in the same browser: it may point a name of its own at this machine (DNS rebinding), or send a form here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
MAX_OPML = 4 * 1024 * 1024
MAX_FORM = 64 * 1024
_SAFE = ("GET", "HEAD", "OPTIONS")

ErrorPage = Callable[[Request, int], Awaitable[Response]]


class Guard:
    """ASGI middleware around every route. names: hosts we answer to; error_page: makes the page of a refusal."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...], error_page: ErrorPage) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in (*LOOPBACK_NAMES, *names))
        self.error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _with_headers(send)
        if host_name(headers.get("host", "")) not in self.names:
            await _unknown_name(headers.get("host", ""))(scope, receive, guarded)
        elif status := _refused(scope, headers):
            refusal = await self.error_page(Request(scope), status)
            await refusal(scope, receive, guarded)
        else:
            await self.app(scope, _bounded(receive, headers, scope["path"]), guarded)


def _refused(scope: Scope, headers: Headers) -> int:
    """The status with which a request is refused before any handler sees it, or 0."""
    # U+0000 is in no address of ours, and not every database takes it
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return 400
    return 403 if scope["method"] not in _SAFE and is_cross_site(headers) else 0


def host_name(host: str) -> str:
    """The name in a Host header, without port or brackets, in lower case; "" where it is none (RFC 9110 7.2)."""
    try:
        parts = urlsplit("//" + host)
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    # a user part, a path or blanks are no host: such a header comes from no browser
    plain = not any(sign in host for sign in "@/?#\\ \t")
    return name.rstrip(".") if plain else ""


def is_cross_site(headers: Headers) -> bool:
    """Whether a form comes from elsewhere, by Sec-Fetch-Site, else by Origin; a client that sends neither is none."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()


def _unknown_name(host: str) -> Response:
    words = (
        f"This Standfirst does not answer to the name {host[:100]!a}.\n"
        "Open it as http://127.0.0.1 or http://localhost with its port, or add the name to `names` under [serve].\n"
    )
    # no page in our look: its stylesheet would be refused under this name as well
    return PlainTextResponse(words, 421)


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SECURITY_HEADERS)
        await send(message)

    return guarded


def _bounded(receive: Receive, headers: Headers, path: str) -> Receive:
    """Stop a request body at its limit, whatever length it declared."""
    # the form around a pasted file adds little; a textarea is sent as it is in multipart
    limit = MAX_OPML + MAX_FORM if path == "/feeds/opml" else MAX_FORM
    declared = headers.get("content-length", "0")
    seen = int(declared) if declared.isdigit() and int(declared) > limit else 0

    async def bounded() -> Message:
        nonlocal seen
        if seen > limit:
            raise HTTPException(413)
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return bounded
