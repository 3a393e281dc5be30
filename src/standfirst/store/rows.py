"""Values to rows and back: JSON for what is only ever read whole, columns for what is asked for."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from standfirst.model import Article, Entry, Feed, FeedOptions, FeedState, PageJob
from standfirst.store.taking import micros, moment

_encode = msgspec.json.Encoder().encode
_article = msgspec.json.Decoder(Article)
_entry = msgspec.json.Decoder(Entry)
_options = msgspec.json.Decoder(FeedOptions)
_NAMES = tuple(field.name for field in fields(Article))
_values = attrgetter(*_NAMES)
_state = msgspec.json.Decoder(FeedState)


def fields_of(article: Article) -> str:
    """All of an article but its text, as JSON: the text has a column of its own."""
    return _encode({**dict(zip(_NAMES, _values(article), strict=True)), "text": ""}).decode()


def article_from(fields: str, text: str) -> Article:
    """The article of a revision's row."""
    return replace(_article.decode(fields), text=text)


def entry_json(entry: Entry) -> str:
    """An entry as JSON."""
    return _encode(entry).decode()


def entry_from(value: str) -> Entry:
    """The entry of a sighting's row."""
    return _entry.decode(value)


def state_row(state: FeedState) -> tuple[int, int, str]:
    """due, gone, and all of a feed's state as JSON. A feed that was never polled has been due since 1970."""
    return micros(state.due) if state.due else 0, int(state.gone), _encode(state).decode()


def state_from(value: str) -> FeedState:
    """The state of a feed_state row."""
    return _state.decode(value)


def feed_row(feed: Feed) -> tuple[str, str, str, str, int, str]:
    """A feed's columns: url, outlet, title, site, is_news, options."""
    return feed.url, feed.outlet, feed.title, feed.site, int(feed.is_news), options_column(feed.options)


def options_column(options: FeedOptions) -> str:
    """What was chosen for a feed, as JSON."""
    return _encode(options).decode()


def feed_from(url: str, outlet: str, title: str, site: str, is_news: int, options: str) -> Feed:
    """The feed of such a row."""
    return Feed(url, outlet, title, site, bool(is_news), _options_from(options))


@lru_cache(maxsize=64)
def _options_from(value: str) -> FeedOptions:
    """Kept, because nearly every feed has the usual ones."""
    return _options.decode(value)


def job_from(row: tuple[Any, ...]) -> PageJob:
    """The page job of a row of article id, url, feed's url, due, tries."""
    article, url, feed, due, tries = row
    return PageJob(article, url, feed, moment(due), tries)
