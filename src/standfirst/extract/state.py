"""How much of an article a page holds: all, a part, a teaser before a wall, a consent dialog, or no article at all."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from standfirst.extract.blocks import Cut
from standfirst.extract.body import Body, asks_for_payment, is_running_text
from standfirst.extract.dom import words_of
from standfirst.extract.lexicon import phrase_pattern, table
from standfirst.extract.metadata import Head, is_free, paid_classes
from standfirst.model import BlockKind, State

_SHORT = 1500
_VERY_SHORT = 300
_LONG_CONSENT = 4000
_MANY_LINKS = 5
_LEAST_LINKED = 15
_LISTS = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage", "ItemPage", "AboutPage", "ContactPage"))
_CUT_SHORT = re.compile(r"(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)[\"”»]?$")


class Judgement(NamedTuple):
    """A state, why in words, and the body's blocks that are the article's."""

    state: State
    reason: str
    blocks: list[Cut]


def judge(head: Head, body: Body) -> Judgement:
    """Judge a page by what it says of itself and by what its body reads like. Gates and lists keep no blocks."""
    body = body._replace(blocks=_without_paid(head, body))
    letters = sum(len(item.words) for item in body.blocks)
    wall = _wall(head, body, letters)
    if wall is not None:
        return wall
    reason = _no_article(head, body, letters)
    if reason:
        return Judgement(State.NOT_ARTICLE, reason, [])
    blocks, asked = _before_payment(body)
    if asked and is_free(head) is not True and _letters(blocks) < _SHORT:
        return Judgement(State.PAYWALL, "the page asks for a subscription or an account to read on", blocks)
    if is_free(head) is False and _letters(blocks) < _SHORT and (body.hidden or _letters(blocks) < _VERY_SHORT):
        return Judgement(State.PAYWALL, "the page says that it is not free, and shows only a part", blocks)
    part = _part(body, blocks)
    return Judgement(State.PARTIAL if part else State.FULL, part, blocks)


def _without_paid(head: Head, body: Body) -> list[Cut]:
    """The blocks without those in a part declared paid, where the page asks for payment: a style sheet hides it."""
    classes = paid_classes(head)
    if not classes or not any(asks_for_payment(item) for item in body.blocks + body.after):
        return body.blocks
    return [
        item
        for item in body.blocks
        if asks_for_payment(item)
        or not any(classes & set(node.get("class").split()) for node in (item.node, *item.node.ancestors()))
    ]


def _letters(blocks: list[Cut]) -> int:
    return sum(len(item.words) for item in blocks)


def _is_marked(head: Head) -> bool:
    """Whether the page declares an article in a way that a gate or a list seldom does."""
    stated = head.meta("article:published_time", "article:modified_time") is not None
    return head.article is not None or stated


def _wall(head: Head, body: Body, letters: int) -> Judgement | None:
    """A consent dialog in place of the article."""
    if not 0 < letters < _LONG_CONSENT or (_is_marked(head) and letters > _SHORT):
        return None
    speaking = sum(len(item.words) for item in body.blocks if _speaks_of_consent(item.words))
    if speaking * 2 > letters:
        return Judgement(State.CONSENT_WALL, "the page shows a consent dialog in place of its text", [])
    return None


def _speaks_of_consent(words: str) -> bool:
    return len({found.lower() for found in phrase_pattern("walls", "consent").findall(words)}) >= 2


def _no_article(head: Head, body: Body, letters: int) -> str:
    """Why the page is no article, "" where it seems to be one."""
    headings = " | ".join([words_of(node) for node in (*head.h1s, *body.headings)] + [_title(head)])
    marked = _is_marked(head)
    if not marked and letters < _SHORT and phrase_pattern("walls", "error").search(headings):
        return "error page"
    if not marked and letters < _SHORT and _is_gate(headings, body):
        return "the site asks whether the reader is human"
    if letters < _VERY_SHORT and _is_video(head):
        return "video page"
    kinds = {kind for thing in head.things if "/" not in thing.pointer.partition("#")[2] for kind in thing.types()}
    kind = head.meta("og:type")
    if head.article is None and (kinds & _LISTS or (kind is not None and kind.value.lower() == "profile")):
        return "profile or list page"
    website = kind is not None and kind.value.lower() == "website"
    if not any(is_running_text(item) for item in body.blocks):
        return "no running text"
    announces = website and (body.teasers >= _MANY_LINKS or not head.h1s)
    return "list of articles" if not marked and letters < _SHORT and (announces or _is_linked_list(body)) else ""


def _is_linked_list(body: Body) -> bool:
    """Whether most blocks are list items that lead elsewhere."""
    leading = sum(item.kind is BlockKind.LIST_ITEM and item.linked >= _LEAST_LINKED for item in body.blocks)
    return leading >= _MANY_LINKS and leading * 2 > len(body.blocks)


def _title(head: Head) -> str:
    return words_of(head.title) if head.title is not None else ""


def _is_gate(headings: str, body: Body) -> bool:
    pattern = phrase_pattern("walls", "gate")
    if pattern.search(headings):
        return len(body.blocks) < 4 or any(pattern.search(item.words) for item in body.blocks)
    return len(body.blocks) < 4 and any(pattern.search(item.words) for item in body.blocks)


def _is_video(head: Head) -> bool:
    kind = head.meta("og:type")
    return (kind is not None and kind.value.startswith("video")) or (
        head.article is None and any("VideoObject" in thing.types() for thing in head.things)
    )


def _before_payment(body: Body) -> tuple[list[Cut], bool]:
    """The blocks before a demand to pay or register, and whether there is one; in a long text it is left out."""
    total = _letters(body.blocks)
    for place, item in enumerate(body.blocks):
        if asks_for_payment(item):
            before = body.blocks[:place]
            if _letters(before) * 2 >= total or total < _SHORT:
                return before, True
            return before + _before_payment(body._replace(blocks=body.blocks[place + 1 :]))[0], False
    return body.blocks, any(asks_for_payment(item) for item in body.after[:6])


def _part(body: Body, blocks: list[Cut]) -> str:
    """Why the text is but a part, "" where it seems whole."""
    if blocks and _CUT_SHORT.search(blocks[-1].words) and _letters(blocks) < _SHORT:
        return "the text ends in an ellipsis"
    shown = next((found for item in body.lead + body.blocks[:3] if (found := _count().search(item.words))), None)
    if shown is not None and int(shown[1]) < int(shown[2]):
        return f"{shown[1]} of {shown[2]} posts are shown"
    return ""


@functools.cache
def _count() -> re.Pattern[str]:
    """ "3 of 64 posts", in several languages."""
    of, posts = ("|".join(map(re.escape, table("walls")[key])) for key in ("of", "posts"))
    return re.compile(rf"(?<!\d)(\d{{1,4}}) (?:{of}) (\d{{1,4}}) (?:{posts})(?!\w)", re.IGNORECASE)
