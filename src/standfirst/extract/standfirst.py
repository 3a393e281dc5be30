"""The standfirst: the lines between headline and text that an editor wrote, or none."""

from __future__ import annotations

from standfirst.extract.blocks import Cut
from standfirst.extract.dom import Node, words_of
from standfirst.extract.found import Found
from standfirst.extract.furniture import names_of
from standfirst.extract.lexicon import class_pattern
from standfirst.extract.likeness import similarity, tokens
from standfirst.extract.metadata import Head
from standfirst.model import Method

_CLOSE = 0.75
_SHORTEST, _LONGEST = 20, 700


def find_standfirst(head: Head, headline: str, body: list[Cut]) -> Found | None:
    """What the page prints as its standfirst, else a description that is not the beginning of the body; or none."""
    described = [found for found in _described(head) if _fits(found.value, headline)]
    printed = [found for found in _printed(head, body) if _fits(found.value, headline)]
    for found in printed:
        if any(similarity(found.value, other.value) >= _CLOSE for other in described):
            return found
    if printed:
        return printed[0]
    return next((found for found in described if not _begins_body(found.value, body)), None)


def _described(head: Head) -> list[Found]:
    said = (
        head.said("description"),
        head.meta("og:description"),
        head.meta("description"),
        head.meta("twitter:description"),
    )
    return [found for found in said if found is not None]


def _printed(head: Head, body: list[Cut]) -> list[Found]:
    """Elements named as standfirsts are, in the neighbourhood of headline or body."""
    pattern = class_pattern("standfirst", "classes")
    near = _neighbourhood(head, body)
    found = []
    for node in near.elements() if near is not None else ():
        if 0 < node.mass + node.linked <= _LONGEST and node.linked <= node.mass:
            names = names_of(node)
            if node.get("itemprop") in ("description", "alternativeHeadline") or (names and pattern.search(names)):
                found.append(Found(words_of(node), Method.DOM, node))
    return found[:5]


def _neighbourhood(head: Head, body: list[Cut]) -> Node | None:
    """The lowest element that holds both the top heading and the body's first block."""
    if not body:
        return None
    around = [body[0].node, *body[0].node.ancestors()]
    for h1 in head.h1s:
        above = set(map(id, h1.ancestors()))
        return next((node for node in around if id(node) in above), None)
    return around[min(3, len(around) - 1)]


def _fits(words: str, headline: str) -> bool:
    return (
        _SHORTEST <= len(words) <= _LONGEST and similarity(words, headline) < 0.9 and not words.endswith(("...", "[…]"))
    )


def _begins_body(words: str, body: list[Cut]) -> bool:
    opening = tokens(" ".join(item.words for item in body[:3]))
    wanted = tokens(words)
    return wanted[:12] == opening[:12] if len(wanted) > 3 else False
