"""A newcomer with an empty instance: in the browser, with a long subscription list, with one host that stalls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.fakes import article_html, item, rss
from tests.journeys.installation import Installation, Publisher

FEEDS = 300
WORDS = ("The ferry was held in port after an inspector found a worn seal.", "“We will wait,” said Marta Eldwin.") * 3


def outlet(number: int) -> str:
    return f"outlet{number}.example"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as made:
        for number in range(FEEDS):
            entry = item(1).replace("tide.example", outlet(number)).replace("Ferry held 1", f"Ferry {number} held")
            made.pages[outlet(number)] = {"/feed": rss(entry), "/news/1": article_html(f"Ferry {number} held", *WORDS)}
        made.pages["stalled.example"] = {f"/feed{n}": "stall" for n in range(20)}
        yield made


def opml(hosts: list[str]) -> str:
    rows = "".join(f'<outline text="{host}" xmlUrl="https://{host}"/>' for host in hosts)
    return f'<opml version="2.0"><body><outline text="All">{rows}</outline></body></opml>'


@pytest.fixture
def here(publisher: Publisher, tmp_path: Path) -> Installation:
    return Installation(tmp_path, publisher.resolve())


def test_a_long_list_pasted_into_an_empty_instance_shows_articles_at_once(
    here: Installation, publisher: Publisher
) -> None:
    # the stalled host stands first in the list: it may hold back nobody
    hosts = [f"stalled.example/feed{n}" for n in range(20)] + [f"{outlet(n)}/feed" for n in range(FEEDS)]
    with here.serving() as site:
        empty = site.get("/").text
        assert "OPML" in empty
        assert "/a/" not in empty
        answer = site.post("/feeds/opml", "text=" + quote(opml(hosts)), {"Sec-Fetch-Site": "same-origin"})
        assert answer.status in (200, 303), answer.text
        site.wait_for("/", 'href="/a/')
        end = time.monotonic() + 90
        while sum(1 for key in publisher.asked if key.endswith("/feed")) < FEEDS:
            assert time.monotonic() < end, "the stalled host held back others"
            time.sleep(0.2)
        site.wait_for("/search?q=299", 'href="/a/')
        assert "320 feeds" in site.get("/feeds").text


def test_an_address_is_looked_at_and_added(here: Installation, publisher: Publisher) -> None:
    head = '<link rel="alternate" type="application/rss+xml" title="All" href="/feed">'
    publisher.pages[outlet(0)]["/"] = article_html("Welcome", *WORDS, head=head)
    with here.serving() as site:
        same = {"Sec-Fetch-Site": "same-origin"}
        shown = site.post("/feeds/look", f"address=https://{outlet(0)}/", same)
        assert f"https://{outlet(0)}/feed" in shown.text, shown
        added = site.post("/feeds/add", f"address=https://{outlet(0)}/feed&folder=Sea", same)
        assert added.status in (200, 303), added.text
        site.wait_for("/", "Ferry 0 held")
        assert publisher.asked[f"{outlet(0)}/"] == 1
        assert publisher.asked[f"{outlet(0)}/feed"] == 1


def test_an_address_of_a_service_leads_to_the_feed_that_it_documents(here: Installation, publisher: Publisher) -> None:
    publisher.pages["social.example"] = {"/@eldwin.rss": rss(item(1), title="Marta Eldwin")}
    here.file.write_text(publisher.resolve(), "utf-8")
    done = here.command("add", "https://social.example/@eldwin")
    assert done.returncode == 0, done.stderr
    assert "Marta Eldwin: 1 entries" in done.stdout
