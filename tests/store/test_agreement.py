"""Whatever is applied, SQLite answers as the reference in memory does."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standfirst.model import Changes, FeedState, Noted, PageJob, Sighting, State, Subscription, Taken
from standfirst.store import open_store
from standfirst.store.protocol import Audience, Store
from tests.store.samples import FEED, OTHER, a_job, an_article, clock, later, link, noted, seen, taken

OWNER = Audience.OWNER
NAMES = st.sampled_from("abcd")
FEEDS = st.sampled_from([FEED, OTHER])
TIMES = st.integers(0, 5)
BODIES = st.sampled_from(["The ferry sails.", "A tram in 東京都.", "Ferry and tram: café.", "x" * 70])


@st.composite
def takings(draw: st.DrawFn) -> Taken:
    published = draw(st.none() | st.integers(-3, 8))
    article = an_article(
        draw(NAMES),
        draw(BODIES),
        page=draw(st.booleans()),
        published=None if published is None else later(published),
        state=draw(st.sampled_from([State.FULL, State.PARTIAL])),
        aliases=tuple(link(name) for name in draw(st.lists(NAMES, max_size=2))),
        headline=draw(st.sampled_from(["", "Harbour"])),
    )
    return taken(article, draw(TIMES))


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    sighting = seen(draw(NAMES), draw(FEEDS), draw(TIMES), draw(st.sampled_from(["d1", "d2"])))
    return replace(sighting, entry=replace(sighting.entry, guid=draw(st.sampled_from(["", "g1", "g2"]))))


@st.composite
def jobs(draw: st.DrawFn) -> PageJob:
    return a_job(draw(NAMES), draw(FEEDS), draw(TIMES), draw(TIMES), link(draw(NAMES)))


@st.composite
def states(draw: st.DrawFn) -> FeedState:
    due = draw(st.none() | TIMES)
    return FeedState(
        draw(FEEDS).url,
        due=None if due is None else later(due),
        failures=draw(st.integers(0, 1)),
        gone=draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn) -> Noted:
    sources = st.one_of(FEEDS.map(lambda feed: feed.url), NAMES.map(link))
    return noted(draw(sources), draw(TIMES), where=draw(st.sampled_from(["", "line 3"])))


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=3).map(tuple)


SUBSCRIPTIONS = st.builds(Subscription, FEEDS.map(lambda feed: feed.url), st.sampled_from(["", "News"]), st.just(""))
CHANGES = st.builds(
    Changes,
    feeds=some(FEEDS),
    subscriptions=some(SUBSCRIPTIONS),
    states=some(states()),
    articles=some(takings()),
    sightings=some(sightings()),
    jobs=some(jobs()),
    jobs_done=some(NAMES.map(lambda name: an_article(name).id)),
    problems=some(problems()),
)
START = Changes(feeds=(FEED, OTHER), articles=tuple(taken(an_article(name)) for name in "abcd"))


def answers(store: Store) -> dict[str, object]:
    """Everything that can be asked."""
    river = store.river(OWNER)
    held: dict[str, object] = {
        "river": river,
        "feeds": store.feeds(),
        "due": store.due_feeds(later(3), 9),
        "next": store.next_due(),
        "jobs": store.jobs(later(3), 9),
        "health": store.health(OWNER),
        "problems": store.problems(OWNER),
        "counts": store.counts(OWNER),
        "aliases": store.resolve_alias(map(link, "abcd")),
        "articles": [store.article(OWNER, item.id) for item in river.items],
        "first": [store.sighting(item.id) for item in river.items],
    }
    for words in ("ferry", "tram -ferry", '"ferry and"', "京都", "harbour", "cafe"):
        held[words] = store.search(OWNER, words, limit=2)
    for feed in (FEED, OTHER):
        held[feed.url] = store.river(OWNER, feed=feed.url, limit=2)
        held[f"{feed.url} entries"] = store.known_entries(feed.url, ["g1", "g2", link("a")])
    for folder in ("", "News"):
        held[f"folder {folder}"] = store.river(OWNER, folder=folder, limit=2)
    return held


@given(st.lists(CHANGES | FEEDS, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_sqlite_answers_as_the_reference_does(steps: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = open_store("memory:", Path(folder), clock), open_store("", Path(folder), clock)
        for step in (START, *steps):
            done = [store.apply(step) if isinstance(step, Changes) else store.remove_feed(step.url) for store in stores]  # type: ignore[attr-defined]
            assert done[0] == done[1]
            held = [answers(store) for store in stores]
            assert held[0] == held[1]
            if isinstance(step, Changes):
                for store in stores:
                    store.apply(step)
                again = [answers(store) for store in stores]
                assert again[0] == again[1] == held[0]
        for store in stores:
            store.close()
