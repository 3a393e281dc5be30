"""Evidence: where a field stands in a kept page, and the proof, which needs no extractor.

Paths. An element: steps of tag and place among its like, "/html[1]/body[1]/h1[1]"; with "/@name" an attribute of it.
Part of an element: "~2-5" its children 2 to 5, text and elements counted from 0; "!/span[1]" without this element
under it. Several blocks: a first line with the element that holds all, then a line for each, relative to it; the value
is their words joined by blank lines. JSON-LD: "2#/author/0/name", an RFC 6901 pointer into the second script. Forms:
see `forms`.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from standfirst.extract import dom, forms, jsonld
from standfirst.extract.blocks import Cut
from standfirst.extract.decode import to_utf8
from standfirst.extract.dom import Node, Tree
from standfirst.extract.feed_proof import said_at
from standfirst.extract.found import Found
from standfirst.extract.language import detect
from standfirst.extract.tangles import TangledError
from standfirst.model import Evidence, Method, digest_of
from standfirst.text import clean_words

_BLOCK = re.compile(r"([^~!]*)(?:~(\d+)-(\d+))?((?:!/[^!]+)*)")


def for_field(field: str, found: Found, page: str) -> Evidence:
    """The evidence of one field. page: the digest of the page it was found on."""
    path = found.place if isinstance(found.place, str) else _path(found.place)
    path += f"/@{found.attribute}" if found.attribute else ""
    return Evidence(field, found.method, page, path, found.form, digest_of_value(found.value))


def _path(place: Node | Cut) -> str:
    return dom.path_of(place) if isinstance(place, Node) else _line(place, None)


def for_blocks(field: str, cuts: list[Cut], page: str) -> Evidence:
    """The evidence of the body: one path that names every block."""
    shared = _shared(cuts)
    lines = [dom.path_of(shared), *(_line(item, shared) for item in cuts)]
    return Evidence(
        field, Method.DOM, page, "\n".join(lines), "words", digest_of_value(join(item.words for item in cuts))
    )


def join(words: Any) -> str:
    """Blocks as one value."""
    return "\n\n".join(words)


def digest_of_value(value: str) -> str:
    """The digest of a value, as evidence carries it: SHA-256 of its UTF-8, hex."""
    return digest_of(value.encode("utf-8", "surrogatepass"))


def _shared(cuts: list[Cut]) -> Node:
    """The lowest element that is or holds every block's."""
    shared = [cuts[0].node, *cuts[0].node.ancestors()]
    for item in cuts[1:]:
        above = {id(node) for node in (item.node, *item.node.ancestors())}
        shared = [node for node in shared if id(node) in above]
    return shared[0]


def _line(item: Cut, shared: Node | None) -> str:
    whole = item.first == 0 and item.last == len(item.node.children) - 1
    part = "" if whole else f"~{item.first}-{item.last}"
    without = "".join("!" + dom.path_of(node, item.node) for node in item.without)
    return dom.path_of(item.node, shared) + part + without


def verify(evidence: Evidence, body: bytes, content_type: str) -> bool:
    """Whether the page's bytes hold, at the path and in the normal form, the value that the evidence is of.

    content_type: the header the page came with, or "". Never raises: what cannot be followed proves nothing.
    """
    if digest_of(body) != evidence.page:
        return False
    if evidence.method is Method.FEED:
        values = (forms.normal(raw, evidence.form) for raw in said_at(body, evidence.path))
        return any(value is not None and digest_of_value(value) == evidence.digest for value in values)
    tree = _parsed(body, content_type)
    value = None if tree is None else _value(tree, evidence)
    return value is not None and digest_of_value(value) == evidence.digest


@functools.lru_cache(maxsize=4)
def _parsed(body: bytes, content_type: str) -> Tree | None:
    try:
        return dom.parse(to_utf8(body, content_type))
    except TangledError:
        return None


def _value(tree: Tree, evidence: Evidence) -> str | None:
    path, form = evidence.path, evidence.form
    if "\n" in path or form == "language-of-words":
        words = _blocks(tree.root, path)
        return detect(words) if words and form == "language-of-words" else words
    if "#" in path.partition("/")[0]:
        found = jsonld.resolve(jsonld.scripts(tree.nodes), path)
        return forms.normal(found, form) if isinstance(found, str) else None
    place, _, attribute = path.partition("/@")
    if not attribute:
        raw = _block(tree.root, None, path)
        return None if raw is None else forms.normal(raw, form)
    node = dom.follow(tree.root, place)
    return None if node is None else forms.normal(node.get(attribute), form)


def _blocks(root: Node, path: str) -> str | None:
    first, *lines = path.split("\n")
    shared = dom.follow(root, first)
    if shared is None:
        return None
    blocks = [_block(root, shared, line) for line in lines]
    return None if None in blocks else join(clean_words(block) for block in blocks if block is not None)


def _block(root: Node, start: Node | None, line: str) -> str | None:
    """The raw text of one block, its path given from the top or from start."""
    match = _BLOCK.fullmatch(line)
    node = dom.follow(root, match[1], start) if match else None
    if match is None or node is None:
        return None
    left_out = [dom.follow(node, path, node) for path in match[4].split("!")[1:]]
    if any(inner is None for inner in left_out):
        return None
    first = int(match[2] or 0)
    last = int(match[3]) if match[3] else None
    return dom.text_of(node, first, last, frozenset(map(id, left_out)))
