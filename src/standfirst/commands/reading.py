"""One article from one source, with no database and no server: what `standfirst read` shows.

A file is a page if it is markup, otherwise a plain-text capture, and that is UTF-8, or UTF-16 with a byte order mark:
nothing is guessed that would lose letters. Whatever else it is, a Problem says.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from standfirst.commands import terminal
from standfirst.config import Clock, Settings
from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.extract.capture import Capture, as_text, read_capture
from standfirst.extract.decode import to_utf8
from standfirst.extract.page import extract
from standfirst.model import Article, Page, Site, digest_of
from standfirst.pipeline import PAGE_ACCEPT
from standfirst.urls import host_of, outlet_of, parse

LARGEST_FILE = 30 * 1024 * 1024
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HEAD = 65536  # bytes in which a document says what it is
_FEED_ROOTS = frozenset(("rss", "feed", "rdf"))
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image, a sound or a film (RIFF)"),
    (b"PK\x03\x04", "a ZIP archive, or a document packed as one"),
    (b"\x1f\x8b", "a gzip archive"),
)
# nothing is tried again by itself here and no feed's text stands behind: what to do is another than when collecting
_ADVICE = {
    Code.ADDRESS_REFUSED: "allow this address and port with `[fetch] allow` if it is yours",
    Code.CONNECTION_FAILED: "look whether the site opens in a browser, and try again later",
    Code.TLS_FAILED: "look at the site's certificate in a browser, and try again later",
    Code.TIMED_OUT: "try again later",
    Code.TOO_LARGE: "save the page without what is packed into it, and give the file",
    Code.BAD_ANSWER: "try again later: the server did not speak HTTP",
    Code.HTTP_STATUS: "open the address in a browser; save the page there and give the file",
    Code.ASKED_TO_WAIT: "try again after that time: the host asked to be left alone",
    Code.ROBOTS_DENIED: "open the address in a browser: the source asks robots not to fetch",
    Code.GONE: "nothing: its publisher says that it will not come back (410)",
    Code.NOT_HTML: "give an article's web page, or a capture of it as plain text",
    Code.PAGE_UNREADABLE: "look whether the page shows an article in a browser, and save it from there",
    Code.CAPTURE_INCOMPLETE: "give the whole page as UTF-8 text: age line, headline, standfirst, body, link line",
    Code.FILE_UNREADABLE: "look at the path, its permissions and what the file holds",
}


def read_source(source: str, url: str, settings: Settings, clock: Clock) -> Article | Capture | Problem:
    """The article at a URL, in a saved page, or in a plain-text capture, or why there is none.

    url: the address that a saved page had; without it the page's own canonical address is taken.
    """
    scheme = _SCHEME.match(source)
    if scheme and scheme[1].lower() not in ("http", "https"):
        wanted = "http:// or https://, or the path of a file"
        return Problem(Stage.COLLECT, Code.ADDRESS_INVALID, source, "", f"an address that begins {scheme[0]}", wanted)
    if url and parse(url) is None:
        return Problem(Stage.COLLECT, Code.ADDRESS_INVALID, url, "--url", "no web address", "http:// or https://")
    if scheme:
        page = asyncio.run(_fetched(source, settings, clock))
        return page if isinstance(page, Problem) else _extracted(page, source)
    return _from_file(source, parse(url) or "")


def in_words(problem: Problem) -> str:
    """A problem as it is printed here, with what to do about it here."""
    advice = _ADVICE.get(problem.code, problem.code.advice)
    return f"{str(problem).removesuffix(problem.code.advice + '.')}{advice}."


def _from_file(source: str, address: str) -> Article | Capture | Problem:
    data = _file(source)
    if isinstance(data, Problem):
        return data
    if looks_like_markup(data):
        modified = datetime.fromtimestamp(Path(source).stat().st_mtime, UTC)
        page = Page(address, address, 200, "text/html", {}, data, modified, digest_of(data))
        return _extracted(page, source)
    if other := _other_kind(data):
        return _no_article(source, other)
    text = _text(data, source)
    return text if isinstance(text, Problem) else read_capture(text, source)


def _file(source: str) -> bytes | Problem:
    """A file's bytes, or why they cannot be had."""
    try:
        if Path(source).is_dir():
            return _unreadable(source, "a folder")
        with Path(source).open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        return _unreadable(source, getattr(error, "strerror", None) or str(error))
    if len(data) > LARGEST_FILE:
        most = f"{LARGEST_FILE} at most"
        return Problem(Stage.COLLECT, Code.TOO_LARGE, source, "", f"more than {LARGEST_FILE} bytes", most)
    return data or _unreadable(source, "an empty file")


def _unreadable(source: str, found: str) -> Problem:
    return Problem(Stage.COLLECT, Code.FILE_UNREADABLE, source, "", found, "a readable file, or an http(s) URL")


def _no_article(source: str, found: str) -> Problem:
    wanted = "an article: an HTML page, or a capture of one as plain text"
    return Problem(Stage.EXTRACT, Code.NOT_HTML, source, "", found, wanted)


def looks_like_markup(data: bytes) -> bool:
    """Whether a file is a page rather than plain text: it begins with "<" after blanks and a byte order mark."""
    return data[:512].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _other_kind(data: bytes) -> str:
    """What a document is that is no article, in words, or ""."""
    for signature, words in _SIGNATURES:
        if data.startswith(signature):
            return words
    if b"\x00" in data[:512] and not _is_marked_utf16(data):
        return "binary data, or UTF-16 without a byte order mark" if looks_like_markup(data) else ""
    return "a feed: give its address to `standfirst add`" if _is_feed(data) else ""


def _is_feed(data: bytes) -> bool:
    from standfirst.collect.document import read_prolog

    head = to_utf8(data[:_HEAD], "").decode("utf-8", "replace").lstrip()
    if head.startswith("{"):
        return "jsonfeed.org/version" in head
    return read_prolog(head).root.rpartition(":")[2].lower() in _FEED_ROOTS if head.startswith("<") else False


def _is_marked_utf16(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _text(data: bytes, source: str) -> str | Problem:
    """The text of a capture. Only what its bytes say without doubt: UTF-8, or UTF-16 that says so, and no U+0000."""
    name = "utf-16" if _is_marked_utf16(data) else "utf-8"
    try:
        text, end = data.decode(name), len(data)
    except UnicodeDecodeError as error:
        text, end = data[: error.start].decode(name), error.start
    before, nothing, _ = text.partition("\x00")
    if nothing:
        return _no_text(source, f"bytes that are no text (U+0000) at offset {len(before.encode(name))}")
    if end < len(data):
        return _no_text(source, f"bytes that are no {name.upper()} text at offset {end}")
    return text.removeprefix("\ufeff")


def _no_text(source: str, found: str) -> Problem:
    wanted = "UTF-8, or UTF-16 with a byte order mark"
    return Problem(Stage.EXTRACT, Code.CAPTURE_INCOMPLETE, source, "", found, wanted)


async def _fetched(url: str, settings: Settings, clock: Clock) -> Page | Problem:
    from standfirst.collect.fetch import Fetch

    async with Fetch(settings.fetch, clock) as fetch:
        try:
            return await fetch.get(url, accept=PAGE_ACCEPT, urgent=True)
        except FetchError as error:
            return error.problem


def _extracted(page: Page, source: str) -> Article | Problem:
    if other := _other_kind(page.body):
        return _no_article(source, other)
    found = extract(page, None, Site(host_of(page.final_url), outlet_of(page.final_url)))
    return replace(found, source=source) if isinstance(found, Problem) else found


def show(found: Article | Capture, form: str, now: datetime) -> str:
    """What was read as a "page" for a terminal, as "text" in a capture's layout, or as "json"."""
    if isinstance(found, Capture):
        forms = {"text": as_text, "json": terminal.capture_json, "page": terminal.capture_page}
        return forms[form](found)
    if form == "text":
        return terminal.article_text(found, now)
    return terminal.article_json(found, now) if form == "json" else terminal.article_page(found, now)
