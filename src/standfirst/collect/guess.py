"""Guess the charset of a document that names none, or a wrong one, and is no UTF-8.

A charset is believed where a sample decodes in it without a fault and then looks like writing: the letters that every
text of its language is mostly made of take their usual share. Anything less is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SAMPLE = 64 * 1024  # bytes
_FEWEST = 16  # bytes above 127 that are needed to tell
_HIGH = re.compile(rb"[\x80-\xff]")

_MIXED = re.compile(r"[a-z](?=[^\W\d_a-z])|(?<=[^\W\d_a-z])[a-z]", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30fe]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_GREEK = re.compile("[α-ωάέήίόύώς]")
_CYRILLIC = re.compile("[а-яё]")


def guessed(body: bytes) -> str:
    """Python's name of the charset that a document is in by its looks; "" where none can be told."""
    sample = body[:_SAMPLE]
    sample = sample[: sample.rfind(b"<") + 1] or sample  # no letter is cut in two
    high = len(_HIGH.findall(sample))
    faults = len(sample.decode("utf-8", "replace").encode("utf-8", "replace").split(b"\xef\xbf\xbd")) - 1
    if high < _FEWEST or faults * 4 < high:  # UTF-8 with some wrong bytes
        return ""
    return next((codec for codec, share, least in _LOOKS if _looks(sample, codec, share, least)), "")


def _looks(sample: bytes, codec: str, share: Callable[[str], float], least: float) -> bool:
    try:
        text = sample.decode(codec)
    except UnicodeError:
        return False
    letters = "".join(letter for letter in text if letter > "\x7f" and letter.isalpha())
    # where such letters stand among Latin ones it is a Western charset, read in another
    mixed = len(_MIXED.findall(text)) * 4 > len(letters)
    return bool(letters) and not mixed and share(letters) >= least


def _share_of(pattern: re.Pattern[str]) -> Callable[[str], float]:
    return lambda letters: len(pattern.findall(letters)) / len(letters)


def _share_of_leads(codec: str, first: int, last: int) -> Callable[[str], float]:
    """The share of the letters whose first byte lies in the rows of the common ones (GB 2312 and Big5, level 1)."""

    def share(letters: str) -> float:
        return sum(first <= letter.encode(codec)[0] <= last for letter in letters) / len(letters)

    return share


# in this order: Korean's common syllables stand in the rows of common Chinese letters, not the other way round, and
# Hebrew and Greek have nothing where common letters of Russian stand
_LOOKS: tuple[tuple[str, Callable[[str], float], float], ...] = (
    ("euc_jp", _share_of(_KANA), 0.25),
    ("cp932", _share_of(_KANA), 0.25),
    ("cp949", _share_of(_HANGUL), 0.9),
    ("gb2312", _share_of_leads("gb2312", 0xB0, 0xD7), 0.8),
    ("big5", _share_of_leads("big5", 0xA4, 0xC6), 0.8),
    ("cp1255", _share_of(_HEBREW), 0.9),
    ("cp1253", _share_of(_GREEK), 0.7),
    ("cp1251", _share_of(_CYRILLIC), 0.7),
    ("koi8_r", _share_of(_CYRILLIC), 0.7),
)
