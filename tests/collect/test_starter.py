"""The list offered to a new reader keeps its own rule."""

from __future__ import annotations

from collections import Counter

from standfirst.collect.starter import note, starter
from standfirst.urls import clean


def test_every_starter_has_what_is_shown_of_it() -> None:
    feeds = starter()
    assert len({feed.url for feed in feeds}) == len({feed.title for feed in feeds}) == len(feeds)
    for feed in feeds:
        assert feed.url.startswith("https://")
        assert clean(feed.url)
        assert feed.title
        assert len(feed.country) == 2 and feed.country.isupper()


def test_the_list_is_what_its_note_says() -> None:
    assert Counter(feed.language for feed in starter()) == {"en": 6, "de": 6, "fr": 6, "es": 6}
    assert len({feed.country for feed in starter()}) == 13
    assert "from thirteen countries" in note()
    assert "2026" in note()
