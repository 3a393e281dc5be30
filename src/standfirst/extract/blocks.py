"""Cut a part of a page into blocks: paragraphs, headings, list items, quotes, and bare text between line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from standfirst.extract.dom import BLOCK, SILENT, Node, text_of
from standfirst.extract.furniture import Furniture
from standfirst.model import BlockKind
from standfirst.text import clean_words

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class Cut(NamedTuple):
    """One block as it stands on the page: children first to last of a node, without some elements under it.

    linked: letters of it that are in links.
    """

    kind: BlockKind
    node: Node
    first: int
    last: int
    without: tuple[Node, ...]
    words: str
    linked: int


def cut(root: Node, furniture: Furniture) -> list[Cut]:
    """Every block under root in document order, furniture left out."""
    found: list[Cut] = []
    stack: list[tuple[Node, int, int] | Node] = [root]
    while stack:
        item = stack.pop()
        if not isinstance(item, Node):
            _add(found, furniture, *item)
        elif item is root or not furniture.holds(item):
            if item.blocky or item.tag in ("br", "body"):
                stack.extend(reversed(list(_pieces(item))))
            elif item.children:
                stack.extend(reversed(list(_runs(item, 0, len(item.children)))))
    return found


def _pieces(node: Node) -> Iterator[tuple[Node, int, int] | Node]:
    """Its block children, and the runs of inline children between them."""
    start = 0
    for place, child in enumerate(node.children):
        if not isinstance(child, str) and (child.tag in BLOCK or child.blocky or child.tag in SILENT):
            yield from _runs(node, start, place)
            if child.tag not in SILENT:
                yield child
            start = place + 1
    yield from _runs(node, start, len(node.children))


def _runs(node: Node, start: int, stop: int) -> Iterator[tuple[Node, int, int]]:
    """The run of children start to stop, divided at double line breaks."""
    first, breaks = start, 0
    for place in range(start, stop):
        child = node.children[place]
        if isinstance(child, str):
            breaks = breaks if not child.strip() else 0
        elif child.tag == "br":
            breaks += 1
            if breaks == 2:
                yield node, first, place
                first = place + 1
        else:
            breaks = 0
    if first < stop:
        yield node, first, stop - 1


def _add(found: list[Cut], furniture: Furniture, node: Node, first: int, last: int) -> None:
    without = tuple(_inner_furniture(furniture, node, first, last))
    words = clean_words(text_of(node, first, last, frozenset(map(id, without))))
    if not words:
        return
    linked = sum(child.linked for child in node.children[first : last + 1] if isinstance(child, Node))
    if node.tag == "a" or (
        linked == 0 and any(up.tag == "a" for up in (node.parent, node.parent and node.parent.parent) if up)
    ):
        linked = len(words)
    found.append(Cut(_kind(node), node, first, last, without, words, linked))


def _inner_furniture(furniture: Furniture, node: Node, first: int, last: int) -> Iterator[Node]:
    for child in node.children[first : last + 1]:
        if isinstance(child, Node) and child.tag == "span" and furniture.holds(child):
            yield child


def _kind(node: Node) -> BlockKind:
    at: Node | None = node
    for _ in range(4):
        if at is None:
            break
        if at.tag in _HEADINGS:
            return BlockKind.HEADING
        if at.tag in ("li", "dd", "dt"):
            return BlockKind.LIST_ITEM
        if at.tag == "blockquote":
            return BlockKind.QUOTE
        if at.tag == "pre":
            return BlockKind.PREFORMATTED
        at = at.parent
    return BlockKind.PARAGRAPH
