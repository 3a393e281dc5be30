"""Searching by words: what is indexed, what a reader's query means, and the words shown around a match."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from standfirst.model import Article
from standfirst.text import search_text

_WORD = re.compile(r"[^\W_]+")
_OUTSIDE_ASCII = re.compile("[^\x00-\x7f]+")
_NO_LETTER = re.compile(r"[\W_]")
# combining accents (https://www.unicode.org/charts/PDF/U0300.pdf) and the soft hyphen
_MARK = re.compile("[\u0300-\u036f\u00ad]+")
_ASCII = str.maketrans({chr(code): chr(code).lower() if chr(code).isalnum() else " " for code in range(128)})
_CURLY = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_LONGEST_QUERY = 1000
_MOST_TERMS = 32
_LONGEST_WORD = 255
_WINDOW = 200
_LEAD = 60

Term = tuple[str, ...]


class Query(NamedTuple):
    """What is searched for: terms that must occur and terms that must not, each one or more words in a row."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def words_of(value: str) -> list[str]:
    """The words of a text as they are compared: case folded, accents off, Chinese, Japanese and Korean as bigrams."""
    return _folded(value).split()


def indexed_words(headline: str, text: str) -> str:
    """What the index holds of an article: the words of its text, which begins with its headline, parted by blanks.

    Every store indexes these same words, so their tokenizers have nothing left to decide.
    """
    return _folded(text if text.startswith(headline) else f"{headline}\n\n{text}")


def _folded(value: str) -> str:
    if not value.isascii():
        value = _OUTSIDE_ASCII.sub(lambda run: _fold_run(run[0]), value)
    return value.translate(_ASCII) if value.isascii() else " ".join(_WORD.findall(value.lower()))


@lru_cache(maxsize=4096)
def _fold_run(run: str) -> str:
    """A run of letters and signs outside ASCII; kept, because most text has a few of them over and over."""
    bare = _MARK.sub("", unicodedata.normalize("NFD", run.casefold()))
    # composed again, because the Hangul syllables fall apart into letters, too
    return _NO_LETTER.sub(" ", search_text(unicodedata.normalize("NFC", bare)))


def words_of_article(article: Article) -> str:
    """The same of an article."""
    return indexed_words(article.headline, article.text)


def parse_query(words: str) -> Query:
    """Read a reader's query: all words must occur, "a phrase" in quotes, -word or -"a phrase" excluded.

    Anything else is taken as words; the first 1,000 characters and 32 terms count, a word of more than 255 letters
    does not. Never raises.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, phrase, word in _PART.findall(words[:_LONGEST_QUERY].translate(_CURLY)):
        term = tuple(words_of(phrase or word))
        fits = all(len(each) <= _LONGEST_WORD for each in term)
        if term and fits and len(wanted) + len(unwanted) < _MOST_TERMS:
            (unwanted if minus else wanted).append(term)
    return Query(tuple(wanted), tuple(unwanted))


def matches(query: Query, words: str) -> bool:
    """Whether indexed words answer a query. A query that wants nothing is answered by nothing."""
    inside = f" {' '.join(words.split())} "
    found = all(f" {' '.join(term)} " in inside for term in query.wanted)
    return bool(query.wanted) and found and not any(f" {' '.join(term)} " in inside for term in query.unwanted)


def snippet(query: Query, headline: str, text: str) -> str:
    """Words around the first match after the headline, at most about 200 characters; matches between \\x02 and \\x03.

    Where a match cannot be shown (it spans what is left out) the text's first words are.
    """
    body = (text[len(headline) :] if text.startswith(headline) else text).strip() or headline
    pattern = _pattern(query.wanted)
    plain = body
    first = pattern.search(plain)
    if first is None and not body.isascii():
        plain = body.translate(_BASE)
        first = pattern.search(plain)
    start, end = _window(body, first.start() if first else 0)
    parts: list[str] = ["… "] if start else []
    at = start
    for match in pattern.finditer(plain, start, end):
        parts += (body[at : match.start()], "\x02", body[match.start() : match.end()], "\x03")
        at = match.end()
    return " ".join("".join((*parts, body[at:end], " …" if end < len(body) else "")).split())


def _window(body: str, match: int) -> tuple[int, int]:
    """The part of a body to show around a match, cut between words where there are blanks."""
    start = max(0, match - _LEAD)
    end = min(len(body), start + _WINDOW)
    if start:
        blank = body.find(" ", start, match)
        start = blank + 1 if blank >= 0 else start
    if end < len(body):
        blank = body.rfind(" ", match + _WINDOW // 2, end)
        end = blank if blank >= 0 else end
    return start, end


@lru_cache(maxsize=32)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_term_pattern(term) for term in terms) or r"(?!)", re.IGNORECASE)


def _term_pattern(term: Term) -> str:
    """A term as it stands in running text; bigrams are put together again and stand within a run of letters."""
    if search_text(f"{term[0]}a") != f"{term[0]}a":
        return re.escape(term[0] + "".join(word[-1] for word in term[1:]))
    return r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, term)) + r"(?![^\W_])"


class _Base(dict[int, int]):
    """Each letter without its accent, one for one, so that places in the text stay what they are."""

    def __missing__(self, code: int) -> int:
        base = ord(unicodedata.normalize("NFD", chr(code))[0]) if code < 0xAC00 else code
        self[code] = base
        return base


_BASE = _Base()
