"""The contract of store/protocol.py: one body, held against memory, SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from standfirst.errors import Code, Problem, Stage, StoreError
from standfirst.model import Changes, Choice, FeedOptions, FeedState, Noted, State, Subscription, article_id
from standfirst.store.protocol import Applied, Audience, Counts, Key, River, Store
from tests.store.samples import (
    FEED,
    NOW,
    OTHER,
    a_job,
    a_page,
    an_article,
    an_entry,
    carried,
    id_of,
    later,
    link,
    noted,
    seen,
    taken,
)

OWNER = Audience.OWNER


def headlines(river: River) -> list[str]:
    return [item.headline.removeprefix("Story ") for item in river.items]


def everything(store: Store) -> tuple[object, ...]:
    """All that the store answers about what it holds."""
    river = store.river(OWNER, limit=1000)
    articles = tuple(store.article(OWNER, item.id) for item in river.items)
    return (
        store.feeds(),
        river,
        articles,
        store.health(OWNER),
        store.problems(OWNER),
        store.counts(OWNER),
        store.jobs(later(10**8), 1000),
    )


# --- applying


def test_an_empty_store_answers_every_question(store: Store) -> None:
    assert everything(store) == ((), River((), None, None), (), (), (), Counts(0, 0, 0, 0, 0), ())
    assert store.due_feeds(NOW, 10) == () and store.next_due() is None
    assert store.article(OWNER, "none") is None and store.revision(OWNER, "none", "none") is None
    assert store.find(OWNER, link("a")) is None and store.sighting("none") is None
    assert store.known_entries(FEED.url, ["x"]) == {} and store.resolve_alias([]) == {}
    assert store.count_opening("none") == 0 and store.page("0" * 64) is None
    assert not store.remove_feed(FEED.url)
    assert store.apply(Changes()) == Applied()


def test_applying_twice_is_once(store: Store) -> None:
    changes = replace(
        carried("a", "b"),
        states=(FeedState(FEED.url, etag='"x"', due=later(60), failures=1),),
        jobs=(a_job("a"), a_job("b")),
        jobs_done=(id_of("b"),),
        problems=(noted(FEED.url), noted(link("b"), at=5)),
    )
    assert store.apply(changes) == Applied(articles=2, revisions=0, entries=2)
    once = everything(store)
    assert store.apply(changes) == Applied()
    assert everything(store) == once
    assert store.counts(OWNER) == Counts(feeds=1, articles=2, full=2, jobs=1, problems=2)


def test_applying_twice_with_several_texts_of_one_article_is_once(store: Store) -> None:
    texts = [an_article("a", "One."), an_article("a", "Two."), an_article("a", "Three.", page=True)]
    changes = replace(carried("a"), articles=tuple(taken(text) for text in texts))
    assert store.apply(changes) == Applied(articles=1, revisions=2, entries=1)
    once = everything(store)
    assert store.apply(changes) == Applied()
    assert everything(store) == once


@pytest.mark.parametrize(
    "broken",
    [
        Changes(sightings=(seen("unknown"),)),
        Changes(sightings=(seen("b", OTHER),)),
        Changes(jobs=(a_job("unknown"),)),
        Changes(choices=(Choice("https://unknown.example/", FeedOptions()),)),
        Changes(subscriptions=(Subscription("https://unknown.example/"),)),
    ],
)
def test_all_or_nothing(store: Store, broken: Changes) -> None:
    store.apply(carried("a"))
    before = everything(store)
    both = replace(carried("b"), problems=(noted(FEED.url),), jobs=(a_job("b"),)) + broken
    with pytest.raises(StoreError, match=r"wanted it to be held already"):
        store.apply(both)
    assert everything(store) == before
    assert headlines(store.search(OWNER, "story")) == ["a"]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.counts(OWNER)
    with pytest.raises(StoreError, match="closed"):
        store.apply(Changes())


# --- feeds


def test_a_feed_given_again_keeps_its_state_and_its_title(store: Store) -> None:
    state = FeedState(FEED.url, etag='"1"', due=later(30), last_polled=NOW, last_status=200)
    store.apply(Changes(feeds=(FEED,), states=(state,)))
    store.apply(Changes(feeds=(replace(FEED, title="", site="", options=FeedOptions(full_text=False)),)))
    assert store.feeds() == ((FEED, state),)
    store.apply(Changes(choices=(Choice(FEED.url, FeedOptions(full_text=False), is_news=False),)))
    store.apply(Changes(feeds=(FEED,)))
    assert store.feeds() == ((replace(FEED, is_news=False, options=FeedOptions(full_text=False)), state),)
    store.apply(Changes(feeds=(replace(FEED, title="New name"),)))
    assert store.feeds()[0][0].title == "New name"


def test_a_subscription_given_again_moves_the_feed(store: Store) -> None:
    store.apply(carried("a"))
    store.apply(Changes(subscriptions=(Subscription(FEED.url, "Elsewhere", "My name"),)))
    assert headlines(store.river(OWNER, folder="News")) == []
    assert headlines(store.river(OWNER, folder="Elsewhere")) == ["a"]
    assert store.river(OWNER).items[0].feed_title == "My name"


def test_due_feeds_come_longest_due_first_and_gone_ones_never(store: Store) -> None:
    feeds = tuple(replace(FEED, url=f"https://{name}.example/feed") for name in "abcd")
    states = (
        FeedState(feeds[0].url, due=later(10)),
        FeedState(feeds[1].url, due=later(-10)),
        FeedState(feeds[3].url, due=later(-99), gone=True),
    )
    store.apply(Changes(feeds=feeds, states=states))
    assert [feed for feed, _ in store.due_feeds(NOW, 10)] == [feeds[2], feeds[1]]
    assert [feed for feed, _ in store.due_feeds(later(10), 10)] == [feeds[2], feeds[1], feeds[0]]
    assert [feed for feed, _ in store.due_feeds(later(10), 1)] == [feeds[2]]
    assert [feed for feed, _ in store.feeds()] == list(feeds)


def test_next_due_is_the_least_of_feeds_and_jobs(store: Store) -> None:
    store.apply(carried("a"))
    assert store.next_due() == datetime(1970, 1, 1, tzinfo=UTC)
    store.apply(Changes(states=(FeedState(FEED.url, due=later(100)),)))
    assert store.next_due() == later(100)
    store.apply(Changes(jobs=(a_job("a", due=50),)))
    assert store.next_due() == later(50)


def test_a_removed_feed_is_polled_no_more_and_its_articles_stay(store: Store) -> None:
    store.apply(replace(carried("a", "b"), jobs=(a_job("a"),), problems=(noted(FEED.url),)))
    assert store.remove_feed(FEED.url)
    assert not store.remove_feed(FEED.url)
    assert store.feeds() == () and store.health(OWNER) == () and store.jobs(later(9), 9) == ()
    assert store.counts(OWNER) == Counts(feeds=0, articles=2, full=2, jobs=0, problems=0)
    assert headlines(store.river(OWNER)) == ["b", "a"]
    assert store.river(OWNER).items[0].feed_title == FEED.title


def test_what_was_under_way_for_a_removed_feed_does_not_bring_it_back(store: Store) -> None:
    store.apply(carried("a"))
    store.remove_feed(FEED.url)
    late = Changes(states=(FeedState(FEED.url),), jobs=(a_job("a"),), subscriptions=(Subscription(FEED.url),))
    store.apply(late + Changes(sightings=(seen("a"),)))
    store.apply(Changes(feeds=(FEED,), states=(FeedState(FEED.url),)))
    assert store.feeds() == () and store.counts(OWNER) == Counts(0, 1, 1, 0, 0)


def test_a_removed_feed_added_again_begins_anew(store: Store) -> None:
    store.apply(replace(carried("a"), states=(FeedState(FEED.url, etag='"1"', due=later(99)),)))
    store.remove_feed(FEED.url)
    store.apply(Changes(feeds=(FEED,), subscriptions=(Subscription(FEED.url, "News"),)))
    assert store.feeds() == ((FEED, FeedState(FEED.url)),)
    assert store.health(OWNER)[0].articles == 1
    assert store.counts(OWNER).feeds == 1


def test_health_shows_place_counts_and_newest(store: Store) -> None:
    store.apply(replace(carried("a", "b"), jobs=(a_job("a"),)))
    store.apply(Changes(feeds=(OTHER,)))
    first, second = store.health(OWNER)
    assert (first.feed, first.articles, first.latest, first.pages_waiting) == (OTHER, 0, None, 0)
    assert first.subscription == Subscription(OTHER.url)
    assert (second.feed, second.articles, second.latest, second.pages_waiting) == (FEED, 2, later(60), 1)
    assert second.subscription == Subscription(FEED.url, "News")


# --- entries


def test_known_entries_and_their_first_feed(store: Store) -> None:
    store.apply(carried("a", "b"))
    store.apply(Changes(feeds=(OTHER,), sightings=(seen("a", OTHER, 99),)))
    known = store.known_entries(FEED.url, ["guid-a", "guid-b", "guid-c"])
    assert known == {"guid-a": (id_of("a"), "d1"), "guid-b": (id_of("b"), "d1")}
    assert store.sighting(id_of("a")) == (FEED, an_entry("a"))
    store.apply(Changes(sightings=(seen("a", at=200, digest="d2"),)))
    assert store.known_entries(FEED.url, ["guid-a"]) == {"guid-a": (id_of("a"), "d2")}
    assert store.sighting(id_of("a")) == (FEED, an_entry("a", digest="d2"))


def test_an_entry_stays_with_the_article_it_was_first_seen_as(store: Store) -> None:
    store.apply(carried("a", "b"))
    moved = replace(seen("a"), article=id_of("b"))
    assert store.apply(Changes(sightings=(moved,))) == Applied()
    assert store.known_entries(FEED.url, ["guid-a"]) == {"guid-a": (id_of("a"), "d1")}
    assert store.health(OWNER)[0].articles == 2


def test_an_article_in_two_feeds_is_shown_once_under_the_first(store: Store) -> None:
    store.apply(carried("a"))
    store.apply(carried("a", feed=OTHER))
    store.apply(Changes(sightings=(replace(seen("a"), entry=replace(an_entry("a"), guid="again"), seen=later(5)),)))
    (item,) = store.river(OWNER).items
    assert (item.feed, item.feed_title, item.also_in) == (FEED.url, FEED.title, (OTHER.title,))
    for where in ({"feed": FEED.url}, {"feed": OTHER.url}, {"folder": "News"}):
        assert store.river(OWNER, **where).items == (item,)  # type: ignore[arg-type]
    assert [line.articles for line in store.health(OWNER)] == [1, 1]
    view = store.article(OWNER, id_of("a"))
    assert view is not None and (view.feed, view.feed_title, view.also_in) == (FEED.url, FEED.title, (OTHER.title,))


# --- articles and revisions


def test_an_article_comes_back_as_it_was_taken(store: Store) -> None:
    article = an_article("a", "Ein Schiff \U0001f6a2 kam.", page=True, published=later(-5), aliases=(link("b"),))
    store.apply(Changes(articles=(taken(article),)))
    view = store.article(OWNER, article.id)
    assert view is not None and view.article == article
    assert (view.first_seen, view.opened, view.feed, view.page_fetched) == (NOW, 0, "", None)
    assert store.revision(OWNER, article.id, article.revision) == article


def test_the_pages_text_follows_the_feeds_and_is_never_replaced_by_it(store: Store) -> None:
    from_feed, from_page = an_article("a", "Short."), an_article("a", "Long and whole.", page=True)
    store.apply(replace(carried("a"), articles=(taken(from_feed, 10),)))
    # the page counts although it was fetched before the feed was read again
    assert store.apply(Changes(articles=(taken(from_page, 5),))) == Applied(revisions=1)
    for at, body in ((20, "Short."), (30, "Changed in the feed.")):
        assert store.apply(Changes(articles=(taken(an_article("a", body), at),))) == Applied()
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.article == from_page
    assert [(r.revision, r.seen, r.source) for r in view.revisions] == [
        (from_feed.revision, later(10), "feed"),
        (from_page.revision, later(5), "page"),
    ]
    assert store.revision(OWNER, id_of("a"), from_feed.revision) == from_feed
    assert store.river(OWNER).items[0].revisions == 2


def test_the_same_text_again_renews_its_fields_in_place(store: Store) -> None:
    old = an_article("a", page=True, state=State.PARTIAL)
    store.apply(Changes(articles=(taken(old),)))
    new = replace(old, state=State.FULL, bylines=("Cleo Marsh",), made_by="extract/page 2")
    assert store.apply(Changes(articles=(taken(new, 60),))) == Applied()
    view = store.article(OWNER, old.id)
    assert view is not None and view.article == new and view.first_seen == NOW
    assert [(r.revision, r.seen) for r in view.revisions] == [(old.revision, NOW)]
    assert store.counts(OWNER).full == 1
    assert store.apply(Changes(articles=(taken(old, 30),))) == Applied()
    assert store.revision(OWNER, old.id, old.revision) == new


def test_a_text_that_returns_is_current_again_and_no_new_revision(store: Store) -> None:
    one, two = an_article("a", "One.", page=True), an_article("a", "Two.", page=True)
    for at, article in enumerate((one, two, one)):
        store.apply(Changes(articles=(taken(article, at),)))
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.article == one
    assert [r.revision for r in view.revisions] == [two.revision, one.revision]
    store.apply(Changes(articles=(taken(two, 1),)))
    assert store.river(OWNER).items[0].revisions == 2
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.article == one
    assert headlines(store.search(OWNER, "one")) == ["a"] and headlines(store.search(OWNER, "two")) == []


def test_a_text_taken_before_the_current_one_is_kept_but_not_current(store: Store) -> None:
    new, old = an_article("a", "New.", page=True), an_article("a", "Old.", page=True)
    store.apply(Changes(articles=(taken(new, 60),)))
    assert store.apply(Changes(articles=(taken(old, 0),))) == Applied(revisions=1)
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.article == new
    assert [r.revision for r in view.revisions] == [old.revision, new.revision]
    assert headlines(store.search(OWNER, "old")) == []


def test_the_time_shown_is_as_published_but_never_after_first_seen(store: Store) -> None:
    store.apply(carried("a", "b", "c"))
    ahead = an_article("a", published=later(9999))
    before = an_article("b", published=later(-9999))
    store.apply(Changes(jobs=tuple(a_job(name) for name in "abc")))
    store.apply(Changes(articles=(taken(ahead, 500), taken(before, 500))))
    river = store.river(OWNER)
    assert [(item.headline[-1], item.at) for item in river.items] == [
        ("c", later(120)),
        ("a", NOW),
        ("b", later(-9999)),
    ]
    assert river.items[1].published == later(9999)
    for where in ({"feed": FEED.url}, {"folder": "News"}):
        assert store.river(OWNER, **where) == river  # type: ignore[arg-type]
    assert [job.article for job in store.jobs(later(999), 9)] == [id_of("c"), id_of("a"), id_of("b")]
    store.apply(Changes(articles=(taken(an_article("b", "No date now."), 600),)))
    assert store.river(OWNER).items[2].at == later(-9999)


def test_an_alias_is_never_taken_from_another_article(store: Store) -> None:
    store.apply(Changes(articles=(taken(an_article("a", aliases=(link("short"),))),)))
    thief = an_article("b", aliases=(link("short"), link("a"), link("own")))
    store.apply(Changes(articles=(taken(thief),)))
    urls = [link(name) for name in ("a", "b", "short", "own", "none")]
    a, b = id_of("a"), id_of("b")
    assert store.resolve_alias(urls) == {urls[0]: a, urls[1]: b, urls[2]: a, urls[3]: b}
    assert store.find(OWNER, link("short")) == a and store.find(OWNER, link("none")) is None


def test_openings_are_counted(store: Store) -> None:
    store.apply(carried("a"))
    assert [store.count_opening(id_of("a")) for _ in range(3)] == [1, 2, 3]
    store.apply(Changes(articles=(taken(an_article("a", "New text."), 5),)))
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.opened == 3


# --- jobs


def test_jobs_come_newest_article_first_when_due(store: Store) -> None:
    jobs = (a_job("a"), a_job("b", due=100), a_job("c"), a_job("d"))
    store.apply(replace(carried("a", "b", "c", "d"), jobs=jobs))
    assert store.jobs(NOW, 10) == (jobs[3], jobs[2], jobs[0])
    assert store.jobs(NOW, 2, besides=[id_of("d")]) == (jobs[2], jobs[0])
    assert store.jobs(later(100), 1, besides=[id_of("d"), id_of("c")]) == (jobs[1],)
    view = store.article(OWNER, id_of("a"))
    assert view is not None and view.full_text_wanted


def test_there_is_one_job_an_article_until_it_is_done(store: Store) -> None:
    store.apply(replace(carried("a"), jobs=(a_job("a"),)))
    again = a_job("a", due=300, tries=1)
    store.apply(Changes(jobs=(again,)))
    assert store.jobs(later(300), 10) == (again,) and store.counts(OWNER).jobs == 1
    store.apply(Changes(jobs_done=(id_of("a"), "unknown")))
    assert store.jobs(later(300), 10) == () and store.counts(OWNER).jobs == 0
    assert store.health(OWNER)[0].pages_waiting == 0


# --- problems


def test_a_problem_met_again_is_one_row_with_a_count(store: Store) -> None:
    store.apply(Changes(problems=(noted(FEED.url, 0, found="30 s"), noted(FEED.url, 0, Code.GONE))))
    store.apply(Changes(problems=(noted(FEED.url, 60, found="31 s"),)))
    first, second = store.problems(OWNER)
    assert (first.code, first.found, first.first, first.last, first.times) == ("timed-out", "31 s", NOW, later(60), 2)
    assert (second.code, second.times) == ("gone", 1)
    assert len(store.problems(OWNER, limit=1)) == 1
    assert store.counts(OWNER).problems == 2


def test_a_feeds_success_removes_its_problems_but_those_noted_again(store: Store) -> None:
    damaged = noted(FEED.url, 60, Code.FEED_DAMAGED, "line 3")
    store.apply(Changes(feeds=(FEED,), problems=(noted(FEED.url), damaged, noted(link("a")))))
    store.apply(Changes(states=(FeedState(FEED.url, failures=2),)))
    assert store.counts(OWNER).problems == 3
    success = Changes(states=(FeedState(FEED.url),), problems=(replace(damaged, at=later(90)),))
    for _ in range(2):
        store.apply(success)
        assert [(row.source, row.times) for row in store.problems(OWNER)] == [(FEED.url, 2), (link("a"), 1)]
    assert store.counts(OWNER).problems == 2


def test_a_page_that_was_read_removes_its_problems(store: Store) -> None:
    store.apply(replace(carried("a", "b"), jobs=(replace(a_job("a"), url=link("asked")),)))
    sources = [link("a"), link("asked"), link("alias"), link("b")]
    store.apply(Changes(problems=tuple(noted(source, at) for at, source in enumerate(sources))))
    store.apply(Changes(articles=(taken(an_article("a", "From the feed."), 9),)))
    assert store.counts(OWNER).problems == 4
    store.apply(Changes(articles=(taken(an_article("a", page=True, aliases=(link("alias"),)), 9),)))
    assert [row.source for row in store.problems(OWNER)] == [link("b")]
    assert store.counts(OWNER).problems == 1


# --- the river


@pytest.mark.parametrize("where", [{}, {"feed": FEED.url}, {"folder": "News"}])
def test_paging_there_and_back_shows_everything_once(store: Store, where: dict[str, str]) -> None:
    names = [f"{number:02}" for number in range(11)]
    # equal times: three articles each
    store.apply(carried(*names[:6], apart=0))
    store.apply(carried(*names[6:], feed=OTHER, apart=0) if not where.get("feed") else carried(*names[6:], apart=0))
    pages = [store.river(OWNER, limit=4, **where)]  # type: ignore[arg-type]
    while pages[-1].older is not None:
        pages.append(store.river(OWNER, limit=4, before=pages[-1].older, **where))  # type: ignore[arg-type]
    assert [name for page in pages for name in headlines(page)] == names[::-1]
    assert pages[0].newer is None and [len(page.items) for page in pages] == [4, 4, 3]
    back = [pages[-1]]
    while back[-1].newer is not None:
        back.append(store.river(OWNER, limit=4, after=back[-1].newer, **where))  # type: ignore[arg-type]
    assert [page.items for page in back] == [page.items for page in reversed(pages)]
    assert back[-1].older == pages[0].older


def test_beside_an_empty_page_the_way_leads_back(store: Store) -> None:
    store.apply(carried("a", "b"))
    below = store.river(OWNER, before=Key(0, 0), limit=1)
    assert below.items == () and below.older is None and below.newer is not None
    assert headlines(store.river(OWNER, after=below.newer, limit=1)) == ["a"]
    above = store.river(OWNER, after=Key(2**60, 0), limit=1)
    assert above.items == () and above.newer is None and above.older is not None
    assert headlines(store.river(OWNER, before=above.older, limit=1)) == ["b"]


def test_rivers_of_what_is_not_there_are_empty(store: Store) -> None:
    store.apply(carried("a"))
    assert store.river(OWNER, feed="https://none.example/").items == ()
    assert store.river(OWNER, folder="none").items == ()


# --- search


def test_search_finds_the_current_text_newest_first(store: Store) -> None:
    store.apply(carried("a", "b", "c"))
    river = store.search(OWNER, "ferry", limit=2)
    assert headlines(river) == ["c", "b"] and river.newer is None and river.older is not None
    assert headlines(store.search(OWNER, "ferry", before=river.older, limit=2)) == ["a"]
    assert river.items[0].snippet == "The \x02ferry\x03 sails again."
    # published long ago, come last: newest first is by the time shown, not by the order of arrival
    store.apply(Changes(articles=(taken(an_article("d", published=later(-(10**6))), 999),)))
    assert headlines(store.search(OWNER, "ferry", limit=3)) == ["c", "b", "a"]
    assert headlines(store.search(OWNER, "ferry")) == ["c", "b", "a", "d"]
    store.apply(Changes(articles=(taken(an_article("b", "A tram instead.", page=True), 999),)))
    assert headlines(store.search(OWNER, "ferry")) == ["c", "a", "d"]
    assert headlines(store.search(OWNER, "tram")) == ["b"]


def test_search_finds_a_headline_that_changed_under_the_same_text(store: Store) -> None:
    article = an_article("a", page=True)
    store.apply(Changes(articles=(taken(article),)))
    store.apply(Changes(articles=(taken(replace(article, headline="Zeppelin over town"), 5),)))
    assert len(store.search(OWNER, "zeppelin ferry").items) == 1
    store.apply(Changes(articles=(taken(article, 6),)))
    assert len(store.search(OWNER, "zeppelin").items) == 0 and len(store.search(OWNER, "ferry").items) == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sails ferry", True),
        ("FERRY", True),
        ("ferry tram", False),
        ('"ferry sails"', True),
        ('"sails ferry"', False),
        ("“ferry sails”", True),
        ("ferry -tram", True),
        ("ferry -sails", False),
        ('ferry -"sails again"', False),
        ('ferry -"again sails"', True),
        ("cafe", True),
        ("CAFÉ", True),
        ("strasse", True),
        ("東京都", True),
        ("京都", True),
        ("東都", False),
        ("서울", True),
        ("ferr", False),
        ("ferry*", True),
        ("text:ferry", False),
        ("don't", True),
        ("AND", False),
        ('"ferry', True),
        ("-ferry", False),
        ("-", False),
        ('""', False),
        ("", False),
        ("\x00", False),
        ("\U0001f6a2", False),
        ("ferry OR", False),
        ("NEAR(ferry sails)", False),
        ("ferry \\ ' ; -- :*", True),
    ],
)
def test_what_a_query_means(store: Store, words: str, found: bool) -> None:
    body = "The ferry sails again. Don't stop at the Café in the Straße. 東京都知事 spoke, 서울 too. \U0001f6a2"
    store.apply(Changes(articles=(taken(an_article("a", body)),)))
    assert bool(store.search(OWNER, words).items) is found


def test_a_query_of_any_size_is_answered(store: Store) -> None:
    store.apply(carried("a"))
    assert headlines(store.search(OWNER, "ferry " * 2000)) == ["a"]
    assert store.search(OWNER, "x" * 10_000).items == ()
    assert store.search(OWNER, '-"' * 5_000).items == ()


def test_a_very_long_article_is_kept_and_found(store: Store) -> None:
    long = an_article("a", "sea " + " ".join(f"word{number}" for number in range(60_000)) + " \n" + "z" * 5000)
    store.apply(Changes(articles=(taken(long),)))
    assert headlines(store.search(OWNER, "sea word7")) == ["a"]
    assert store.revision(OWNER, long.id, long.revision) == long


# --- kept pages


def test_a_page_is_kept_once_with_the_time_it_was_last_fetched(store: Store) -> None:
    body = b"<html>" + bytes(range(256)) * 50
    page = a_page(body)
    article = replace(an_article("a", page=True), page=page.digest)
    store.apply(Changes(articles=(taken(article),)))
    for at in (0, 60, 30):
        store.keep_page(a_page(body, at))
        assert store.page(page.digest) == body
    view = store.article(OWNER, article.id)
    assert view is not None and view.page_fetched == later(60)
    assert store.page("../../etc/passwd") is None


# --- many at once


def test_threads_may_write_and_read_at_once(store: Store) -> None:
    store.apply(carried("opened"))
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                store.apply(carried(f"{name}-{number}"))
                store.count_opening(id_of("opened"))
                assert store.river(OWNER).items and store.search(OWNER, "ferry").items
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "wxyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.counts(OWNER).articles == 41
    view = store.article(OWNER, id_of("opened"))
    assert view is not None and view.opened == 40


def test_counts_equal_the_lists(store: Store) -> None:
    for number in range(3):
        feed = replace(FEED, url=f"https://n{number}.example/feed")
        names = [f"{number}-{each}" for each in range(number + 2)]
        store.apply(carried(*names, feed=feed) + Changes(jobs=tuple(a_job(name, feed) for name in names[1:])))
    store.apply(Changes(jobs_done=(id_of("1-1"),), problems=(noted("x"), noted("y"), noted("x", 5))))
    counts, lines = store.counts(OWNER), store.health(OWNER)
    assert counts.feeds == len(store.feeds()) == len(lines) == 3
    assert counts.articles == len(store.river(OWNER, limit=99).items) == sum(line.articles for line in lines) == 9
    assert counts.jobs == len(store.jobs(later(999), 99)) == sum(line.pages_waiting for line in lines) == 5
    assert counts.problems == len(store.problems(OWNER)) == 2
    for line in lines:
        assert line.articles == len(store.river(OWNER, feed=line.feed.url).items)


def test_times_are_kept_to_the_microsecond(store: Store) -> None:
    moment = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) + timedelta(microseconds=1)
    odd = an_article("a", published=moment - timedelta(microseconds=1))
    store.apply(Changes(articles=(taken(odd),)))
    assert store.river(OWNER).items[0].at == odd.published
    assert store.article(OWNER, article_id(link("a"))) is not None


def test_an_unchanged_feed_keeps_the_remarks_on_its_document_and_loses_its_trouble(store: Store) -> None:
    remark = Problem(Stage.COLLECT, Code.FEED_DAMAGED, FEED.url, "12:7", "a bare &", "well-formed XML")
    trouble = Problem(Stage.FETCH, Code.TIMED_OUT, FEED.url, "", "30 s", "an answer")
    store.apply(Changes(feeds=(FEED,), problems=(Noted(remark, NOW), Noted(trouble, NOW))))
    store.apply(Changes(states=(FeedState(FEED.url, last_status=304),)))
    assert [row.code for row in store.problems(OWNER)] == [Code.FEED_DAMAGED]
    store.apply(Changes(states=(FeedState(FEED.url, last_status=200),)))
    assert store.problems(OWNER) == ()
    assert store.counts(OWNER).problems == 0
