"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) to entries.

Tolerant where the specification is (ids that are numbers, the older `author`, unknown keys) and where feeds are (a name
for an author object, one tag for a list). What has the wrong type counts as missing; user_comment, icons, next_url and
extensions are not read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from standfirst.collect.draft import Context, Draft, absolute, finish
from standfirst.collect.reading import MOST_ENTRIES, Found, Head, empty, problem, reading, refused, source_of
from standfirst.collect.values import plain
from standfirst.errors import Code, Problem
from standfirst.model import Enclosure, Page, Reading

_VERSION = "jsonfeed.org/version/"
_MOST_CONTAINERS = 200_000  # objects and lists: 10,000 items have fewer, and as many need 64 MiB
_MOST_COMMAS = 1_000_000
_PARAGRAPHS = re.compile(r"\n\s*\n")


def is_json(text: str) -> bool:
    """Whether a document begins as a JSON object does."""
    return text[:1000].lstrip("\ufeff \t\r\n").startswith("{")


def is_json_feed(text: str) -> bool:
    """Whether a JSON document says that it is a JSON Feed, wherever it says so."""
    return _VERSION in text or _VERSION.replace("/", "\\/") in text  # PHP writes every slash with a backslash


def read_json_feed(text: str, page: Page) -> Reading:
    """The entries of a JSON Feed, in its own order. Raises FeedError: NOT_A_FEED, FEED_DAMAGED, TOO_LARGE."""
    source = source_of(page)
    document = _document(text, source)
    authors = tuple(_names(document))
    context = Context(page.url, source, False, False, authors)
    items = document["items"][: MOST_ENTRIES + 1]
    found = [_entry(item, context, f"/items/{number}") for number, item in enumerate(items) if isinstance(item, dict)]
    problems = [_no_object(source, number, item) for number, item in enumerate(items) if not isinstance(item, dict)]
    if not found:
        problems.append(empty(source))
    site = absolute(_text(document, "home_page_url"), source)
    head = Head(plain(_text(document, "title"), False), site, _hub(document, source))
    return reading(source, head, found, problems)


def _document(text: str, source: str) -> dict[str, Any]:
    if text.count("{") + text.count("[") > _MOST_CONTAINERS or text.count(",") > _MOST_COMMAS:
        raise refused(source, Code.TOO_LARGE, "a JSON document of very many values", f"{MOST_ENTRIES} items at most")
    wanted = "RSS, Atom or JSON Feed"
    try:
        # numbers stay as they are printed: an id is no quantity, and a million digits are slow to read
        found = json.JSONDecoder(parse_int=str, parse_float=str, strict=False).raw_decode(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        if not is_json_feed(text):
            raise refused(source, Code.NOT_A_FEED, "a JSON document", wanted) from error
        raise refused(source, Code.FEED_DAMAGED, _words(error), "a JSON Feed in whole JSON") from error
    document = found[0]
    if not isinstance(document, dict) or _VERSION not in _text(document, "version"):
        raise refused(source, Code.NOT_A_FEED, "a JSON document", wanted)
    if not isinstance(document.get("items"), list):
        raise refused(source, Code.NOT_A_FEED, "a JSON Feed without a list of items", wanted)
    return document


def _words(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "values inside values, too deep"


def _entry(item: dict[str, Any], context: Context, path: str) -> Found:
    draft = Draft(context, context.base)
    guid = _text(item, "id")
    draft.say("guid", guid)
    draft.say("title", plain(_text(item, "title"), False))
    for key in ("url", "external_url"):
        draft.say("link", absolute(_text(item, key), context.base))
    if guid.startswith(("https://", "http://")):
        draft.say("link", absolute(guid, context.base))
    draft.say("content", _text(item, "content_html"))
    draft.say("content", _as_html(_text(item, "content_text")))
    draft.say("summary", html.escape(_text(item, "summary"), quote=False))
    draft.say("published", _text(item, "date_published"))
    draft.say("updated", _text(item, "date_modified"))
    draft.authors.extend(_names(item))
    draft.categories.extend(tag for value in _list(item, "tags") if (tag := plain(_word(value), False)))
    draft.enclosures.extend(_media(item, context.base))
    return finish(draft, path)


def _as_html(text: str) -> str:
    """Plain text as HTML: a paragraph for each that a blank line ends, a break for each line."""
    parts = (html.escape(part.strip(), quote=False) for part in _PARAGRAPHS.split(text))
    return "".join(f"<p>{part}</p>".replace("\n", "<br>") for part in parts if part)


def _names(of: dict[str, Any]) -> Iterator[str]:
    """The authors' names; the older `author` counts only where `authors` names none ("Deprecations")."""
    names = [name for value in _list(of, "authors") if (name := _name(value))]
    yield from names or [name for value in _list(of, "author") if (name := _name(value))]


def _name(value: object) -> str:
    return plain(_text(value, "name") if isinstance(value, dict) else _word(value), False)


def _media(item: dict[str, Any], base: str) -> Iterator[Enclosure]:
    for value in _list(item, "attachments"):
        if isinstance(value, dict) and (url := absolute(_text(value, "url"), base)):
            size = _text(value, "size_in_bytes").partition(".")[0]
            length = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
            yield Enclosure(url, _text(value, "mime_type").lower(), length)
    for key in ("image", "banner_image"):
        if url := absolute(_text(item, key), base):
            yield Enclosure(url)


def _hub(document: dict[str, Any], base: str) -> str:
    """The first WebSub hub ("Subscribing to Real-time Notifications")."""
    for value in _list(document, "hubs"):
        if isinstance(value, dict) and _text(value, "type").lower() == "websub":
            return absolute(_text(value, "url"), base)
    return ""


def _list(of: dict[str, Any], key: str) -> list[Any]:
    """The values of a list; a single value counts as a list of one."""
    value = of.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(of: dict[str, Any], key: str) -> str:
    return _word(of.get(key)).strip()


def _word(value: object) -> str:
    """A string, or a number as it was printed; "" for anything else."""
    return value if isinstance(value, str) else ""


def _no_object(source: str, number: int, item: object) -> Problem:
    found = f"{type(item).__name__} {item!r}"[:100]
    return problem(Code.ENTRY_WITHOUT_ID, source, f"/items/{number}", found, "an object")
