"""What an invented archive holds: the events of six years of 600 feeds, in order of time, in commits."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from _invented import Inventor, evidence

from standfirst.errors import Code, Problem, Stage
from standfirst.model import (
    Article,
    BlockKind,
    Changes,
    Entry,
    Feed,
    FeedState,
    Noted,
    PageJob,
    Sighting,
    State,
    Subscription,
    Taken,
    lay_out,
    revision_of,
)

END, SPAN = datetime(2026, 11, 23, tzinfo=UTC), timedelta(days=6 * 365)
FEEDS, FOLDERS, OUTLETS = 600, 12, 240
COMMIT = 100  # articles; the intake commits 50 at most, but this fills an archive a tenth sooner
REVISED, CARRIED_AGAIN, ASIDE = 0.18, 0.05, 0.0025


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a poll or a page brought."""

    taken: Taken | None = None
    sighting: Sighting | None = None
    job: PageJob | None = None
    noted: Noted | None = None


def feeds() -> tuple[Feed, ...]:
    """The feeds: several of one outlet are its sections."""
    made = []
    for number in range(FEEDS):
        outlet, section = f"outlet{number % OUTLETS}.example", number // OUTLETS
        made.append(Feed(f"https://{outlet}/feeds/{section}.xml", outlet, f"Outlet {number % OUTLETS} {section}"))
    return tuple(made)


class Archive:
    """The events of an archive, in order of time."""

    def __init__(self, articles: int, seed: int) -> None:
        self._articles, self._inventor = articles, Inventor(seed)
        self._random = self._inventor.random
        self._feeds = feeds()
        self._carriers = [feed for n, feed in enumerate(self._feeds) for _ in range(1 + 3000 // (n + 5))]
        self._later: list[tuple[datetime, int, Event]] = []
        self._order = count()

    def subscriptions(self) -> Changes:
        """The feeds, each in its folder."""
        places = tuple(Subscription(feed.url, f"Folder {n % FOLDERS}") for n, feed in enumerate(self._feeds))
        return Changes(feeds=self._feeds, subscriptions=places)

    def commits(self) -> Iterator[Changes]:
        """The events in commits, then the state in which the feeds are left."""
        events = self._events()
        while group := list(islice(events, COMMIT)):
            yield together(group)
        failing = self._random.sample(self._feeds, FEEDS // 20)
        yield Changes(
            states=tuple(
                FeedState(feed.url, due=END + timedelta(hours=8), failures=3, problem="503") for feed in failing
            ),
            problems=tuple(Noted(problem(feed.url, "HTTP 503"), END) for feed in failing),
        )

    def _events(self) -> Iterator[Event]:
        for number in range(self._articles):
            seen = END - SPAN + SPAN * ((number + self._random.random()) / self._articles)
            while self._later and self._later[0][0] <= seen:
                yield heapq.heappop(self._later)[2]
            yield self._first(number, seen)
        while self._later:
            yield heapq.heappop(self._later)[2]

    def _first(self, number: int, seen: datetime) -> Event:
        feed = self._random.choice(self._carriers)
        link = f"https://{feed.outlet}/{seen:%Y/%m/%d}/{self._inventor.name(3).lower()}-{number}"
        article = self._inventor.article(link, feed, self._published(seen))
        self._plan(article, feed, seen)
        entry = Sighting(article.id, self._entry(article, feed), seen)
        if self._random.random() < 0.08:
            article = replace(article, made_by="extract/feed 1", state=State.PARTIAL)
        is_fresh = article.made_by == "extract/feed 1" and END - seen < timedelta(days=30)
        job = PageJob(article.id, link, feed.url, seen) if is_fresh else None
        is_noted = article.made_by == "extract/feed 1" and self._random.random() < 0.03
        return Event(Taken(article, seen), entry, job, Noted(problem(link, "HTTP 404"), seen) if is_noted else None)

    def _published(self, seen: datetime) -> datetime | None:
        """Minutes before it was seen; for a few unknown, long ago, or still ahead."""
        drawn = self._random.random()
        if drawn < 0.03:
            return None
        if drawn < 0.03 + ASIDE:
            return seen - timedelta(days=self._random.randrange(1, 3000))
        ahead = timedelta(hours=5) if drawn < 0.04 else timedelta()
        return seen - timedelta(seconds=self._random.expovariate(1 / 1800)) + ahead

    def _entry(self, article: Article, feed: Feed) -> Entry:
        summary = f"<p>{article.standfirst or article.text[:160]}</p>"
        times = article.published, article.modified
        return Entry(
            feed.url, article.url, article.url, article.headline, summary, article.bylines, *times,
            categories=article.sections, digest=article.revision, path=f"/rss/channel/item[{len(summary) % 30 + 1}]",
        )  # fmt: skip

    def _plan(self, article: Article, feed: Feed, seen: datetime) -> None:
        """What becomes of an article later: a new text, further feeds."""
        if self._random.random() < REVISED:
            changed = min(END, seen + self._hours(6))
            self._at(changed, Event(Taken(self._revised(article), changed)))
        if self._random.random() < CARRIED_AGAIN:
            others = {self._random.choice(self._feeds): None for _ in range(self._random.randrange(1, 4))}
            for other in others:
                again = min(END, seen + self._hours(2))
                if other is not feed:
                    self._at(again, Event(sighting=Sighting(article.id, self._entry(article, other), again)))

    def _revised(self, article: Article) -> Article:
        """The same article with a paragraph more."""
        parts = [(block.kind, article.text[block.start : block.end], block.time) for block in article.blocks]
        parts.append((BlockKind.PARAGRAPH, self._inventor.sentences(article.language, 40), None))
        text, blocks = lay_out(parts)
        page = revision_of(text) + article.page[20:]
        return replace(
            article, text=text, blocks=blocks, revision=revision_of(text), page=page, evidence=evidence(page)
        )

    def _hours(self, mean: float) -> timedelta:
        return timedelta(hours=self._random.expovariate(1 / mean))

    def _at(self, when: datetime, event: Event) -> None:
        heapq.heappush(self._later, (when, next(self._order), event))


def together(events: list[Event]) -> Changes:
    """Events as one commit, with the state of each feed that was polled for them."""
    sightings = tuple(event.sighting for event in events if event.sighting)
    polled = {sighting.entry.feed: sighting.seen for sighting in sightings}
    return Changes(
        states=tuple(_state(url, seen) for url, seen in polled.items()),
        sightings=sightings,
        articles=tuple(event.taken for event in events if event.taken),
        jobs=tuple(event.job for event in events if event.job),
        problems=tuple(event.noted for event in events if event.noted),
    )


def _state(url: str, seen: datetime) -> FeedState:
    etag, due = f'"{int(seen.timestamp())}"', seen + timedelta(minutes=30)
    return FeedState(url, etag, due=due, last_polled=seen, last_success=seen, last_status=200)


def problem(source: str, found: str) -> Problem:
    """A request that failed."""
    return Problem(Stage.FETCH, Code.HTTP_STATUS, source, "", found, "HTTP 200")
