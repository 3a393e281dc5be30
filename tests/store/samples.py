"""Invented articles, entries and problems for the store's tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from standfirst.errors import Code, Problem, Stage
from standfirst.model import (
    Article,
    BlockKind,
    Changes,
    Enclosure,
    Entry,
    Evidence,
    Feed,
    Method,
    Noted,
    Page,
    PageJob,
    Sighting,
    State,
    Subscription,
    Taken,
    article_id,
    lay_out,
    revision_of,
)

NOW = datetime(2026, 11, 23, 12, 0, 0, 250, tzinfo=UTC)
FEED = Feed("https://harbour.example/feed.xml", "harbour.example", "The Harbour Light", "https://harbour.example/")
OTHER = Feed("https://meadow.example/rss", "meadow.example", "Meadow Post")
FEED_DOCUMENT, PAGE_DOCUMENT = "0" * 64, "1" * 64


def clock() -> datetime:
    return NOW


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def link(name: str) -> str:
    return f"https://harbour.example/{name}"


def id_of(name: str) -> str:
    return article_id(link(name))


def an_article(
    name: str,
    body: str = "The ferry sails again.",
    *,
    page: bool = False,
    published: datetime | None = None,
    headline: str = "",
    state: State = State.FULL,
    aliases: tuple[str, ...] = (),
) -> Article:
    """The article first seen under link(name), as its feed gave it or as its page did."""
    headline = headline or f"Story {name}"
    parts = [(BlockKind.HEADLINE, headline, None), (BlockKind.PARAGRAPH, body, published)]
    text, blocks = lay_out(parts)
    document = PAGE_DOCUMENT if page else FEED_DOCUMENT
    return Article(
        id=article_id(link(name)),
        url=link(name),
        outlet="harbour.example",
        headline=headline,
        standfirst="A standfirst." if page else None,
        bylines=("Ada Holm", "Ben Ørsted"),
        published=published,
        modified=None,
        language="en",
        sections=("Harbour",),
        text=text,
        blocks=blocks,
        state=state,
        state_reason="",
        evidence=(Evidence("headline", Method.DOM, document, "/html/body/h1", "line", "ab" * 32),),
        page=document,
        revision=revision_of(text),
        made_by="extract/page 1" if page else "extract/feed 1",
        aliases=aliases,
    )


def taken(article: Article, at: float = 0) -> Taken:
    return Taken(article, later(at))


def an_entry(name: str, feed: Feed = FEED, digest: str = "d1") -> Entry:
    return Entry(
        feed.url,
        f"guid-{name}",
        link(name),
        f"Story {name}",
        authors=("Ada Holm",),
        published=NOW,
        enclosures=(Enclosure("https://harbour.example/a.mp3", "audio/mpeg", 7),),
        digest=digest,
    )


def seen(name: str, feed: Feed = FEED, at: float = 0, digest: str = "d1") -> Sighting:
    return Sighting(id_of(name), an_entry(name, feed, digest), later(at))


def a_job(name: str, feed: Feed = FEED, due: float = 0, tries: int = 0, url: str = "") -> PageJob:
    return PageJob(id_of(name), url or link(name), feed.url, later(due), tries)


def noted(source: str, at: float = 0, code: Code = Code.TIMED_OUT, where: str = "", found: str = "30 s") -> Noted:
    return Noted(Problem(Stage.FETCH, code, source, where, found, "an answer"), later(at))


def a_page(body: bytes, at: float = 0) -> Page:
    digest = hashlib.sha256(body).hexdigest()
    return Page(link("a"), link("a"), 200, "text/html", {}, body, later(at), digest)


def carried(*names: str, feed: Feed = FEED, apart: float = 60) -> Changes:
    """A feed in the folder "News" that carried these articles, each so many seconds after the one before."""
    return Changes(
        feeds=(feed,),
        subscriptions=(Subscription(feed.url, "News"),),
        articles=tuple(taken(an_article(name), apart * i) for i, name in enumerate(names)),
        sightings=tuple(seen(name, feed, apart * i) for i, name in enumerate(names)),
    )
