"""A value found on a page, together with where it stands."""

from __future__ import annotations

from typing import NamedTuple

from standfirst.extract.blocks import Cut
from standfirst.extract.dom import Node
from standfirst.model import Method


class Found(NamedTuple):
    """A value, how it was found, its place (an element, a block, a pointer into JSON-LD), and the normal form it is in.

    attribute: the element's attribute that holds it, "" for its text.
    """

    value: str
    method: Method
    place: Node | Cut | str
    attribute: str = ""
    form: str = "words"
