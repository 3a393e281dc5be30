"""A page's tree, light enough to walk many times: elements, text, and paths that name a place in them.

HTML is parsed as browsers do (WHATWG HTML, section 13.2, scripting off). Comments are dropped and text on both sides of
one is joined, so a path depends on the page's bytes alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from standfirst.extract.tangles import TangledError, refuse_tangles
from standfirst.text import clean_words

MOST_NODES = 300_000
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "select",
        "textarea",
        "button",
        "input",
        "head",
        "datalist",
        "map",
    ]
)
# what lies under these is not read at all, JSON-LD apart
_OPAQUE = frozenset(["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "select"])
BLOCK = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


class Node:
    """An element. children: elements and text in order.

    mass: letters of text under it that are no link; linked: letters in links; blocky: a block element lies under it.
    """

    __slots__ = ("attrs", "blocky", "children", "index", "linked", "mass", "parent", "place", "tag")

    def __init__(self, tag: str, attrs: dict[str, str | None], parent: Node | None) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.children: list[Node | str] = []
        self.mass = 0
        self.linked = 0
        self.blocky = False
        self.place = 1
        self.index: dict[tuple[str, int], Node] | None = None

    def get(self, name: str) -> str:
        """The value of an attribute, "" where it is absent."""
        return self.attrs.get(name) or ""

    def elements(self) -> Iterator[Node]:
        """The element and every one under it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += [child for child in reversed(node.children) if not isinstance(child, str)]

    def ancestors(self) -> Iterator[Node]:
        """Its parent, that one's parent, and so on up to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Tree(NamedTuple):
    """A page: its root element, and every element in document order."""

    root: Node
    nodes: list[Node]

    def body(self) -> Node:
        """The body element, the root where there is none."""
        return next((node for node in self.nodes if node.tag == "body"), self.root)


def parse(source: str | bytes) -> Tree:
    """The tree of a page, bytes in UTF-8. Raises TangledError for markup nested, or long, beyond measure."""
    source = source.encode("utf-8", "replace") if isinstance(source, str) else source
    refuse_tangles(source)
    raw_root = LexborHTMLParser(source).root
    root = Node("html", raw_root.attributes if raw_root else {}, None)
    order = [root]
    if raw_root is not None:
        _grow(root, raw_root.child, order)
    _weigh(order)
    return Tree(root, order)


def _grow(parent: Node, raw: LexborNode | None, order: list[Node]) -> None:
    """Add an element and its siblings, and all that is under them, in document order.

    One loop without calls, for speed: a page has thousands of elements and an hour's news thousands of pages.
    """
    stack: list[tuple[LexborNode | None, Node]] = [(raw, parent)]
    while stack:
        raw, parent = stack.pop()
        while raw is not None:
            tag = raw.tag
            following = raw.next
            if tag == "-text":
                _add_text(parent, raw.text_content or "")
            elif tag and tag[0] not in "-!_":
                node = Node(tag, raw.attributes, parent)
                order.append(node)
                if len(order) > MOST_NODES:
                    raise TangledError(f"more than {MOST_NODES} elements")
                parent.children.append(node)
                if tag not in _OPAQUE or (tag == "script" and "json" in node.get("type")):
                    stack.append((following, parent))
                    following, parent = raw.child, node
            raw = following


def _add_text(parent: Node, value: str) -> None:
    children = parent.children
    if children and isinstance(children[-1], str):
        children[-1] += value
    else:
        children.append(value)


def _weigh(order: list[Node]) -> None:
    for node in reversed(order):
        tag, parent = node.tag, node.parent
        if parent is None or tag in SILENT:
            continue
        mass = node.mass
        for child in node.children:
            if isinstance(child, str):
                mass += len(child.strip())
        if tag == "a":
            node.linked, mass = node.linked + mass, 0
        node.mass = mass
        parent.mass += mass
        parent.linked += node.linked
        if node.blocky or tag in BLOCK:
            parent.blocky = True


def text_of(node: Node, first: int = 0, last: int | None = None, without: frozenset[int] = frozenset()) -> str:
    """The raw text under a node as it reads: silent elements out, a blank for a line break and around blocks.

    first, last: of its children only these. without: ids of elements left out.
    """
    parts: list[str] = []
    stop = len(node.children) if last is None else last + 1
    stack: list[Node | str] = list(reversed(node.children[first:stop]))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item.tag == "br":
            parts.append(" ")
        elif item.tag not in SILENT and id(item) not in without:
            if item.tag in BLOCK:
                parts.append(" ")
                stack.append(" ")
            stack.extend(reversed(item.children))
    return "".join(parts)


def words_of(node: Node) -> str:
    """The words under a node: its text in the normal form of `text.clean_words`."""
    return clean_words(text_of(node))


def path_of(node: Node, root: Node | None = None) -> str:
    """Where an element stands, each step a tag and its place among its like ("/html[1]/body[1]/p[3]"), below root."""
    steps: list[str] = []
    at: Node | None = node
    while at is not None and at is not root:
        if at.parent is not None:
            _index(at.parent)
        steps.append(f"/{at.tag}[{at.place}]")
        at = at.parent
    return "".join(reversed(steps))


def _index(parent: Node) -> dict[tuple[str, int], Node]:
    """Its child elements by tag and place, counted once: a page may have very many siblings."""
    if parent.index is None:
        parent.index = {}
        counts: dict[str, int] = {}
        for child in parent.children:
            if not isinstance(child, str):
                child.place = counts[child.tag] = counts.get(child.tag, 0) + 1
                parent.index[child.tag, child.place] = child
    return parent.index


_STEP = re.compile(r"/([^/\[\]]+)\[(\d+)\]")


def follow(root: Node, path: str, start: Node | None = None) -> Node | None:
    """The element at a path of `path_of`, from the top or from start; None where there is none."""
    node = start
    for match in _STEP.finditer(path):
        step = match[1], int(match[2])
        if node is None:
            node = root if step == (root.tag, 1) else None
        else:
            node = _index(node).get(step)
        if node is None:
            return None
    return node
