"""Which blocks of a page are the article's body."""

from __future__ import annotations

import re

from standfirst.extract.blocks import Cut, cut
from standfirst.extract.dom import Node, words_of
from standfirst.extract.furniture import is_furniture_text, names_of
from standfirst.extract.lexicon import class_pattern
from standfirst.model import BlockKind

_MOST_OF_TEXT = 0.82
_HINT_SHARE = 0.5
_SENTENCE_END = re.compile(r"[.!?…。！？:;\"”“»’')\]]$")


def find_body(root: Node, headline: str) -> list[Cut]:
    """The body's blocks in order; none where the page has no running text. headline: as printed on the page."""
    body = next((child for child in root.children if isinstance(child, Node) and child.tag == "body"), root)
    cuts = cut(body, body.mass)
    if not cuts:
        return []
    weights = _weights(cuts)
    chosen = _hinted(_descend(body, weights), weights, root)
    inside = [item for item in cuts if item.node is chosen or chosen in item.node.ancestors()]
    return _trim(_after_headline(inside, headline))


def is_running_text(item: Cut) -> bool:
    """Whether a block reads as a paragraph of prose rather than a label or a link."""
    if item.kind is BlockKind.HEADING or item.linked * 2 > len(item.words):
        return False
    return len(item.words) >= 80 or (len(item.words) >= 25 and _SENTENCE_END.search(item.words) is not None)


def _weights(cuts: list[Cut]) -> dict[int, int]:
    """Letters of running text under each element, by the element's id."""
    weights: dict[int, int] = {}
    for item in cuts:
        if is_running_text(item):
            weight = len(item.words) - item.linked
            for node in (item.node, *item.node.ancestors()):
                weights[id(node)] = weights.get(id(node), 0) + weight
    return weights


def _descend(node: Node, weights: dict[int, int]) -> Node:
    """The lowest element that holds most of the running text."""
    while True:
        inner = [child for child in node.children if isinstance(child, Node)]
        heaviest = max(inner, key=lambda child: weights.get(id(child), 0), default=None)
        if heaviest is None or weights.get(id(heaviest), 0) < _MOST_OF_TEXT * max(weights.get(id(node), 0), 1):
            return node
        node = heaviest


def _hinted(chosen: Node, weights: dict[int, int], root: Node) -> Node:
    """An element that is marked as the article's body, if it holds enough of what was chosen; else what was chosen."""
    wanted = weights.get(id(chosen), 0) * _HINT_SHARE
    pattern = class_pattern("furniture", "body_classes")
    best, most = chosen, 0
    for node in root.elements():
        weight = weights.get(id(node), 0)
        if (
            weight > wanted
            and weight > most
            and (node.get("itemprop") == "articleBody" or pattern.search(names_of(node)))
        ):
            best, most = node, weight
    return best if best is not chosen and chosen in best.ancestors() else chosen


def _after_headline(cuts: list[Cut], headline: str) -> list[Cut]:
    """The blocks below the headline, if it stands among them with most of the text after it."""
    folded = headline.casefold()
    for place, item in enumerate(cuts[:30]):
        if item.kind is BlockKind.HEADING and item.words.casefold() == folded:
            before = sum(len(c.words) for c in cuts[:place])
            return cuts[place + 1 :] if before * 4 < sum(len(c.words) for c in cuts) else cuts
    return cuts


def _trim(cuts: list[Cut]) -> list[Cut]:
    """Furniture texts out, then labels before the first paragraph and after the last."""
    kept = [item for item in cuts if _stays(item)]
    running = [place for place, item in enumerate(kept) if is_running_text(item)]
    if not running:
        return []
    return [item for item in kept[running[0] : running[-1] + 1] if not _is_stray(item)]


def _stays(item: Cut) -> bool:
    if is_furniture_text(item.words, item.linked):
        return False
    in_table = any(up.tag in ("td", "th") for up in (item.node, *item.node.ancestors()))
    return not in_table or len(item.words) >= 100


def _is_stray(item: Cut) -> bool:
    """A few words that are neither prose nor a heading: a label, a name, a date."""
    return item.kind is BlockKind.PARAGRAPH and len(item.words) < 25 and not _SENTENCE_END.search(item.words)


__all__ = ["find_body", "is_running_text", "words_of"]
