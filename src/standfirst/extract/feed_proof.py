"""Follow evidence into a feed document: an entry's place, and what the feed says there.

A path is the entry's own ("/rss/channel/item[3]", names without their namespaces; in JSON Feed "/items/2", an RFC 6901
pointer). What is proven is that some element or text of that entry has the value; feeds name one thing in many ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from standfirst.extract import jsonld

_STEP = re.compile(r"/([^/\[\]]+)(?:\[(\d+)\])?")
_MOST = 1000


def said_at(body: bytes, path: str) -> Iterator[str]:
    """Every text of the entry at this path, as raw as it stands; none where there is no such entry."""
    if not path:
        return
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _texts(jsonld.resolve([_json(body)], f"1#{path}"))
        return
    # entities are not resolved, nothing outside is fetched, and what is too deep or too large is not read
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    entry = _follow(root, path)
    for element in list(entry.iter(etree.Element))[:_MOST] if entry is not None else ():
        yield "".join(map(str, element.itertext()))
        if len(element):
            yield etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            stack += value.values() if isinstance(value, dict) else value


def _follow(root: etree._Element, path: str) -> etree._Element | None:
    steps = _STEP.findall(path)
    if not steps or _local(root) != steps[0][0]:
        return None
    node = root
    for name, place in steps[1:]:
        like = [child for child in node if _local(child) == name]
        number = int(place or 1)
        if not 0 < number <= len(like):
            return None
        node = like[number - 1]
    return node


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
