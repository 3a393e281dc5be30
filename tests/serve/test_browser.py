"""The pages in a real browser: keys, what comes while a river is open, forms without JavaScript, the policy kept."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from standfirst.model import Changes, FeedState
from standfirst.store.memory import MemoryStore

from .conftest import app_over
from .fakes import HILLS, NOW, TIDE, WIRE, article, filled, invented, take, words_of

playwright = pytest.importorskip("playwright.sync_api", reason="the pages in a browser: playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the pages in a browser: no {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def store() -> MemoryStore:
    return filled()


@pytest.fixture
def site(store: MemoryStore) -> Iterator[str]:
    """The address of the pages, served on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app_over(store), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_keys_go_where_they_say(browser: Any, site: str) -> None:
    page = browser.new_page()
    page.goto(site + "/")
    headlines = page.locator("h3 a").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == headlines[1]
    page.keyboard.press("k")
    assert focused(page) == headlines[0]
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert "/a/" in page.url
    for key, path in (("f", "/feeds"), ("s", "/search"), ("p", "/problems"), ("h", "/")):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("g")
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.url == site + path
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("j?")
    assert page.input_value("#q") == "j?"


def test_no_page_breaks_its_policy_or_asks_elsewhere(browser: Any, site: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    articles = [f"/a/{made.id}" for made in invented()]
    for path in ["/", "/feeds", "/problems", "/search?q=ferry", f"/feeds/one?url={HILLS}", *articles]:
        page.goto(site + path)
    assert said == []
    assert all(url.startswith(site) for url in asked)


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_no_page_is_wider_than_its_window(browser: Any, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in ["/", "/feeds", "/problems", f"/feeds/one?url={HILLS}", *(f"/a/{made.id}" for made in invented())]:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path


def test_articles_appear_while_feeds_are_collected(browser: Any, site: str, store: MemoryStore) -> None:
    page = browser.new_page()
    page.goto(site + "/")
    take(store, WIRE, article("https://wire.example/live", "It came meanwhile", words_of("", "x"), 0.1), NOW)
    page.get_by_text("It came meanwhile").wait_for(timeout=10_000)


def test_a_river_at_rest_only_says_that_more_came(browser: Any, site: str, store: MemoryStore) -> None:
    store.apply(Changes(states=(FeedState(TIDE, last_polled=NOW),)))
    page = browser.new_page()
    page.clock.install()
    page.goto(site + "/")
    take(store, WIRE, article("https://wire.example/live", "It came meanwhile", words_of("", "x"), 0.1), NOW)
    page.clock.run_for(31_000)
    page.get_by_text("1 more article came: show it").click()
    page.get_by_text("It came meanwhile").wait_for(timeout=5_000)


def test_a_feed_is_added_without_javascript_and_with_a_true_origin(browser: Any, site: str, store: MemoryStore) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    origins: list[str | None] = []
    page.on("request", lambda r: origins.append(r.all_headers().get("origin")) if r.method == "POST" else None)
    page.goto(site + "/feeds")
    page.fill("#address", "https://kueste.example/rss")
    page.click("text=Look")
    page.fill("#folder", "Coast")
    page.click("text=Add this feed")
    assert page.locator("h1").inner_text() == "kueste.example"
    assert origins == [site, site]
    assert "https://kueste.example/rss" in {feed.url for feed, _ in store.feeds()}
