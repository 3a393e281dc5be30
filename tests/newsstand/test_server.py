"""The newsstand over real sockets: what is printed follows the clock, and HTTP is spoken properly."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from lxml import etree

from standfirst.newsstand.manifest import DEFAULT_START, SPAN
from standfirst.newsstand.server import Newsstand

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Hands:
    """The hands of a clock, set by the test."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Hands:
    return Hands(DEFAULT_START + SPAN)


@pytest.fixture
def stand(clock: Hands) -> Iterator[Newsstand]:
    newsstand = Newsstand(clock, start=DEFAULT_START)
    newsstand.start()
    yield newsstand
    newsstand.stop()


def ask(stand: Newsstand, url: str, method: str = "GET", **headers: str) -> Reply:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    sent = {"Host": parts.netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, parts.path, headers=sent)
    response = connection.getresponse()
    reply = Reply(response.status, dict(response.headers), response.read())
    connection.close()
    return reply


def ask_again(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/robots.txt")
    connection.getresponse()


def entries(feed: bytes) -> list[etree._Element]:
    root = etree.fromstring(feed)
    return root.findall("channel/item") + root.findall(f"{ATOM}entry")


def feed_of(stand: Newsstand, name: str) -> str:
    return next(url for url in stand.feeds() if url.startswith(f"http://{name}.localhost"))


def test_every_feed_is_well_formed_and_complete_at_the_end(stand: Newsstand) -> None:
    for outlet, url in zip(stand.manifest.outlets, stand.feeds(), strict=True):
        reply = ask(stand, url)
        assert reply.status == 200
        assert reply.headers["Content-Type"] == f"application/{outlet.format}+xml; charset={outlet.encoding}"
        mine = [article for article in stand.manifest.articles if article.outlet == outlet]
        assert len(entries(reply.body)) == len(mine)


def test_feeds_are_of_both_formats_whole_and_short(stand: Newsstand) -> None:
    kinds = {(outlet.format, outlet.full_text) for outlet in stand.manifest.outlets}
    assert kinds == {("rss", True), ("rss", False), ("atom", True), ("atom", False)}
    for outlet, url in zip(stand.manifest.outlets, stand.feeds(), strict=True):
        whole = [
            entry.findtext(f"{CONTENT}encoded") or entry.findtext(f"{ATOM}content")
            for entry in entries(ask(stand, url).body)
        ]
        assert all(whole) if outlet.full_text else not any(whole)


def test_a_whole_text_feed_carries_every_paragraph(stand: Newsstand) -> None:
    newest = next(a for a in reversed(stand.manifest.articles) if a.outlet.key == "northern-wire")
    content = etree.fromstring(ask(stand, feed_of(stand, "northernwire")).body).findtext(
        f"channel/item/{CONTENT}encoded"
    )
    assert content is not None
    assert [p for p in newest.versions[-1].paragraphs() if p not in content] == []


def test_the_newest_entry_stands_first(stand: Newsstand) -> None:
    (first, *_) = entries(ask(stand, feed_of(stand, "tidewatch")).body)
    newest = next(a for a in reversed(stand.manifest.articles) if a.outlet.key == "tidewatch")
    assert first.findtext(f"{ATOM}title") == newest.versions[-1].headline


def test_the_feed_grows_as_the_clock_passes(stand: Newsstand, clock: Hands) -> None:
    url, lengths = feed_of(stand, "tidewatch"), []
    for days in range(4):
        clock.moment = DEFAULT_START + timedelta(days=days)
        lengths.append(len(entries(ask(stand, url).body)))
    assert lengths[0] == 0
    assert lengths == sorted(set(lengths))


def test_an_article_is_not_found_before_its_time(stand: Newsstand, clock: Hands) -> None:
    article = stand.manifest.article("tidewatch/pilots-ask-to-read")
    clock.moment = article.published - timedelta(seconds=1)
    assert ask(stand, article.url(stand.port)).status == 404
    assert article.path.encode() not in ask(stand, f"http://tidewatch.localhost:{stand.port}/").body
    clock.moment = article.published
    assert ask(stand, article.url(stand.port)).status == 200
    assert article.path.encode() in ask(stand, f"http://tidewatch.localhost:{stand.port}/").body


def test_a_change_reaches_page_and_feed(stand: Newsstand, clock: Hands) -> None:
    article = stand.manifest.article("tidewatch/fleet-grounded")
    first, second = article.versions
    for version, other in ((first, second), (second, first)):
        clock.moment = version.at
        page = ask(stand, article.url(stand.port)).body.decode()
        assert version.headline in page
        assert other.headline not in page
        (entry,) = [
            e
            for e in entries(ask(stand, feed_of(stand, "tidewatch")).body)
            if "fleet" in (e.findtext(f"{ATOM}id") or "")
        ]
        assert entry.findtext(f"{ATOM}title") == version.headline
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "") == version.at
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}published") or "") == first.at


def test_what_is_known_is_not_sent_again(stand: Newsstand) -> None:
    for url in (*stand.feeds(), stand.manifest.articles[0].url(stand.port)):
        first = ask(stand, url)
        by_tag = ask(stand, url, If_None_Match=first.headers["ETag"])
        assert (by_tag.status, by_tag.body) == (304, b"")
        assert by_tag.headers["ETag"] == first.headers["ETag"]
        assert ask(stand, url, If_Modified_Since=first.headers["Last-Modified"]).status == 304
        assert ask(stand, url, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"]).status == 200
        assert ask(stand, url, If_Modified_Since="yesterday").status == 200


def test_a_changed_page_is_sent_again(stand: Newsstand, clock: Hands) -> None:
    article = stand.manifest.article("tidewatch/fleet-grounded")
    first, second = article.versions
    clock.moment = first.at
    before = ask(stand, article.url(stand.port))
    clock.moment = second.at
    after = ask(stand, article.url(stand.port), If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == second.at


def test_a_page_is_the_same_until_its_article_changes(stand: Newsstand, clock: Hands) -> None:
    article = stand.manifest.articles[0]
    clock.moment = article.published
    before = ask(stand, article.url(stand.port)).body
    clock.moment = DEFAULT_START + SPAN
    assert ask(stand, article.url(stand.port)).body == before


def test_head_sends_the_headers_alone(stand: Newsstand) -> None:
    url = stand.manifest.articles[0].url(stand.port)
    got, headed = ask(stand, url), ask(stand, url, "HEAD")
    assert headed.body == b""
    assert headed.headers["Content-Length"] == str(len(got.body))
    assert headed.headers["ETag"] == got.headers["ETag"]


def test_a_connection_is_kept(stand: Newsstand) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    host = urlsplit(stand.feeds()[0]).netloc
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/robots.txt", headers={"Host": host})
        assert connection.getresponse().read().startswith(b"User-agent: *")
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


def test_the_home_page_names_the_feed(stand: Newsstand) -> None:
    for outlet in stand.manifest.outlets:
        page = ask(stand, f"http://{outlet.host}:{stand.port}/").body.decode(outlet.encoding)
        assert f'<link rel="alternate" type="application/{outlet.format}+xml"' in page
        assert f'href="{outlet.feed}"' in page


def test_style_and_picture_come_from_the_same_host(stand: Newsstand) -> None:
    host = f"http://tidewatch.localhost:{stand.port}"
    assert ask(stand, host + "/style.css").headers["Content-Type"].startswith("text/css")
    assert etree.fromstring(ask(stand, host + "/pictures/ferries.svg").body).tag == "{http://www.w3.org/2000/svg}svg"
    assert ask(stand, host + "/pictures/none.svg").status == 404


def test_what_is_not_there_is_404(stand: Newsstand) -> None:
    assert ask(stand, f"http://tidewatch.localhost:{stand.port}/nothing").status == 404
    assert ask(stand, f"http://unknown.localhost:{stand.port}/nothing").status == 404


def test_another_name_shows_the_list_of_outlets(stand: Newsstand) -> None:
    page = ask(stand, f"http://127.0.0.1:{stand.port}/").body.decode()
    assert all(outlet.name in page for outlet in stand.manifest.outlets)


def test_resolve_leads_every_feed_to_this_server(stand: Newsstand) -> None:
    resolve = stand.resolve()
    assert set(resolve.values()) == {f"http://127.0.0.1:{stand.port}"}
    assert {urlsplit(url).netloc for url in stand.feeds()} == set(resolve)


def test_the_subscription_list_names_every_feed(stand: Newsstand) -> None:
    outlines = etree.fromstring(stand.opml()).findall(".//outline[@xmlUrl]")
    assert tuple(outline.get("xmlUrl") for outline in outlines) == stand.feeds()


def test_a_stopped_newsstand_answers_no_more(clock: Hands) -> None:
    newsstand = Newsstand(clock, start=DEFAULT_START)
    newsstand.start()
    kept = http.client.HTTPConnection("127.0.0.1", newsstand.port, timeout=10)
    kept.request("GET", "/robots.txt")
    kept.getresponse().read()
    newsstand.stop()
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(newsstand, newsstand.feeds()[0])
    with pytest.raises((http.client.HTTPException, OSError)):
        ask_again(kept)
