"""The stable doors for outside scorers: plain values in, plain values out, nothing raised for bad input."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from standfirst.collect.feed import read_feed
from standfirst.errors import FeedError
from standfirst.extract.page import extract
from standfirst.model import Article, Page, Site, digest_of
from standfirst.urls import host_of, outlet_of

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def parse_feed(data: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """A feed document as a mapping: title, link, and entries of {title, link, id, author, published, summary, content}.

    headers: as the server sent them; content-type and content-location are used. A document that is no feed gives
    no entries.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    url = headers.get("content-location", "")
    media_type = headers.get("content-type", "")
    page = Page(url, url, 200, media_type, headers, data, _NEVER, "")
    try:
        reading = read_feed(page)
    except FeedError:
        return {"title": None, "link": None, "entries": []}
    entries = [
        {
            "title": entry.title,
            "link": entry.link,
            "id": entry.guid or entry.link,
            "author": ", ".join(entry.authors),
            "published": entry.published or entry.updated,
            "summary": entry.summary,
            "content": entry.content,
        }
        for entry in reading.entries
    ]
    return {"title": reading.title, "link": reading.site, "entries": entries}


def extract_page(html: bytes, url: str) -> dict[str, Any]:
    """A page as a mapping: title, standfirst or None, authors, published, body, language, state, reason, url."""
    page = Page(url, url, 200, "text/html", {}, html, _NEVER, digest_of(html))
    found = extract(page, None, Site(host_of(url), outlet_of(url)))
    if not isinstance(found, Article):
        return {"title": None, "standfirst": None, "authors": [], "published": None, "body": "", "state": "problem"}
    return {
        "title": found.headline,
        "standfirst": found.standfirst,
        "authors": list(found.bylines),
        "published": found.published,
        "modified": found.modified,
        "body": found.body(),
        "language": found.language,
        "sections": list(found.sections),
        "state": str(found.state),
        "reason": found.state_reason,
        "url": found.url,
    }
