"""Read with feedparser what the quick path cannot: slow, tolerant, for small documents only.

Its cleaning and its resolving of relative links inside HTML are off: text fields are decoded here, and body HTML is
cleaned where it is stored.
"""

from __future__ import annotations

import io
from typing import Any

from standfirst.collect.entries import Context, Draft, absolute, finish
from standfirst.collect.values import name_of, plain
from standfirst.model import Enclosure, Entry

LARGEST = 4 * 1024 * 1024  # bytes: feedparser needs 6.5 CPU seconds and 72 MiB for as many
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_tolerantly(text: str, context: Context, limit: int) -> tuple[str, str, list[tuple[Entry, str]]]:
    """Title, site and entries, each entry with the date that could not be read or ""; nothing where nothing is."""
    body = text.encode("utf-8", "replace")
    if len(body) > LARGEST:
        return "", "", []
    found = _parse(body, context.base)
    head = found.get("feed", {})
    entries = [
        _entry(entry, context, f"/entry[{number}]") for number, entry in enumerate(found.get("entries", [])[:limit], 1)
    ]
    return plain(head.get("title") or ""), absolute(head.get("link") or "", context.base), entries


def _parse(body: bytes, base: str) -> Any:
    import feedparser  # 0.2 CPU seconds: only for documents that need it

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    try:
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return {}  # on hostile documents it fails in many ways: each means that there is nothing to read


def _entry(found: Any, context: Context, path: str) -> tuple[Entry, str]:
    draft = Draft(context, context.base)
    title = found.get("title_detail") or {}
    draft.say("title", plain(found.get("title") or "", title.get("type") != "text/plain"))
    draft.say("guid", (found.get("id") or "").strip())
    draft.say("link", absolute(found.get("link") or "", context.base))
    draft.say("summary", found.get("summary") or "")
    for part in found.get("content") or ():
        draft.say("content", part.get("value") or "")
    draft.authors.extend(name_of(plain(a["name"])) for a in found.get("authors") or () if a.get("name"))
    draft.say("published", found.get("published") or "")
    draft.say("created", found.get("created") or "")
    draft.say("updated", found.get("updated") or "")
    draft.categories.extend(term for tag in found.get("tags") or () if (term := plain(tag.get("term") or "")))
    for medium in found.get("enclosures") or ():
        if url := absolute(medium.get("href") or "", context.base):
            draft.enclosures.append(Enclosure(url, medium.get("type") or ""))
    return finish(draft, path)
