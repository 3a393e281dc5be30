"""Which blocks of a page are the article's body."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

from standfirst.extract.blocks import Cut, cut
from standfirst.extract.dom import Node, Tree
from standfirst.extract.furniture import Furniture, is_furniture_text, is_hidden, names_of
from standfirst.extract.lexicon import class_pattern, phrase_pattern
from standfirst.model import BlockKind

_MOST_OF_TEXT = 0.82
_SHARE_BY_HEADLINE = 0.3
_OWN_ARTICLE = 600
_HINT_SHARE = 0.7
_LONGEST_LEAD = 15
_MUCH_HIDDEN = 200
_LONGEST_DEMAND = 300
_SENTENCE_END = re.compile(r"[.!?…。！？:;\"”“»’')\]]$")


class Body(NamedTuple):
    """The body's blocks in order, none where the page has no running text.

    lead: blocks between headline and body. after: those after it. headings: h2 elements of a page without h1.
    teasers: how many other stories the page announces. hidden: whether the page hides elements with much text.
    """

    blocks: list[Cut]
    lead: list[Cut]
    after: list[Cut]
    headings: list[Node]
    teasers: int
    hidden: bool


def find_body(tree: Tree, headline: Node | None, open_to_all: bool = False) -> Body:
    """Find the body of a page.

    headline: the element that prints it, or None. open_to_all: the page says that it is free to read, so what it hides
    is not hidden from those who have not paid.
    """
    body = tree.body()
    furniture = Furniture(tree, body, headline, open_to_all)
    cuts = cut(body, furniture)
    weights = _weights(cuts)
    lowest = _widened(_descend(_around(body, headline, weights), weights), cuts)
    chosen = _hinted(lowest, weights, tree.nodes)
    inside = {id(node) for node in chosen}
    kept = [
        item for item in cuts if id(item.node) in inside or any(id(node) in inside for node in item.node.ancestors())
    ]
    blocks = _trim(_after_headline(kept, headline), inside)
    headings = [node for node in tree.nodes if node.tag == "h2"][:2] if headline is None else []
    hidden = any(node.mass > _MUCH_HIDDEN and is_hidden(node) for node in tree.nodes)
    return Body(blocks, _lead(cuts, blocks, headline), _after(cuts, blocks), headings, len(furniture.teasers), hidden)


def _after(cuts: list[Cut], blocks: list[Cut]) -> list[Cut]:
    """The blocks after the body's last, a few."""
    start = next((place + 1 for place, item in enumerate(cuts) if blocks and item is blocks[-1]), 0)
    return cuts[start : start + _LONGEST_LEAD]


def _lead(cuts: list[Cut], blocks: list[Cut], headline: Node | None) -> list[Cut]:
    """The blocks after the headline, or a few before the body where it is not printed, up to the body."""
    end = next((place for place, item in enumerate(cuts) if blocks and item is blocks[0]), 0)
    start = next((place + 1 for place, item in enumerate(cuts) if item.node is headline), max(0, end - 5))
    return cuts[start:end][:_LONGEST_LEAD]


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


def _around(body: Node, headline: Node | None, weights: dict[int, int]) -> Node:
    """The lowest element around the headline that holds a good share of the page's running text.

    An article element of some length is enough by itself, however much the page holds besides.
    """
    wanted = _SHARE_BY_HEADLINE * weights.get(id(body), 0)
    for node in headline.ancestors() if headline is not None else ():
        weight = weights.get(id(node), 0)
        if weight >= wanted or (node.tag == "article" and weight >= _OWN_ARTICLE):
            return node
    return body


def _descend(node: Node, weights: dict[int, int]) -> Node:
    """The lowest element that holds most of the running text."""
    while True:
        inner = [child for child in node.children if isinstance(child, Node)]
        heaviest = max(inner, key=lambda child: weights.get(id(child), 0), default=None)
        if heaviest is None or weights.get(id(heaviest), 0) < _MOST_OF_TEXT * max(weights.get(id(node), 0), 1):
            return node
        node = heaviest


def _widened(chosen: Node, cuts: list[Cut]) -> Node:
    """Its parent, where paragraphs stand directly in that before what was chosen: the rest was wrapped for a wall."""
    parent = chosen.parent
    if parent is None or parent.tag == "body":
        return chosen
    before = takewhile(lambda child: child is not chosen, parent.children)
    wanted = {id(child) for child in before if isinstance(child, Node) and child.tag == "p"}
    return parent if any(id(item.node) in wanted and is_running_text(item) for item in cuts) else chosen


def _hinted(chosen: Node, weights: dict[int, int], nodes: list[Node]) -> list[Node]:
    """The elements within what was chosen that are marked as an article's body, if they hold most of it."""
    pattern = class_pattern("furniture", "body_classes")
    marked: list[Node] = []
    for node in nodes:
        if weights.get(id(node), 0) and (node.get("itemprop") == "articleBody" or pattern.search(names_of(node))):
            above = set(map(id, node.ancestors()))
            if id(chosen) in above and not any(id(other) in above for other in marked):
                marked.append(node)
    held = sum(weights[id(node)] for node in marked)
    return marked if marked and held >= _HINT_SHARE * weights.get(id(chosen), 0) else [chosen]


def _after_headline(cuts: list[Cut], headline: Node | None) -> list[Cut]:
    """The blocks below the headline, if it stands among them with most of the text after it."""
    for place, item in enumerate(cuts[:30]):
        if item.node is headline:
            before = sum(len(c.words) for c in cuts[:place])
            return cuts[place + 1 :] if before * 4 < sum(len(c.words) for c in cuts) else cuts
    return cuts


def _trim(cuts: list[Cut], inside: set[int]) -> list[Cut]:
    """Furniture texts out, then labels before the first paragraph and after the last."""
    kept = [item for item in cuts if _stays(item, inside)]
    running = [place for place, item in enumerate(kept) if is_running_text(item)]
    if not running:
        return []
    stop = running[-1] + 1
    stop += len(_closing_list(kept[running[-1]], kept[stop:]))
    return [item for item in kept[running[0] : stop] if not _is_stray(item)]


def _closing_list(last: Cut, after: list[Cut]) -> list[Cut]:
    """The items of the list that the body ends with: right behind its last paragraph, in the same element, unlinked.

    A list of links, of tags or of shares leads elsewhere; one further off belongs to something else.
    """
    around = _list_of(last) or (_list_of(after[0]) if after else None)
    beside = around is not None and (around is _list_of(last) or around.parent is last.node.parent)
    items = list(takewhile(lambda item: around is not None and _list_of(item) is around, after)) if beside else []
    return items if not any(item.linked * 2 > len(item.words) for item in items) else []


def _list_of(item: Cut) -> Node | None:
    """The list that a block is in, if it is an item of one."""
    if item.kind is not BlockKind.LIST_ITEM:
        return None
    return next((node for node in item.node.ancestors() if node.tag in ("ul", "ol")), None)


def _stays(item: Cut, inside: set[int]) -> bool:
    """Whether a block is no furniture text and no short cell of a table; a page may be laid out in a table itself."""
    if is_furniture_text(item.words, item.linked) and not asks_for_payment(item):
        return False
    below = takewhile(lambda up: id(up) not in inside, (item.node, *item.node.ancestors()))
    return len(item.words) >= 100 or not any(up.tag in ("td", "th") for up in below)


def asks_for_payment(item: Cut) -> bool:
    """Whether a block demands payment or registration: it stays for now, for what it says of the blocks after it."""
    return len(item.words) < _LONGEST_DEMAND and phrase_pattern("walls", "pay").search(item.words) is not None


def _is_stray(item: Cut) -> bool:
    """A few words that are neither prose nor a heading: a label, a name, a date."""
    return item.kind is BlockKind.PARAGRAPH and len(item.words) < 25 and not _SENTENCE_END.search(item.words)
