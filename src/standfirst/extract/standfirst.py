"""The standfirst: the lines between headline and text that an editor wrote, or none."""

from __future__ import annotations

import re

from standfirst.extract.blocks import Cut
from standfirst.extract.dom import Node
from standfirst.extract.found import Found
from standfirst.extract.furniture import names_of
from standfirst.extract.lexicon import class_pattern, opening_pattern, table
from standfirst.extract.likeness import similarity, tokens
from standfirst.extract.metadata import Head
from standfirst.model import Method

_CLOSE = 0.75
_SHORTEST, _LONGEST = 25, 700
_SHARED_WORDS = 0.2
_CUT_SHORT = ("...", "…", "[…]", "[...]")


def find_standfirst(head: Head, headline: str, lead: list[Cut], body: list[Cut]) -> Found | None:
    """The standfirst that the page prints, else a description that is no mere beginning of the body; or none.

    lead: blocks between headline and body. A printed block is believed when the page's own description repeats it,
    or when its element is named as standfirsts are; the description alone, when it speaks of this article.
    """
    described = [found for found in _described(head) if _fits(found.value, headline) and not _is_motto(found, head)]
    best, most = None, 0
    opening = [item for item in body[:1] if _stands_out(item, body)]
    for place, item in enumerate([*lead, *opening]):
        if _fits(item.words, headline) and item.linked * 2 <= len(item.words):
            belief = _belief(item, described, place < len(lead))
            if belief > most:
                best, most = item, belief
    if best is not None:
        return Found(best.words, Method.DOM, best)
    return next((found for found in described if _speaks_of(found.value, headline, body)), None)


def _described(head: Head) -> list[Found]:
    said = (head.meta("og:description"), head.said("description"), head.meta("description", "twitter:description"))
    return [found for found in said if found is not None]


def _is_motto(described: Found, head: Head) -> bool:
    """Whether a description speaks of the outlet: it names that first, as a dictionary would, or opens as mottos do.

    "The Gazette: news from the valley" does, "The Gazette has been sold to its readers" need not.
    """
    if opening_pattern("standfirst", "page_openings").match(described.value):
        return True
    verbs = "|".join(re.escape(verb) for verb in table("standfirst")["introductions"])
    after = re.compile(rf"\s*[:|·]|\s+[-–—]\s|,?\s+(?:{verbs})(?!\w)", re.IGNORECASE)
    starts = [len(name) for name in head.site_names() if described.value.casefold().startswith(name.casefold())]
    return any(after.match(described.value, start) for start in starts)


def _belief(item: Cut, described: list[Found], before_body: bool) -> int:
    repeated = any(similarity(item.words, found.value) >= _CLOSE for found in described)
    named = _is_named(item.node)
    if not repeated and not named:
        return 0
    return 4 * repeated + 2 * named + before_body


def _is_named(node: Node) -> bool:
    """Whether the element, or one around it that holds little else, is named as standfirsts are."""
    pattern = class_pattern("standfirst", "classes")
    for at in (node, *node.ancestors()):
        if at.mass + at.linked > _LONGEST:
            return False
        if at.get("itemprop") in ("description", "alternativeHeadline") or pattern.search(names_of(at)):
            return True
    return False


def _stands_out(item: Cut, body: list[Cut]) -> bool:
    """Whether the body's first block is set apart from the paragraphs after it: bold, a heading, of another class."""
    inner = [child for child in item.node.children if not isinstance(child, str) or child.strip()]
    if inner and all(isinstance(child, Node) and child.tag in ("b", "strong", "em", "i", "br") for child in inner):
        return True
    after = [other.node for other in body[1:8] if other.kind is item.kind]
    return bool(after) and all(_looks(other) != _looks(item.node) for other in after)


def _looks(node: Node) -> tuple[str, str, str]:
    parent = node.parent
    return node.tag, names_of(node), names_of(parent) if parent is not None else ""


def _fits(words: str, headline: str) -> bool:
    return _SHORTEST <= len(words) <= _LONGEST and similarity(words, headline) < 0.9


def _speaks_of(words: str, headline: str, body: list[Cut]) -> bool:
    """Whether a description is of this article, and not the outlet's motto or the body's beginning cut short."""
    if words.endswith(_CUT_SHORT):
        return False
    wanted = tokens(words)
    opening = tokens(" ".join(item.words for item in body[:3]))
    if len(wanted) > 3 and wanted[:10] == opening[:10]:
        return False
    known = {*tokens(headline), *(token for item in body[:12] for token in tokens(item.words))}
    return len(wanted) < 5 or sum(token in known for token in wanted) >= _SHARED_WORDS * len(wanted)
