"""JSON-LD as pages carry it (schema.org in script elements): the one article object, and pointers into it.

Pointers: "n#/a/0/b" is RFC 6901 pointer "/a/0/b" in the n-th script of type application/ld+json, counted from 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from standfirst.extract.dom import Node

_ARTICLE = re.compile(r"Article$|^Report$|BlogPosting$|LiveBlogPosting$|^NewsArticle|^Review$|SocialMediaPosting$")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_DEEPEST = 40
_LARGEST = 2_000_000


class Thing(NamedTuple):
    """One object of JSON-LD and its pointer."""

    value: dict[str, Any]
    pointer: str

    def types(self) -> list[str]:
        """Its types, without the vocabulary's address."""
        raw = self.value.get("@type")
        return [str(item).rpartition("/")[2] for item in (raw if isinstance(raw, list) else [raw]) if item]


def scripts(nodes: list[Node]) -> list[Any]:
    """The values of the page's JSON-LD scripts, in order; None for one that cannot be read."""
    return [_read(node) for node in nodes if node.tag == "script" and _is_json_ld(node)]


def _is_json_ld(node: Node) -> bool:
    return node.get("type").partition(";")[0].strip().lower() == "application/ld+json"


def _read(node: Node) -> Any:
    text = "".join(child for child in node.children if isinstance(child, str)).strip()
    text = text.removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").strip(" \n;")
    if len(text) > _LARGEST:
        return None
    for attempt in (text, _CONTROL.sub(" ", text), re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def things(values: list[Any]) -> list[Thing]:
    """Every object that has a type, in document order, with its pointer."""
    return [thing for number, value in enumerate(values, 1) for thing in _walk(value, f"{number}#")]


def _walk(value: Any, pointer: str) -> Iterator[Thing]:
    stack = [(value, pointer, 0)]
    while stack:
        value, pointer, depth = stack.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(value, dict):
            if "@type" in value:
                yield Thing(value, pointer)
            inner = [(item, f"{pointer}/{_escaped(key)}", depth + 1) for key, item in value.items()]
        elif isinstance(value, list):
            inner = [(item, f"{pointer}/{place}", depth + 1) for place, item in enumerate(value)]
        else:
            continue
        stack += [entry for entry in reversed(inner) if isinstance(entry[0], (dict, list))]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def article_of(found: list[Thing]) -> Thing | None:
    """The object that speaks of the page's article: of those of an article's type, the one that says the most."""
    best, most = None, -_DEEPEST
    for thing in found:
        if any(_ARTICLE.search(kind) for kind in thing.types()):
            said = sum(
                key in thing.value for key in ("headline", "datePublished", "author", "description", "articleBody")
            )
            depth = thing.pointer.count("/")
            if said * 10 - depth > most:
                best, most = thing, said * 10 - depth
    return best


def resolve(values: list[Any], pointer: str) -> Any:
    """The value at a pointer, None where there is none."""
    number, _, path = pointer.partition("#")
    if not number.isdigit() or not 0 < int(number) <= len(values):
        return None
    value = values[int(number) - 1]
    for step in path.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def referred(found: list[Thing], value: Any) -> Thing | None:
    """The object that {"@id": ...} refers to."""
    wanted = value.get("@id") if isinstance(value, dict) else None
    if not isinstance(wanted, str):
        return None
    named = (thing for thing in found if thing.value.get("@id") == wanted and len(thing.value) > 2)
    return next(named, None)
