"""Top headings that are only the last step of a trail ("Home > Politics > ..."), and what is printed below them.

Many publishers write a title for search engines as the h1 at the end of the trail, and print the headline as an h2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from standfirst.extract.dom import Node, Tree, words_of
from standfirst.extract.furniture import names_of
from standfirst.extract.lexicon import class_pattern

_HIGHEST = 6
_FEWEST_LINKS = 2
_LONGEST_LINK = 40
_HEADINGS_BELOW = 4
_MOST_PARTS = 12
_LONGEST = 400


def ends_trail(heading: Node) -> bool:
    """Whether a heading is the last step of a trail: named so, in a nav element, or at the end of a row of links."""
    named = class_pattern("headline", "trails")
    if named.search(names_of(heading)):
        return True
    below = heading
    for node in islice(heading.ancestors(), _HIGHEST):
        if node.tag in ("body", "main", "article"):
            return False
        said = f"{names_of(node)} {node.get('aria-label')} {node.get('itemtype')}".lower()
        if node.tag == "nav" or named.search(said) or _ends_links(node, below):
            return True
        below = node
    return False


def _ends_links(row: Node, last: Node) -> bool:
    """Whether only short links stand before an element, two or more, and nothing after it."""
    before, after = _around(row, last)
    links = [node for node in before if node.linked and node.linked <= _LONGEST_LINK]
    return (
        len(links) >= _FEWEST_LINKS and len(links) == len(before) and not any(node.mass for node in (*before, *after))
    )


def _around(row: Node, last: Node) -> tuple[list[Node], list[Node]]:
    """The elements with text before and after one of a row's."""
    children = [child for child in row.children if isinstance(child, Node) and (child is last or _speaks(child))]
    place = next(place for place, child in enumerate(children) if child is last)
    return children[:place], children[place + 1 :]


def _speaks(node: Node) -> bool:
    return node.mass + node.linked > 0


def printed_below(tree: Tree, heading: Node, is_headline: Callable[[str], bool]) -> Node | None:
    """The second-level heading soon after one whose words are the headline's, or the least part of it that has them."""
    after = iter(tree.nodes)
    next(node for node in after if node is heading)
    for below in islice((node for node in after if node.tag == "h2"), _HEADINGS_BELOW):
        if below.mass + below.linked > _LONGEST:
            continue
        parts = [part for part in islice(below.elements(), _MOST_PARTS) if is_headline(words_of(part))]
        if parts:
            return min(parts, key=lambda part: len(words_of(part)))
    return None


def heading_around(node: Node) -> Node:
    """The heading that an element is or stands in, the element itself where there is none."""
    return next(_headings(node), node)


def _headings(node: Node) -> Iterator[Node]:
    return (up for up in (node, *node.ancestors()) if up.tag in ("h1", "h2"))
