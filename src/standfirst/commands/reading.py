"""One article from one source, with no database and no server: what `standfirst read` shows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from standfirst.commands import terminal
from standfirst.config import Clock, Settings
from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.extract.capture import Capture, as_text, read_capture
from standfirst.extract.page import extract
from standfirst.model import Article, Page, Site, digest_of
from standfirst.pipeline import PAGE_ACCEPT
from standfirst.urls import host_of, outlet_of, parse

LARGEST_FILE = 30 * 1024 * 1024


def read_source(source: str, url: str, settings: Settings, clock: Clock) -> Article | Capture | Problem:
    """The article at a URL, in a saved page, or in a plain-text capture.

    url: the address that a saved page had; without it the page's own canonical address is taken.
    """
    if source.startswith(("http://", "https://")):
        page = asyncio.run(_fetched(source, settings, clock))
        return page if isinstance(page, Problem) else _extracted(page)
    try:
        data = _file(Path(source))
    except OSError as error:
        found = error.strerror or str(error)
        return Problem(Stage.COLLECT, Code.FILE_UNREADABLE, source, "", found, "a readable file, or an http(s) URL")
    if not looks_like_markup(data):
        return read_capture(data.decode("utf-8-sig", "replace"), source)
    address = parse(url) or "" if url else ""
    modified = datetime.fromtimestamp(Path(source).stat().st_mtime, UTC)
    return _extracted(Page(address, address, 200, "text/html", {}, data, modified, digest_of(data)))


def _file(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST_FILE)


def looks_like_markup(data: bytes) -> bool:
    """Whether a file is a page rather than plain text: it begins with "<" after blanks and a byte order mark."""
    return data[:512].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


async def _fetched(url: str, settings: Settings, clock: Clock) -> Page | Problem:
    from standfirst.collect.fetch import Fetch

    async with Fetch(settings.fetch, clock) as fetch:
        try:
            return await fetch.get(url, accept=PAGE_ACCEPT, urgent=True)
        except FetchError as error:
            return error.problem


def _extracted(page: Page) -> Article | Problem:
    return extract(page, None, Site(host_of(page.final_url), outlet_of(page.final_url)))


def show(found: Article | Capture, form: str, now: datetime) -> str:
    """What was read as a "page" for a terminal, as "text" in a capture's layout, or as "json"."""
    if isinstance(found, Capture):
        forms = {"text": as_text, "json": terminal.capture_json, "page": terminal.capture_page}
        return forms[form](found)
    if form == "text":
        return terminal.article_text(found, now)
    return terminal.article_json(found, now) if form == "json" else terminal.article_page(found, now)
