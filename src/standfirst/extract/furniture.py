"""What on a page is not the article: menus, share bars, teasers for other stories, captions, boxes, hidden elements."""

from __future__ import annotations

import re

from standfirst.extract.dom import SILENT, Node
from standfirst.extract.lexicon import class_pattern, class_words, opening_pattern

_TAGS = SILENT | {
    "nav",
    "footer",
    "aside",
    "form",
    "figure",
    "figcaption",
    "dialog",
    "menu",
    "fieldset",
    "label",
    "legend",
}
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "alert",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHARE_OF_TEXT = 0.4
_LONGEST_FURNITURE = 180


def is_furniture(node: Node, whole: int) -> bool:
    """Whether an element is no part of the article. whole: letters of text on the page, links apart.

    Nothing that holds much of the page's text is called furniture for its name alone: names are reused carelessly.
    """
    if node.tag in SILENT or _is_hidden(node):
        return True
    if node.mass > whole * _SHARE_OF_TEXT and whole:
        return False
    return node.tag in _TAGS or node.get("role") in _ROLES or _is_named_so(node) or _is_teaser_list(node)


def _is_hidden(node: Node) -> bool:
    attrs = node.attrs
    if not attrs:
        return False
    return "hidden" in attrs or attrs.get("aria-hidden") == "true" or bool(_HIDDEN.search(attrs.get("style", "")))


def _is_named_so(node: Node) -> bool:
    names = names_of(node)
    return bool(names) and class_pattern("furniture", "classes").search(names) is not None


def names_of(node: Node) -> str:
    """An element's class names and id, in the spelling of `lexicon.class_words`."""
    attrs = node.attrs
    if not attrs:
        return ""
    raw = f"{attrs.get('class', '')} {attrs.get('id', '')}"
    return class_words(raw) if len(raw) > 1 else ""


def _is_teaser_list(node: Node) -> bool:
    """A list or section that is nearly all links leads elsewhere."""
    if node.tag not in ("ul", "ol", "section", "div", "table", "dl") or node.linked < 60:
        return False
    return node.linked > 4 * node.mass


def is_furniture_text(words: str, linked: int) -> bool:
    """Whether a block's words are furniture by what they say: short, and opening as such texts do."""
    if len(words) > _LONGEST_FURNITURE:
        return False
    if linked > 0.8 * len(words):
        return True
    return opening_pattern("furniture", "openings").match(words) is not None
