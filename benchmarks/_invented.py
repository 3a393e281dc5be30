"""Invented articles for benchmarks: real word frequencies, real lengths, nobody's words; the same seed, the same text.

The n-th word is about as frequent as 1/n (Zipf), lengths are log-normal around 450 words, seven in a hundred articles
are Chinese, a fifth German, and about every hundredth word is a name that hardly any other article holds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from math import log
from pathlib import Path

from standfirst.model import (
    Article,
    BlockKind,
    Evidence,
    Feed,
    Method,
    State,
    article_id,
    digest_of,
    lay_out,
    revision_of,
)

VOCABULARY = Path(__file__).parent / "vocabulary.txt"
WORDS_KNOWN = 60_000
PLACES = 1_000_000
TYPICAL_LENGTH, SPREAD = 450, 0.6  # words: the median, and the deviation of its logarithm
SHORTEST, LONGEST = 60, 4000
FIELDS = ("headline", "standfirst", "bylines", "published", "modified", "language", "sections", "text")
SECTIONS = ("News", "Politics", "World", "Business", "Science", "Culture", "Sport", "Opinion")
STATES = {
    State.FULL: 83,
    State.PARTIAL: 9,
    State.PAYWALL: 5,
    State.CONSENT_WALL: 1,
    State.NOT_ARTICLE: 1,
    State.WITHDRAWN: 1,
}
_STATES, _SHARES = tuple(STATES), tuple(accumulate(STATES.values()))


def sections_of(text: str) -> dict[str, list[str]]:
    """The lists of the vocabulary file by name, each word once, in its order."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    return {name: list(dict.fromkeys(words)) for name, words in found.items()}


def drawn_from(words: Sequence[str]) -> list[str]:
    """Each word as often as it is frequent, in a list of places to draw from: ten times as quick as weights."""
    total = sum(1 / (rank + 0.7) for rank in range(1, len(words) + 1))
    places: list[str] = []
    reached = 0.0
    for rank, word in enumerate(words, 1):
        reached += PLACES / (rank + 0.7) / total
        places += [word] * (round(reached) - len(places))
    return places


class Inventor:
    """Makes words, names, sentences and articles, one after the other, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        lists = sections_of(VOCABULARY.read_text("utf-8"))
        self._syllables = lists["syllables"]
        tail = [self.name(3).lower() for _ in range(WORDS_KNOWN)]
        self._tongues = {name: drawn_from(list(dict.fromkeys(lists[name] + tail))) for name in ("en", "de")}
        self._tongues["zh"] = self._tongues["ja"] = drawn_from(list(dict.fromkeys("".join(lists["cjk"]))))

    def name(self, syllables: int) -> str:
        """A name; of four syllables there are more than 300 million."""
        return "".join(self.random.choices(self._syllables, k=syllables)).capitalize()

    def language(self) -> str:
        """A language, as frequent as it is in the archive."""
        drawn = self.random.random()
        return "en" if drawn < 0.73 else "de" if drawn < 0.93 else "zh" if drawn < 0.98 else "ja"

    def words(self, language: str, count: int) -> list[str]:
        """Words, or letters of those languages that part none."""
        return self.random.choices(self._tongues[language], k=count)

    def sentences(self, language: str, count: int) -> str:
        """About so many words in sentences; twice as many letters for languages without blanks."""
        if language in ("zh", "ja"):
            return self._letters(language, count * 2)
        words, drawn = self.words(language, count), self.random.random
        for at in range(0, count, 60):
            words[min(count - 1, at + int(drawn() * 60))] = self.name(4)
        starts = [0]
        while starts[-1] < count:
            starts.append(starts[-1] + 8 + int(drawn() * 18))
        made = (" ".join(words[start:end]) for start, end in pairwise(starts))
        return ". ".join(each[0].upper() + each[1:] for each in made) + "."

    def _letters(self, language: str, count: int) -> str:
        letters = "".join(self.words(language, count))
        return "".join(f"{letters[at : at + 11]}，{letters[at + 11 : at + 28]}。" for at in range(0, count, 28))

    def headline(self, language: str) -> str:
        """Five to twelve words, or as much in letters."""
        count = 5 + int(self.random.random() * 8)
        if language in ("zh", "ja"):
            return "".join(self.words(language, count * 2))
        words = [*self.words(language, count - 1), self.name(3)]
        return " ".join((words[0].capitalize(), *words[1:]))

    def length(self) -> int:
        """How many words an article's body has."""
        drawn = self.random.lognormvariate(log(TYPICAL_LENGTH), SPREAD)
        return min(LONGEST, max(SHORTEST, int(drawn)))

    def state(self) -> State:
        """How much of an article is held, as often as it is so."""
        return self.random.choices(_STATES, cum_weights=_SHARES)[0]

    def article(self, link: str, feed: Feed, published: datetime | None) -> Article:
        """A whole article as its page gives it; anything less than full has a tenth of the text."""
        language, state = self.language(), self.state()
        length = self.length() if state is State.FULL else self.length() // 10
        has_standfirst = self.random.random() < 0.7
        headline, standfirst = self.headline(language), self.sentences(language, 24) if has_standfirst else None
        return self._assemble(link, feed, published, (headline, standfirst, language, state, length))

    def _assemble(
        self, link: str, feed: Feed, published: datetime | None, made: tuple[str, str | None, str, State, int]
    ) -> Article:
        headline, standfirst, language, state, length = made
        parts = [(BlockKind.HEADLINE, headline, None), (BlockKind.STANDFIRST, standfirst or "", None)]
        parts += [(BlockKind.PARAGRAPH, self.sentences(language, 45), None) for _ in range(max(1, length // 45))]
        text, blocks = lay_out(parts)
        page = digest_of(link.encode())
        byline = f"{self.name(2)} {self.name(3)}"
        section = SECTIONS[int(self.random.random() * len(SECTIONS))]
        reason = "" if state is State.FULL else "invented for a benchmark"
        aliases = (f"{link}?page=all",) if self.random.random() < 0.1 else ()
        return Article(
            article_id(link), link, feed.outlet, headline, standfirst, (byline,), published, None, language,
            (section,), text, blocks, state, reason, evidence(page), page, revision_of(text), "extract/page 1", aliases,
        )  # fmt: skip


_DIGESTS = tuple((field, f"/html/head/script[2]#/{field}", revision_of(field)) for field in FIELDS)


def evidence(page: str) -> tuple[Evidence, ...]:
    """A line of evidence for each field."""
    return tuple(Evidence(field, Method.JSON_LD, page, path, "line", digest) for field, path, digest in _DIGESTS)
