"""A second voice: the text that a page's JSON-LD gives, never used as text, only to find where the body ends."""

from __future__ import annotations

import re

from standfirst.extract.blocks import Cut
from standfirst.extract.metadata import Head
from standfirst.model import BlockKind

_LETTERS = re.compile(r"\W+")
_PROBE = 40
_AGREED = 0.6
_WHOLE = 0.8


def within_said(head: Head, blocks: list[Cut]) -> list[Cut]:
    """The blocks from the first to the last that JSON-LD's articleBody holds, if the two are clearly the same text.

    Publishers cut articleBody short, or give another text, so both sides must cover most of each other.
    """
    said = head.said("articleBody")
    if said is None or not blocks:
        return blocks
    whole = _letters(said.value)
    folded = [_letters(item.words) for item in blocks]
    held = [place for place, words in enumerate(folded) if len(words) >= _PROBE // 2 and words[:_PROBE] in whole]
    agreed = sum(len(folded[place]) for place in held)
    if agreed < _AGREED * sum(map(len, folded)) or agreed < _WHOLE * len(whole):
        return blocks
    return [item for place, item in enumerate(blocks) if held[0] <= place <= held[-1] and _stays(item, place in held)]


def _stays(item: Cut, held: bool) -> bool:
    """Headings and lists between the ends stay: articleBody often leaves them out; paragraphs need it to agree."""
    return held or item.kind is not BlockKind.PARAGRAPH or len(item.words) < _PROBE


def _letters(words: str) -> str:
    return _LETTERS.sub("", words).casefold()
