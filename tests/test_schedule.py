from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from standfirst.config import IntakeSettings
from standfirst.decide import is_left_alone
from standfirst.errors import DiskFullError
from standfirst.model import Changes, Feed, FeedState, Page, Subscription
from standfirst.pipeline import Intake
from standfirst.schedule import FEEDS_AT_ONCE, ByHost, Schedule
from standfirst.store.memory import MemoryStore
from tests.fakes import NOON, PaperNetwork, SameProcess, StandingClock, item, rss


def test_hosts_take_turns_and_none_takes_all_the_room() -> None:
    waiting: ByHost[int] = ByHost(2)
    waiting.fill([("slow", n) for n in range(5)] + [("quick", n) for n in range(3)])
    taken = [each for _ in range(8) if (each := waiting.take())]
    assert taken == [("slow", 0), ("quick", 0), ("slow", 1), ("quick", 1)]
    assert len(waiting) == 4
    waiting.finished("quick")
    assert waiting.take() == ("quick", 2)
    assert waiting.take() is None
    waiting.finished("slow")
    assert waiting.take() == ("slow", 2)
    waiting.fill([("slow", 9)])
    assert waiting.take() is None, "what is under way still counts"
    waiting.finished("slow")
    assert waiting.take() == ("slow", 9)


class StallingNetwork(PaperNetwork):
    """One host that never answers."""

    def __init__(self, clock: StandingClock) -> None:
        super().__init__(clock)
        self.stalled: Counter[str] = Counter()

    async def get(self, url: str, **given: object) -> Page:  # type: ignore[override]
        if "stalling" in url:
            self.stalled[url] += 1
            await asyncio.sleep(3600)
        return await super().get(url)


def subscribe(store: MemoryStore, *urls: str) -> None:
    feeds = tuple(Feed(url, "x.example") for url in urls)
    store.apply(Changes(feeds=feeds, subscriptions=tuple(Subscription(url) for url in urls)))


def test_a_feed_added_while_a_host_stalls_is_polled_at_once() -> None:
    clock, store = StandingClock(), MemoryStore()
    network = StallingNetwork(clock)
    # more feeds than there is room for, all of one host, and all due before the one that comes later
    subscribe(store, *(f"https://stalling.example/{n}" for n in range(FEEDS_AT_ONCE + 50)))
    network.pages["https://healthy.example/feed"] = rss(item(1))
    schedule = Schedule(Intake(store, network, SameProcess(), clock, IntakeSettings()), store, clock)

    async def live() -> bool:
        stop = asyncio.Event()
        watching = asyncio.ensure_future(schedule.watch(stop, lambda tally: None, print, lambda: None))
        await asyncio.sleep(0.1)
        subscribe(store, "https://healthy.example/feed")
        for _ in range(150):
            if "https://healthy.example/feed" in network.asked:
                break
            await asyncio.sleep(0.1)
        stop.set()
        await watching
        return "https://healthy.example/feed" in network.asked

    assert asyncio.run(live())
    assert len(network.stalled) == 2, "a stalling host has two requests under way and no more"


def test_who_asked_to_be_left_alone_is_left_alone() -> None:
    asked = FeedState("u", last_status=429, due=NOON + timedelta(minutes=5), failures=1)
    assert is_left_alone(asked, NOON)
    assert not is_left_alone(asked, NOON + timedelta(minutes=6))
    assert not is_left_alone(replace(asked, last_status=500), NOON)
    assert is_left_alone(FeedState("u", gone=True), NOON)


class DiskThatFills(MemoryStore):
    """A store without space for its first commits."""

    full = 1

    def apply(self, changes: Changes):  # type: ignore[no-untyped-def]
        if changes.states and self.full:
            self.full -= 1
            raise DiskFullError("no space left")
        return super().apply(changes)


def test_a_full_disk_pauses_and_says_so_and_goes_on_by_itself(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("standfirst.schedule.DISK_FULL_PAUSE", 0.05)
    monkeypatch.setattr("standfirst.schedule.REST_AFTER", 0.1)
    rests: list[int] = []
    clock, store = StandingClock(), DiskThatFills()
    network = PaperNetwork(clock)
    url = "https://tide.example/feed"
    subscribe(store, url)
    network.pages[url] = rss()
    schedule = Schedule(Intake(store, network, SameProcess(), clock, IntakeSettings()), store, clock)
    said: list[str] = []

    async def live() -> None:
        stop = asyncio.Event()
        watching = asyncio.ensure_future(schedule.watch(stop, lambda tally: None, said.append, lambda: rests.append(1)))
        for _ in range(100):
            if store.feeds()[0][1].last_success:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        stop.set()
        await watching

    asyncio.run(live())
    assert rests == [1], "it rests once, after the work"
    assert store.feeds()[0][1].last_success == NOON
    assert len(said) == 1
    assert "paused" in said[0]
