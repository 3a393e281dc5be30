"""The times of a live blog's posts, for the blocks that stand in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from standfirst.extract.blocks import Cut
from standfirst.extract.dom import Node
from standfirst.extract.forms import minute
from standfirst.extract.found import Found
from standfirst.model import Method

_FEWEST_POSTS = 3
_MOST_TIMES = 2_000
_SHARE_IN_POSTS = 0.5


def post_times(times: list[Node], blocks: list[Cut]) -> list[Found | None]:
    """For each block the time of the post that it stands in, in the form "minute"; None throughout where it is no live
    blog.

    times: the page's time elements. A post is the largest element that holds one time of day and no second; three or
    more in a row, with most of the text in them, are a live blog.
    """
    clocked = [found for node in islice(times, _MOST_TIMES) for found in _clock(node)]
    posts = _posts(clocked)
    found = [next(_around(item.node, posts), None) for item in blocks]
    inside = sum(len(item.words) for item, time in zip(blocks, found, strict=True) if time is not None)
    is_live = len({id(time) for time in found if time is not None}) >= _FEWEST_POSTS
    return found if is_live and inside > _SHARE_IN_POSTS * _letters(blocks) else [None] * len(blocks)


def _clock(node: Node) -> Iterator[Found]:
    """The time that an element states, if it is one of a day's."""
    raw = node.get("datetime")
    value = minute(raw) if ":" in raw else None
    if value is not None:
        yield Found(value, Method.DOM, node, "datetime", "minute")


def _posts(clocked: list[Found]) -> dict[int, Found]:
    """The time of each post, by the identity of its element."""
    held: Counter[int] = Counter()
    for found in clocked:
        held.update(id(node) for node in _upward(found))
    posts = [(_largest(found, held), found) for found in clocked]
    rows = Counter(id(node.parent) for node, _ in posts)
    return {id(node): found for node, found in posts if rows[id(node.parent)] >= _FEWEST_POSTS}


def _upward(found: Found) -> Iterable[Node]:
    return found.place.ancestors() if isinstance(found.place, Node) else ()


def _largest(found: Found, held: Counter[int]) -> Node:
    """The largest element that holds this time alone."""
    assert isinstance(found.place, Node)
    largest = found.place
    for node in _upward(found):
        if held[id(node)] > 1:
            break
        largest = node
    return largest


def _around(node: Node, posts: dict[int, Found]) -> Iterator[Found]:
    return (posts[id(up)] for up in (node, *node.ancestors()) if id(up) in posts) if posts else iter(())


def _letters(blocks: list[Cut]) -> int:
    return sum(len(item.words) for item in blocks)
