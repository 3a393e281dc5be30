from __future__ import annotations

import asyncio
import os

from standfirst.config import IntakeSettings
from standfirst.errors import Code
from standfirst.model import Page, Site, digest_of
from standfirst.workers import Answer, Task, Workers
from tests.fakes import NOON, article_html, item, rss

FEED = "https://tide.example/feed"
SITE = Site("tide.example", "tide.example")


def page(body: bytes, url: str = FEED) -> Page:
    return Page(url, url, 200, "text/html", {}, body, NOON, digest_of(body))


def ask(settings: IntakeSettings, *tasks: Task) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        async with Workers(settings) as workers:
            return list(await asyncio.gather(*(workers.perform(task) for task in tasks)))

    return asyncio.run(all_of_them())


def test_children_read_feeds_lay_out_entries_and_extract_pages() -> None:
    read, extracted, refused = ask(
        IntakeSettings(workers=1),
        Task("read", page=page(rss(item(1)))),
        Task("extract", page=page(article_html("Ferry held", "The ferry was held in port.")), site=SITE),
        Task("read", page=page(b"no feed")),
    )
    assert read.reading
    assert read.reading.entries[0].title == "Ferry held 1"
    assert extracted.articles[0].headline == "Ferry held"
    assert refused.problem
    assert refused.problem.code is Code.NOT_A_FEED
    (laid_out,) = ask(IntakeSettings(), Task("entries", site=SITE, entries=read.reading.entries, document="d"))
    assert laid_out.articles[0].headline == "Ferry held 1"


def test_what_stands_at_an_address_and_what_a_list_holds_is_found_out_in_the_children_too() -> None:
    head = '<link rel="alternate" type="application/rss+xml" title="All" href="/feed">'
    opml = b'<opml><body><outline text="Tide" xmlUrl="https://tide.example/feed"/><outline text="x"/></body></opml>'
    site, feed, listed = ask(
        IntakeSettings(workers=1),
        Task("look", page=page(article_html("Welcome", "Words.", head=head), "https://tide.example/")),
        Task("look", page=page(rss(item(1)))),
        Task("outlines", page=page(opml, "list.opml")),
    )
    assert [link.url for link in site.links] == [FEED]
    assert feed.reading
    assert [outline.url for outline in listed.outlines] == [FEED]
    assert [problem.code for problem in listed.problems] == [Code.OUTLINE_WITHOUT_ADDRESS]


def test_a_child_that_cannot_get_memory_is_a_problem_of_its_item() -> None:
    (answer,) = ask(IntakeSettings(worker_memory=8 << 20, worker_seconds=2), Task("read", page=page(rss())))
    assert answer.problem
    assert answer.problem.code is Code.WORKER_DIED
    assert answer.problem.source == FEED


def test_a_child_that_dies_is_replaced() -> None:
    async def kill_one() -> tuple[Answer, Answer]:
        async with Workers(IntakeSettings(workers=1)) as workers:
            await workers.perform(Task("read", page=page(rss())))
            workers._idle[0].process.kill()
            await workers._idle[0].process.wait()
            after = await workers.perform(Task("read", page=page(rss())))
            return after, await workers.perform(Task("read", page=page(rss())))

    after, again = asyncio.run(kill_one())
    assert after.reading is not None, "the next item does not pay for it"
    assert again.reading is not None


def test_a_child_does_not_heed_what_is_meant_for_its_parent() -> None:
    async def interrupted() -> tuple[Answer, int | None]:
        async with Workers(IntakeSettings(workers=1)) as workers:
            await workers.perform(Task("read", page=page(rss())))
            child = workers._idle[0].process
            child.terminate()
            answer = await workers.perform(Task("read", page=page(rss(item(1)))))
            assert os.getsid(child.pid) == child.pid
            return answer, child.returncode

    answer, status = asyncio.run(interrupted())
    assert answer.reading
    assert status is None


def test_a_child_that_is_idle_ends() -> None:
    async def wait() -> int | None:
        async with Workers(IntakeSettings(workers=1, worker_idle=0.05)) as workers:
            await workers.perform(Task("read", page=page(rss())))
            child = workers._idle[0].process
            for _ in range(200):
                if child.returncode is not None:
                    break
                await asyncio.sleep(0.02)
            return child.returncode

    assert asyncio.run(wait()) is not None


def test_feeds_go_before_pages_when_places_are_short() -> None:
    order: list[str] = []

    async def busy() -> None:
        async with Workers(IntakeSettings(workers=1)) as workers:

            async def one(name: str, task: Task) -> None:
                await workers.perform(task)
                order.append(name)

            extract = Task("extract", page=page(article_html("Ferry held", "The ferry was held.")), site=SITE)
            pages = [asyncio.create_task(one("page", extract)) for _ in range(3)]
            await asyncio.sleep(0)
            feed = asyncio.create_task(one("feed", Task("read", page=page(rss()))))
            await asyncio.gather(feed, *pages)

    asyncio.run(busy())
    assert order == ["page", "feed", "page", "page"]
