"""Who wrote it: names, without the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from standfirst.extract import jsonld
from standfirst.extract.dom import Node, words_of
from standfirst.extract.found import Found
from standfirst.extract.furniture import names_of
from standfirst.extract.lexicon import class_pattern, opening_pattern, phrase_pattern, table
from standfirst.extract.metadata import Head, in_json
from standfirst.model import Method

_LONGEST = 80
_MOST = 12
_LONGEST_LIST = 600
_MOMENT = re.compile(r"(?<!\d)(?:\d{1,2}:\d\d|(?:19|20)\d\d)(?!\d)")  # a clock or a year: bylines often print both


def find_bylines(head: Head) -> list[Found]:
    """The names, in the order printed: from JSON-LD, else metadata, else elements named as bylines."""
    for source in (_from_json, _from_metas, _from_links, _from_classes):
        names = _unique(name for found in source(head) for name in split_names(found))
        if names:
            return names[:_MOST]
    return []


def _unique(names: Iterator[Found]) -> list[Found]:
    seen: dict[str, Found] = {}
    for found in names:
        seen.setdefault(found.value.casefold(), found)
    return list(seen.values())


def _from_json(head: Head) -> Iterator[Found]:
    if head.article is None:
        return
    for key in ("author", "creator"):
        value = head.article.value.get(key)
        yield from _persons(head, value, f"{head.article.pointer}/{key}")
        if value:
            return


def _persons(head: Head, value: Any, pointer: str) -> Iterator[Found]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _persons(head, item, f"{pointer}/{place}") if not isinstance(item, list) else ()
    elif isinstance(value, str):
        yield in_json(value, pointer)
    elif isinstance(value, dict):
        thing = value if "name" in value else None
        if thing is None and (other := jsonld.referred(head.things, value)):
            thing, pointer = other.value, other.pointer
        name = thing.get("name") if thing else None
        if isinstance(name, list):
            yield from (in_json(item, f"{pointer}/name/{n}") for n, item in enumerate(name) if isinstance(item, str))
        elif isinstance(name, str):
            yield in_json(name, f"{pointer}/name")


def _from_metas(head: Head) -> Iterator[Found]:
    for name in (
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
    ):
        names = [
            found for found in head.meta_and_beside(name) if "://" not in found.value and "/" not in found.value[:1]
        ]
        if names:
            yield from names
            return


def _from_links(head: Head) -> Iterator[Found]:
    for node in head.tree.nodes:
        if node.tag in ("a", "span", "div") and (
            "author" in node.get("rel").split() or node.get("itemprop") == "author"
        ):
            words = words_of(node)
            if 0 < len(words) <= _LONGEST:
                yield Found(words, Method.DOM, node)


def _from_classes(head: Head) -> Iterator[Found]:
    pattern = class_pattern("bylines", "classes")
    for node in head.tree.nodes:
        if 0 < node.mass + node.linked <= _LONGEST and (names := names_of(node)) and pattern.search(names):
            yield from (Found(words_of(each), Method.DOM, each) for each in _alike(node))
            return


def _alike(node: Node) -> list[Node]:
    """The element and those beside it of the same name: many pages put each of several authors into their own."""
    beside = node.parent.children if node.parent is not None else [node]
    alike = [each for each in beside if isinstance(each, Node) and names_of(each) == names_of(node)]
    return [each for each in alike if 0 < each.mass + each.linked <= _LONGEST]


def split_names(found: Found) -> Iterator[Found]:
    """The names within one byline, each as a span of it: "By Jane Doe and John Roe" holds two."""
    words = found.value[:_LONGEST_LIST]
    joiners = "|".join(re.escape(word) for word in table("bylines")["joiners"])
    start = 0
    for match in [*re.finditer(rf"\s*[,;|/•·]\s*|\s+(?:{joiners})\s+", words, re.IGNORECASE), None]:
        end = match.start() if match else len(words)
        yield from _name(found, start, end)
        start = match.end() if match else end


def _name(found: Found, start: int, end: int) -> Iterator[Found]:
    """The name in found.value[start:end], if it is one."""
    opening = opening_pattern("bylines", "prefixes").match(found.value[start:end])
    if opening and found.value[start + opening.end() : end].strip(" :"):
        start += opening.end()
    while start < end and found.value[start] in " :.-–—":
        start += 1
    while end > start and found.value[end - 1] in " :-–—":
        end -= 1
    name = found.value[start:end]
    if is_name(name):
        whole = start == 0 and end == len(found.value)
        yield found._replace(value=name, form=found.form if whole else f"{found.form}[{start}:{end}]")


def is_name(words: str) -> bool:
    """Whether it can be a person's, an agency's or an outlet's name."""
    if not 2 <= len(words) <= 60 or "@" in words or "://" in words:
        return False
    if _MOMENT.search(words) or phrase_pattern("bylines", "reading_times").search(words):
        return False
    return any(map(str.isalpha, words)) and words.casefold() not in table("bylines")["not_names"]
