"""What on a page is not the article: menus, share bars, teasers for other stories, captions, boxes, hidden elements."""

from __future__ import annotations

import functools
import re

from standfirst.extract.dom import SILENT, Node, Tree
from standfirst.extract.lexicon import class_pattern, class_words, opening_pattern, table

_TAGS = SILENT | frozenset(
    ("nav", "footer", "aside", "form", "figure", "figcaption", "dialog", "menu", "fieldset", "label")
)
_ROLES = frozenset(
    (
        "navigation",
        "banner",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "alert",
        "menu",
        "toolbar",
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_SHARE_OF_TEXT = 0.4
_SHARE_OF_COMMENTS = 0.7
_TEASER = 400
_FEWEST_TEASERS = 3
_LONGEST_FURNITURE = 180


class Furniture:
    """What of one page is furniture. shown: elements that are the article's whatever they are called."""

    def __init__(self, tree: Tree, body: Node, headline: Node | None, open_to_all: bool = False) -> None:
        self.whole = body.mass
        self.open_to_all = open_to_all
        self.shown = {id(node) for node in (headline, *headline.ancestors())} if headline is not None else set()
        self.teasers = _teasers(tree, self.shown)

    def holds(self, node: Node) -> bool:
        """Whether an element is no part of the article.

        Nothing that holds much of the page's text is called furniture for its name alone: names are reused carelessly.
        """
        if node.tag in SILENT or id(node) in self.teasers:
            return True
        if id(node) in self.shown:
            return False
        if is_hidden(node) and not (self.open_to_all and node.mass > self.whole * _SHARE_OF_TEXT):
            return True
        names = names_of(node)
        if node.mass <= self.whole * _SHARE_OF_COMMENTS and (node.tag == "aside" or (names and _is_part(names, node))):
            return True
        if node.mass > self.whole * _SHARE_OF_TEXT and self.whole:
            return False
        if node.tag in _TAGS or node.get("role") in _ROLES or (names and _is_called(names)) or _is_links(node):
            return True
        return node.tag == "article" and any(up.tag == "article" and id(up) in self.shown for up in node.ancestors())


def is_hidden(node: Node) -> bool:
    """Whether a page hides an element from its readers."""
    attrs = node.attrs
    if not attrs:
        return False
    if attrs.get("aria-hidden") == "true" and node.tag != "p":
        return True
    return "hidden" in attrs or bool(_HIDDEN.search(attrs.get("style") or ""))


def _is_part(names: str, node: Node) -> bool:
    """A name that means furniture wherever it occurs; a whole article may carry one in the names of its topics."""
    if node.tag in ("article", "main", "body") or class_pattern("furniture", "parts").search(names) is None:
        return False
    return class_pattern("furniture", "body_classes").search(names) is None


@functools.cache
def _whole_names() -> frozenset[str]:
    return frozenset(table("furniture")["names"])


def _is_called(names: str) -> bool:
    return not _whole_names().isdisjoint(names.split())


def names_of(node: Node) -> str:
    """An element's class names and id, in the spelling of `lexicon.class_words`."""
    attrs = node.attrs
    if not attrs:
        return ""
    raw = f"{attrs.get('class') or ''} {attrs.get('id') or ''}"
    return class_words(raw) if len(raw) > 1 else ""


def _is_links(node: Node) -> bool:
    """A list or section that is nearly all links leads elsewhere."""
    if node.tag not in ("ul", "ol", "section", "div", "table", "dl") or node.linked < 60:
        return False
    return node.linked > 4 * node.mass


def _teasers(tree: Tree, shown: set[int]) -> set[int]:
    """Elements that announce other stories: short ones under a linked heading, lists of them."""
    found: dict[int, Node] = {}
    for node in tree.nodes:
        if node.tag in _HEADINGS and node.linked > 4 * node.mass and node.linked > 15:
            _mark(node, shown, found)
        elif node.tag == "ul" and id(node) not in shown and _is_teaser_list(node):
            found[id(node)] = node
    return set(found)


def _mark(heading: Node, shown: set[int], found: dict[int, Node]) -> None:
    """Mark the largest short element around a linked heading, the heading itself at least."""
    teaser = heading
    for node in heading.ancestors():
        if id(node) in shown or node.mass + node.linked - heading.linked > _TEASER or node.tag in ("body", "main"):
            break
        teaser = node
    found[id(teaser)] = teaser


def _is_teaser_list(node: Node) -> bool:
    items = [child for child in node.children if isinstance(child, Node)]
    leading = sum(item.linked >= 20 and item.linked * 8 > item.mass and _begins_with_link(item) for item in items)
    return len(items) >= _FEWEST_TEASERS and leading * 4 > len(items) * 3


def _begins_with_link(node: Node) -> bool:
    while True:
        first = next((child for child in node.children if not isinstance(child, str) or child.strip()), None)
        if first is None or isinstance(first, str):
            return False
        if first.tag == "a":
            return True
        node = first


def is_furniture_text(words: str, linked: int) -> bool:
    """Whether a block's words are furniture by what they say: short, and opening as such texts do."""
    if len(words) > _LONGEST_FURNITURE:
        return False
    if linked > 0.8 * len(words):
        return True
    return opening_pattern("furniture", "openings").match(words) is not None
