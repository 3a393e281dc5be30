"""Pages over what is far too long or runs from right to left, in a real browser at several widths."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from standfirst.errors import Code, Problem, Stage
from standfirst.model import Changes, Feed, Noted, Subscription
from standfirst.store.memory import MemoryStore

from .fakes import NOW, TIDE, article, filled, take, words_of
from .test_browser import CHROMIUM, browser, site  # noqa: F401

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the pages in a browser: no {CHROMIUM}"),
]
LONG = "Q" * 900
FEED = "https://long.example/" + "f" * 1000
HEBREW = article(
    "https://tidewatch.example/rtl",
    "הספינה חוזרת לים אחרי שלושה שבועות",
    words_of("הבדיקה נמשכה שלושה שבועות. " * 12, "הספינה יצאה לים בבוקר."),
    0.5,
    language="he",
)
CHANGED = "https://long.example/changed"


@pytest.fixture
def store() -> MemoryStore:
    made = filled()
    feeds = (Feed(FEED, "long.example", LONG, "https://long.example/" + "s" * 1000),)
    long = Problem(Stage.FETCH, Code.HTTP_STATUS, FEED, "https://long.example/?" + "p" * 5000, "Z" * 300, "Y" * 300)
    made.apply(Changes(feeds=feeds, subscriptions=(Subscription(FEED, LONG[:200]),), problems=(Noted(long, NOW),)))
    take(made, TIDE, HEBREW, NOW)
    for number in range(3):
        later = NOW + timedelta(hours=number)
        one = article(
            CHANGED, f"{LONG}{number}", words_of(f"{number} {LONG}", LONG), 1, sections=(LONG,), bylines=(LONG,)
        )
        take(made, FEED, one, later)
    return made


@pytest.mark.parametrize("width", [360, 390, 768, 1100, 1280])
def test_nothing_makes_a_page_wider_than_its_window(browser: Any, site: str, width: int) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": width, "height": 800})
    changed = article(CHANGED, "", []).id
    for path in ("/", f"/a/{changed}", "/problems", "/feeds", f"/feeds/one?url={FEED}", f"/?feed={FEED}"):
        page.goto(site + path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (path[:30], over)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_standfirst_begins_where_its_headline_does(browser: Any, site: str, width: int) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(site + "/")
    edges = page.evaluate("""[...document.querySelectorAll('.entry:has(.stand)')].map(entry => {
        const edge = e => { const box = e.getBoundingClientRect(); return e.dir == 'rtl' ? box.right : box.left; };
        const [headline, standfirst] = [entry.querySelector('h3'), entry.querySelector('.stand')];
        return [headline.dir, edge(headline) - edge(standfirst)];
    })""")
    assert {"ltr", "rtl"} == {direction for direction, _ in edges}
    assert all(abs(apart) < 1 for _, apart in edges), edges


def test_a_very_long_address_takes_a_few_lines_and_opens(browser: Any, site: str) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(site + "/problems")
    place = page.locator(".trouble .where:has(details)")
    assert place.bounding_box()["height"] < 200
    place.locator("summary").click()
    assert "p" * 5000 in place.inner_text()
