"""How alike two short texts are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"\w+")


def similarity(a: str, b: str) -> float:
    """How alike two short texts are: F1 of their words as bags, case aside; 0 to 1."""
    left, right = Counter(tokens(a)), Counter(tokens(b))
    total = sum(left.values()) + sum(right.values())
    return 2 * sum((left & right).values()) / total if total else 0.0


def tokens(value: str) -> list[str]:
    """The words of a text for comparing: letters and figures, case and composition aside."""
    return _WORD.findall(unicodedata.normalize("NFC", value).casefold())
