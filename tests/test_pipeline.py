from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from standfirst.commits import Committer
from standfirst.config import IntakeSettings
from standfirst.decide import after_failure, better, keyed, news
from standfirst.errors import Code, DiskFullError, FetchError, Problem, Stage
from standfirst.model import Article, Changes, Feed, FeedOptions, FeedState, PageJob, State, Subscription
from standfirst.pipeline import Intake
from standfirst.schedule import Schedule
from standfirst.store.memory import MemoryStore
from standfirst.store.protocol import ArticleView, Audience
from standfirst.workers import Answer, Task, perform
from tests.fakes import NOON, PaperNetwork, SameProcess, StandingClock, article_html, item, rss

FEED = "https://tide.example/feed"
OWNER = Audience.OWNER
LONG = (
    "The ferry was held in port on Tuesday after an inspector found a worn seal on the steering gear.",
    "“We will not sail until it is mended,” said Marta Eldwin, who has run the line for eleven years.",
    "The ministry insisted that the inspection was routine and that no passenger had been in any danger.",
)


class Line:
    """The whole line over paper: a store, a network and a clock that stands."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self.network = PaperNetwork(self.clock)
        self.store = MemoryStore()
        self.intake = Intake(self.store, self.network, SameProcess(), self.clock, IntakeSettings())

    def subscribe(self, url: str = FEED, options: FeedOptions = FeedOptions()) -> None:
        feed = Feed(url, "tide.example", options=options)
        self.store.apply(Changes(feeds=(feed,), subscriptions=(Subscription(url),)))

    def run(self) -> None:
        schedule = Schedule(self.intake, self.store, self.clock)
        asyncio.run(schedule.once(lambda tally: None))

    def headlines(self) -> list[str]:
        return [entry.headline for entry in self.store.river(OWNER).items]

    def only(self) -> ArticleView:
        (entry,) = self.store.river(OWNER).items
        view = self.store.article(OWNER, entry.id)
        assert view
        return view


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_feed_becomes_articles_and_its_pages_their_full_text(line: Line) -> None:
    line.subscribe()
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": article_html("Ferry held 1", *LONG)}
    line.run()
    view = line.only()
    assert view.article.body() == "\n\n".join(LONG)
    assert [(r.source) for r in view.revisions] == ["feed", "page"]
    assert view.feed_title == "Tidewatch"
    assert not view.full_text_wanted
    assert line.store.page(view.article.page) == line.network.pages["https://tide.example/news/1"]


def test_the_feeds_text_is_shown_while_the_page_cannot_be_had(line: Line) -> None:
    line.subscribe()
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": 503}
    line.run()
    view = line.only()
    assert view.article.state is State.PARTIAL
    assert "The ferry was held." in view.article.text
    assert view.full_text_wanted
    (problem,) = line.store.problems(OWNER)
    assert (problem.code, problem.source) == (Code.HTTP_STATUS, "https://tide.example/news/1")


def test_a_page_that_robots_may_not_fetch_says_so_and_shows_the_feeds_text(line: Line) -> None:
    line.subscribe()
    page = "https://tide.example/news/1"
    line.network.pages = {FEED: rss(item(1)), page: article_html("Ferry held 1", *LONG)}
    line.network.robots_denied = {page}
    line.run()
    view = line.only()
    assert "The ferry was held." in view.article.text
    assert "asks robots not to fetch" in view.article.state_reason
    assert not view.full_text_wanted
    assert [problem.code for problem in line.store.problems(OWNER)] == [Code.ROBOTS_DENIED]


def test_a_page_that_fails_is_tried_again_later_each_time_and_given_up_in_the_end(line: Line) -> None:
    line.subscribe()
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": 503}
    for _ in range(10):
        line.run()
        line.clock.pass_(hours=6)
    asked = line.network.asked.count("https://tide.example/news/1")
    assert asked == IntakeSettings().page_tries
    assert not line.only().full_text_wanted


def test_an_unchanged_feed_stores_nothing_but_its_state(line: Line) -> None:
    line.subscribe()
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": article_html("Ferry held 1", *LONG)}
    line.run()
    line.clock.pass_(hours=1)
    line.run()
    assert line.intake.tally.unchanged == 1
    assert line.network.asked.count("https://tide.example/news/1") == 1
    ((_, state),) = line.store.feeds()
    assert state.last_polled == line.clock()


def test_an_entry_that_changed_has_its_page_read_again_and_both_texts_are_kept(line: Line) -> None:
    line.subscribe()
    page = "https://tide.example/news/1"
    line.network.pages = {FEED: rss(item(1)), page: article_html("Ferry held 1", *LONG)}
    line.run()
    line.clock.pass_(hours=1)
    line.network.pages = {
        FEED: rss(item(1, title="Ferry still held")),
        page: article_html("Ferry still held 1", *LONG[:2]),
    }
    line.run()
    view = line.only()
    assert [r.source for r in view.revisions] == ["feed", "page", "page"]
    assert view.article.headline == "Ferry still held 1"
    before = line.store.revision(OWNER, view.article.id, view.revisions[1].revision)
    assert before and before.body() == "\n\n".join(LONG)


def test_one_article_under_two_feeds_is_one_article(line: Line) -> None:
    line.subscribe()
    line.subscribe("https://tide.example/sport")
    tracked = item(1).replace("<link>https://tide.example/news/1<", "<link>https://tide.example/news/1?utm_source=rss<")
    line.network.pages = {
        FEED: rss(item(1)),
        "https://tide.example/sport": rss(tracked, title="Tidewatch sport"),
        "https://tide.example/news/1": article_html("Ferry held 1", *LONG),
        "https://tide.example/news/1?utm_source=rss": article_html("Ferry held 1", *LONG),
    }
    line.run()
    view = line.only()
    assert {view.feed_title, *view.also_in} == {"Tidewatch", "Tidewatch sport"}


def test_a_feed_that_moved_for_good_is_polled_where_it_went_and_stays_the_same_feed(line: Line) -> None:
    line.subscribe()
    new = "https://tide.example/new-feed"
    line.network.moved = {FEED: new}
    line.network.pages = {new: rss(item(1))}
    line.run()
    line.clock.pass_(hours=1)
    line.network.pages = {new: rss(item(1), item(2))}
    line.run()
    assert line.network.asked.count(FEED) == 1
    assert sorted(line.headlines()) == ["Ferry held 1", "Ferry held 2"]
    assert [feed.url for feed, _ in line.store.feeds()] == [FEED]
    assert len(line.store.river(OWNER, feed=FEED).items) == 2


def test_the_newest_sitemaps_of_an_index_are_read(line: Line) -> None:
    index, part = "https://tide.example/sitemap.xml", "https://tide.example/news-sitemap.xml"
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    line.subscribe(index, FeedOptions(full_text=False))
    line.network.pages = {
        index: f"<sitemapindex {space}><sitemap><loc>{part}</loc></sitemap></sitemapindex>".encode(),
        part: f"<urlset {space} xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        "<loc>https://tide.example/news/1</loc><news:news><news:title>Ferry held</news:title>"
        "<news:publication_date>2024-11-26T09:58:00Z</news:publication_date></news:news></url></urlset>".encode(),
    }
    line.run()
    assert line.headlines() == ["Ferry held"]
    assert len(line.store.river(OWNER, feed=index).items) == 1


def test_a_feed_whose_full_text_is_not_wanted_has_no_page_read(line: Line) -> None:
    line.subscribe(options=FeedOptions(full_text=False))
    line.network.pages = {FEED: rss(item(1))}
    line.run()
    assert line.network.asked == [FEED]
    assert not line.only().full_text_wanted


def test_bad_feeds_cost_themselves(line: Line) -> None:
    for name in ("good", "page", "nothing", "gone"):
        line.subscribe(f"https://{name}.example/feed")
    line.network.pages = {
        "https://good.example/feed": rss(item(1)),
        "https://page.example/feed": article_html("A page", *LONG),
        "https://nothing.example/feed": b"",
        "https://gone.example/feed": 410,
    }
    line.run()
    assert line.headlines() == ["Ferry held 1"]
    codes = {problem.source: problem.code for problem in line.store.problems(OWNER)}
    assert codes["https://page.example/feed"] == Code.NOT_A_FEED
    assert codes["https://nothing.example/feed"] == Code.NOT_A_FEED
    assert "https://gone.example/feed" in codes
    assert "3 failed" in line.intake.tally.line()
    states = {feed.url: state for feed, state in line.store.feeds()}
    assert states["https://gone.example/feed"].gone
    assert states["https://page.example/feed"].failures == 1


def test_entries_without_dates_and_guids_are_kept_under_the_time_first_seen(line: Line) -> None:
    line.subscribe()
    bare = "<item><title>No date</title><link>https://tide.example/bare</link></item>"
    line.network.pages = {FEED: rss(bare, "<item><title>Nothing at all</title></item>")}
    line.run()
    assert line.only().article.published is None
    assert line.store.river(OWNER).items[0].at == NOON
    assert Code.ENTRY_WITHOUT_ID in {problem.code for problem in line.store.problems(OWNER)}


def test_a_wall_never_takes_the_place_of_the_feeds_own_text() -> None:
    feed_text = made(State.PARTIAL, "The feed said this much.", "extract/feed@1")
    wall = made(State.CONSENT_WALL, "Accept all", "extract/page@1", reason="a consent wall")
    shown = better(wall, feed_text)
    assert shown.body() == feed_text.body()
    assert shown.state is State.CONSENT_WALL
    assert "the feed's own text is shown" in shown.state_reason
    assert better(made(State.FULL, "Short.", "extract/page@1"), feed_text).body() == "Short."
    short = better(made(State.PARTIAL, "Short.", "extract/page@1", reason="cut"), feed_text)
    assert short.body() == feed_text.body()
    teaser = made(State.PAYWALL, "The teaser is longer than what the feed said.", "extract/page@1")
    assert better(teaser, feed_text) == teaser


def made(state: State, words: str, made_by: str, reason: str = "") -> Article:
    from standfirst.model import BlockKind, lay_out, revision_of

    text, blocks = lay_out([(BlockKind.HEADLINE, "Headline", None), (BlockKind.PARAGRAPH, words, None)])
    return Article(
        "a" * 20, "https://tide.example/1", "tide.example", "Headline", None, (), None, None, "en", (), text, blocks,
        state, reason, (), "0" * 64, revision_of(text), made_by,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "tries", "final"),
    [(404, 0, True), (410, 0, True), (403, 0, True), (503, 0, False), (None, 0, False), (503, 3, True)],
)
def test_which_failures_are_final(status: int | None, tries: int, final: bool) -> None:
    job = PageJob("a", "https://tide.example/1", FEED, NOON, tries)
    problem = Problem(Stage.FETCH, Code.HTTP_STATUS, job.url, "", "x", "y")
    changes = after_failure(job, FetchError(problem, status=status), NOON, 4)
    assert bool(changes.jobs_done) is final
    assert bool(changes.jobs) is not final
    assert changes.problems


def test_a_server_that_asks_for_patience_is_given_it() -> None:
    job = PageJob("a", "https://tide.example/1", FEED, NOON)
    problem = Problem(Stage.FETCH, Code.HTTP_STATUS, job.url, "", "x", "y")
    changes = after_failure(job, FetchError(problem, status=429, retry_after=7200), NOON, 4)
    assert changes.jobs[0].due == NOON + timedelta(hours=2)


def test_a_host_that_is_left_alone_costs_no_try_and_is_no_problem() -> None:
    job = PageJob("a", "https://tide.example/1", FEED, NOON, 3)
    problem = Problem(Stage.FETCH, Code.ASKED_TO_WAIT, job.url, "", "x", "y")
    changes = after_failure(job, FetchError(problem, retry_after=120), NOON, 4)
    assert changes == Changes(jobs=(dataclasses.replace(job, due=NOON + timedelta(seconds=120)),))


def test_only_what_is_new_or_changed_is_news(line: Line) -> None:
    page = asyncio.run(_page(line, rss(item(1), item(2), item(2))))
    reading = perform(Task("read", page=page)).reading
    assert reading
    first, second = reading.entries[0], reading.entries[1]
    assert [entry.key for entry in news(reading.entries, {})] == [first.key, second.key]
    known = {first.key: ("id", first.digest), second.key: ("id", "another")}
    assert [entry.key for entry in news(reading.entries, known)] == [second.key]


async def _page(line: Line, body: bytes):  # type: ignore[no-untyped-def]
    line.network.pages[FEED] = body
    return await line.network.get(FEED)


def test_entries_are_their_feeds_and_known_by_link_where_a_guid_is_everybodys(line: Line) -> None:
    same = [item(n).replace(f"<guid>https://tide.example/news/{n}<", "<guid>everything<") for n in (1, 2)]
    page = asyncio.run(_page(line, rss(*same, item(3))))
    reading = perform(Task("read", page=page)).reading
    assert reading
    feed = Feed("https://tide.example/old", "tide.example")
    entries, problems = keyed(feed, reading.entries, page)
    assert {(entry.feed, entry.document) for entry in entries} == {(feed.url, page.digest)}
    assert [entry.key for entry in entries] == [f"https://tide.example/news/{n}" for n in (1, 2, 3)]
    assert [(problem.code, problem.where) for problem in problems] == [
        (Code.GUID_REPEATED, "https://tide.example/everything")
    ]


class DyingWorkers(SameProcess):
    """Extraction that dies over certain words."""

    def __init__(self, words: str) -> None:
        self.words = words

    async def perform(self, task: Task) -> Answer:
        body = (task.page.body if task.page else b"").decode()
        if any(self.words in entry.title for entry in task.entries if task.kind == "entries") or (
            task.kind == "extract" and self.words in body
        ):
            source = task.page.url if task.page else task.entries[0].feed
            return Answer(problem=Problem(Stage.COLLECT, Code.WORKER_DIED, source, "", "it died", "an answer"))
        return await super().perform(task)


def test_an_entry_that_kills_its_worker_costs_itself_alone_and_is_asked_for_again(line: Line) -> None:
    line.subscribe(options=FeedOptions(full_text=False))
    line.intake.workers = DyingWorkers("Ferry held 17")
    line.network.pages = {FEED: rss(*(item(n) for n in range(60)))}
    line.run()
    assert line.store.counts(OWNER).articles == 59
    (problem,) = line.store.problems(OWNER)
    assert (problem.code, problem.source, problem.where) == (Code.WORKER_DIED, FEED, "https://tide.example/news/17")
    line.intake.workers = SameProcess()
    line.clock.pass_(hours=1)
    line.run()
    assert line.store.counts(OWNER).articles == 60
    assert line.store.problems(OWNER) == ()


def test_a_page_that_kills_its_worker_is_tried_again(line: Line) -> None:
    line.subscribe()
    line.intake.workers = DyingWorkers("worn seal")
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": article_html("Ferry held 1", *LONG)}
    line.run()
    assert line.only().full_text_wanted
    line.intake.workers = SameProcess()
    line.clock.pass_(hours=1)
    line.run()
    assert line.only().article.body() == "\n\n".join(LONG)


def test_what_the_page_does_not_print_is_taken_from_the_feed(line: Line) -> None:
    line.subscribe()
    line.network.pages = {FEED: rss(item(1)), "https://tide.example/news/1": article_html("Ferry held 1", *LONG)}
    line.run()
    assert line.only().article.published == NOON.replace(hour=9, minute=58)


def test_a_move_that_leads_nowhere_is_forgotten(line: Line) -> None:
    line.subscribe()
    new = "https://tide.example/new-feed"
    line.network.moved = {FEED: new}
    line.network.pages = {new: rss(item(1))}
    line.run()
    line.network.moved = {}
    line.network.pages = {FEED: rss(item(1), item(2)), new: 404}
    for _ in range(4):
        line.clock.pass_(days=2)
        line.run()
    assert "Ferry held 2" in line.headlines()
    ((_, state),) = line.store.feeds()
    assert (state.moved_to, state.failures) == ("", 0)
    assert line.store.problems(OWNER) != ()  # the two pages; the feed's own trouble is over
    assert FEED not in {problem.source for problem in line.store.problems(OWNER)}


class FullStore(MemoryStore):
    """A store whose disk is full."""

    def apply(self, changes: Changes):  # type: ignore[no-untyped-def]
        raise DiskFullError("no space left")


def test_a_full_disk_reaches_everybody_who_waits_for_the_commit() -> None:
    async def both() -> list[object]:
        committer = Committer(FullStore())
        return list(
            await asyncio.gather(committer.apply(Changes()), committer.apply(Changes()), return_exceptions=True)
        )

    assert [type(error) for error in asyncio.run(both())] == [DiskFullError, DiskFullError]


def test_commits_are_gathered() -> None:
    sizes: list[int] = []

    class Counting(MemoryStore):
        def apply(self, changes: Changes):  # type: ignore[no-untyped-def]
            sizes.append(len(changes.states))
            return super().apply(changes)

    async def many() -> None:
        committer = Committer(Counting())
        states = [dataclasses.replace(FeedState(f"https://{n}.example/")) for n in range(50)]
        feeds = [Changes(feeds=(Feed(s.url, "x"),), states=(s,)) for s in states]
        await asyncio.gather(*(committer.apply(changes) for changes in feeds))

    asyncio.run(many())
    assert sum(sizes) == 50
    assert len(sizes) < 10
