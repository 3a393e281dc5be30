"""When it was published and last changed, to the minute.

A time printed without a zone counts as UTC, on pages as in feeds; one with a zone is preferred to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from standfirst.dates import parse_iso
from standfirst.extract.dom import SILENT, Node, words_of
from standfirst.extract.forms import minute, normal
from standfirst.extract.found import Found
from standfirst.extract.furniture import names_of
from standfirst.extract.lexicon import class_pattern, opening_pattern
from standfirst.extract.metadata import Head
from standfirst.model import Method
from standfirst.text import clean_words

# names of meta elements, hyphens, dots, colons and underscores apart
_PUBLISHED = (
    "articlepublishedtime",
    "ogarticlepublishedtime",
    "datepublished",
    "ogpublishedtime",
    "date",
    "dcdateissued",
    "dctermscreated",
    "dcdate",
    "parselypubdate",
    "sailthrudate",
    "pubdate",
    "publishdate",
    "publicationdate",
    "cxenseparserecspublishtime",
)
_LONGEST = 120
_PUNCTUATION = re.compile(r"[-_.:]")
_MODIFIED = ("articlemodifiedtime", "ogupdatedtime", "datemodified", "lastmodified", "dctermsmodified")


def find_published(head: Head) -> Found | None:
    """The time of publication, in the form "minute", or None where the page states none that can be read."""
    stated = _stated(head, ("datePublished", "dateCreated", "uploadDate"), _PUBLISHED)
    return _best([*stated, *_elements(head, "datePublished")]) or _printed(head)


def find_modified(head: Head) -> Found | None:
    """The time of the last change, in the form "minute"."""
    return _best([*_stated(head, ("dateModified",), _MODIFIED), *_elements(head, "dateModified", named_only=True)])


def instant(found: Found | None) -> datetime | None:
    """The time of a value in the form "minute"."""
    return datetime.strptime(found.value, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC) if found else None


def _stated(head: Head, keys: tuple[str, ...], metas: tuple[str, ...]) -> Iterator[tuple[str, Found]]:
    for key in keys:
        if (found := head.said(key)) is not None:
            yield found.value, found._replace(form="minute")
    plain = {_PUNCTUATION.sub("", name): name for name in reversed(head.metas)}
    for wanted in metas:
        if wanted in plain and (found := head.meta(plain[wanted])) is not None:
            yield found.value, found._replace(form="minute")


def _elements(head: Head, itemprop: str, named_only: bool = False) -> Iterator[tuple[str, Found]]:
    """Times in elements: those named first, then the first time element of the page."""
    times = [node for node in head.times if node.tag == "time" or node.get("itemprop") == itemprop]
    named = [node for node in times if node.get("itemprop") == itemprop or "pubdate" in node.attrs]
    for node in named if named_only else [*named, *times[:3]]:
        yield from _element(node)


def _element(node: Node) -> Iterator[tuple[str, Found]]:
    for attribute in ("datetime", "content"):
        if raw := clean_words(node.get(attribute)):
            yield raw, Found(raw, Method.MICRODATA if node.get("itemprop") else Method.DOM, node, attribute, "minute")


def _printed(head: Head) -> Found | None:
    """The first date printed in a short element that is named, or begins, as dates are."""
    named, labelled = class_pattern("times", "classes"), opening_pattern("times", "labels")
    for node in head.tree.nodes:
        if 0 < node.mass <= _LONGEST and node.tag not in SILENT and not node.blocky:
            words = words_of(node)
            if named.search(names_of(node)) or labelled.match(words):
                value = normal(words, "printed-date")
                if value is not None:
                    return Found(value, Method.DOM, node, "", "printed-date")
    return None


def _best(stated: list[tuple[str, Found]]) -> Found | None:
    """The first that says a time of day with a zone, else one with a time of day, else a day."""
    ranked = []
    for place, (raw, found) in enumerate(stated):
        value = minute(raw)
        if value is not None:
            ranked.append((_vagueness(raw), place, found._replace(value=value)))
    return min(ranked, key=lambda item: item[:2])[2] if ranked else None


def _vagueness(raw: str) -> int:
    plain = parse_iso(raw)
    if ":" not in raw and len(raw) <= 10:
        return 2
    return 0 if plain is None or plain.tzinfo is not None else 1
