"""Pages that say no: what happened, and what to do, in the look of all others."""

from __future__ import annotations

from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from standfirst.errors import StoreError
from standfirst.serve.guard import MAX_OPML, SECURITY_HEADERS
from standfirst.serve.house import house_of


class Refusal(NamedTuple):
    """Words of an error page: its heading, what happened, what to do."""

    heading: str
    happened: str
    to_do: str


_WORDS = {
    400: Refusal(
        "This request cannot be read",
        "Something in the address or the form is not as this page wrote it.",
        "Go back and try again, or start at the river.",
    ),
    403: Refusal(
        "This form came from another site",
        "Standfirst takes forms only from its own pages, so that no other site can act for you.",
        "Open the page here and send the form from it.",
    ),
    404: Refusal(
        "Nothing stands at this address",
        "No article, feed or page is held under it. The address may be mistyped, or from another Standfirst.",
        "Search for words of the headline, or start at the river.",
    ),
    405: Refusal(
        "This address does not take that kind of request",
        "It is a page to read, or a form to send, and was asked for the other.",
        "Go back and use the page's own links and buttons.",
    ),
    413: Refusal(
        "That is too much at once",
        f"An OPML file may have {MAX_OPML // 1024 // 1024} MiB, other forms far less. Nothing was taken in.",
        "Split the file, or leave out what is not a list of feeds.",
    ),
    500: Refusal(
        "A mistake of ours",
        "Standfirst met something that it was not written for. Nothing stored was changed by it.",
        "Try again; if it stays so, report what the server's log says at this minute.",
    ),
    503: Refusal(
        "The store does not answer",
        "The database cannot be read or written just now. Nothing was lost by it.",
        "Look whether the data folder or database server can be reached; then load this page again.",
    ),
}


async def refuse(request: Request, status: int, found: str = "") -> Response:
    """The page for an HTTP status. found: what exactly was met, in words, or ""."""
    words = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    return house_of(request).page(request, "refusal.html", status, words=words, found=found)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """A refusal by the routing (404, 405) or by a handler; its headers, such as Allow, are kept."""
    assert isinstance(error, HTTPException)
    response = await refuse(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def on_store_error(request: Request, error: Exception) -> Response:
    """The store cannot be used: said on a page, to be tried again soon."""
    assert isinstance(error, StoreError)
    response = await refuse(request, 503, str(error))
    response.headers["Retry-After"] = "10"
    return response


async def on_bug(request: Request, error: Exception) -> Response:
    """A bug: said on a page; the exception goes on to the server's log."""
    response = await refuse(request, 500)
    # this one is answered outside the guard, which sets them on all others
    response.headers.update(SECURITY_HEADERS)
    return response
