"""JSON Feed 1.0 and 1.1, clause by clause; the headings are those of jsonfeed.org/version/1.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from standfirst.collect.feed import read_feed
from standfirst.errors import Code, FeedError
from standfirst.model import Enclosure, Entry, Page, Reading

URL = "https://gazette.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def read_text(text: str, media_type: str = "application/feed+json") -> Reading:
    return read_feed(Page(URL, URL, 200, media_type, {}, text.encode(), datetime(2026, 3, 2, tzinfo=UTC), ""))


def read(items: list[Any], **head: Any) -> Reading:
    return read_text(json.dumps({"version": VERSION, "title": "Gazette", "items": items} | head))


def entry(**item: Any) -> Entry:
    (found,) = read([{"id": "1", **item}]).entries
    return found


def refused(text: str) -> tuple[Code, str]:
    with pytest.raises(FeedError) as caught:
        read_text(text)
    return caught.value.problem.code, caught.value.problem.found


# --- Top-level --------------------------------------------------------------------------------------------------------


def test_title_and_home_page_are_the_feeds() -> None:
    reading = read([{"id": "1"}], home_page_url="/home", description="All of it", icon="i.png")
    assert (reading.title, reading.site) == ("Gazette", "https://gazette.example/home")
    assert reading.problems == ()


@pytest.mark.parametrize(
    "version", ["https://jsonfeed.org/version/1", "http://www.jsonfeed.org/version/1.1", VERSION + "/"]
)
def test_any_version_is_read(version: str) -> None:
    """Future Compatibility: a feed of one version is valid in the next."""
    assert len(read([{"id": "1"}], version=version).entries) == 1


def test_slashes_may_be_escaped_and_keys_stand_in_any_order() -> None:
    text = '\ufeff {"items": [{"id": "1"}], "title": "T", "version": "https:\\/\\/jsonfeed.org\\/version\\/1"} // end'
    assert [found.guid for found in read_text(text, "text/html").entries] == ["1"]


def test_title_is_plain_text() -> None:
    """Items: the only place for HTML is content_html."""
    assert read([], title="A <b> &amp; B\n").title == "A <b> &amp; B"


def test_next_url_user_comment_and_extensions_are_ignored() -> None:
    """Extensions: readers that do not understand a custom object must ignore it."""
    head = {"next_url": "https://gazette.example/2", "user_comment": "c", "_shed": {"about": "x"}, "expired": "yes"}
    assert read([{"id": "1", "_shed": {"id": 2}}], **head) == read([{"id": "1"}])


def test_the_websub_hub_is_taken() -> None:
    """Subscribing to Real-time Notifications: each hub has a type and a url."""
    hubs = [{"type": "rssCloud", "url": "https://a.example/"}, {"type": "WebSub", "url": "https://hub.example/"}, "x"]
    assert read([], hubs=hubs).hub == "https://hub.example/"
    assert read([], hubs={"type": "WebSub"}).hub == ""


def test_a_feed_without_items_is_lawful_and_reported() -> None:
    assert [problem.code for problem in read([]).problems] == [Code.FEED_EMPTY]


# --- Items ------------------------------------------------------------------------------------------------------------


def test_every_field_of_an_item() -> None:
    found = entry(
        url="https://gazette.example/1",
        external_url="https://other.example/",
        title="Tides & bells",
        content_html="<p>Long</p>",
        content_text="Long",
        summary="Short & < plain",
        date_published="2026-03-01T09:00:00+01:00",
        date_modified="2026-03-01T10:30:00.5Z",
        authors=[{"name": "Ada Byron", "url": "https://a.example"}, {"name": "Bo Li"}],
        tags=["Sea", " Bells "],
        language="en-GB",
    )
    assert (found.guid, found.link, found.title) == ("1", "https://gazette.example/1", "Tides & bells")
    assert (found.content, found.summary) == ("<p>Long</p>", "Short &amp; &lt; plain")
    assert found.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert found.updated == datetime(2026, 3, 1, 10, 30, 0, 500_000, tzinfo=UTC)
    assert (found.authors, found.categories) == (("Ada Byron", "Bo Li"), ("Sea", "Bells"))
    assert (found.feed, found.path, len(found.digest)) == (URL, "/items/0", 20)


@pytest.mark.parametrize(("printed", "guid"), [("2", "2"), ("2.50", "2.50"), ("1" * 9000, "1" * 9000), ('" a "', "a")])
def test_an_id_that_is_a_number_becomes_a_string_as_printed(printed: str, guid: str) -> None:
    """Items of version 1: an id of another type must be coerced to a string."""
    (found,) = read_text(f'{{"version": "{VERSION}", "items": [{{"id": {printed}}}]}}').entries
    assert found.guid == guid


def test_an_item_without_id_or_address_is_reported() -> None:
    reading = read([{"title": "x"}, "text", {"id": None, "url": "/a"}])
    assert [found.link for found in reading.entries] == ["", "https://gazette.example/a"]
    assert [(problem.code, problem.where) for problem in reading.problems] == [
        (Code.ENTRY_WITHOUT_ID, "/items/1"),
        (Code.ENTRY_WITHOUT_ID, "/items/0"),
    ]


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"url": "/a", "external_url": "https://b.example/"}, "https://gazette.example/a"),
        ({"external_url": "https://b.example/"}, "https://b.example/"),
        ({"id": "https://gazette.example/id"}, "https://gazette.example/id"),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": 7}, "https://gazette.example/7"),
    ],
)
def test_the_link_is_the_items_own_page_first(item: dict[str, Any], link: str) -> None:
    """Items: url is the permalink, external_url a page elsewhere; ideally the id is the full address."""
    assert entry(**item).link == link


def test_plain_content_becomes_paragraphs() -> None:
    """Items: content_text may stand alone."""
    assert entry(content_text="One <1>\nline\n\n \nTwo").content == "<p>One &lt;1&gt;<br>line</p><p>Two</p>"


def test_a_date_that_cannot_be_read_is_reported() -> None:
    (problem,) = read([{"id": "1", "date_published": "soon"}]).problems
    assert (problem.code, problem.found) == (Code.ENTRY_DATE_UNREADABLE, "'soon'")


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ({"authors": [{"name": "A"}], "author": {"name": "B"}}, ("A",)),
        ({"author": {"name": "B"}}, ("B",)),
        ({"authors": [], "author": {"name": "B"}}, ("B",)),
        ({"authors": [{"url": "https://a.example"}]}, ("Feed",)),
        ({"authors": "A"}, ("A",)),
        ({}, ("Feed",)),
    ],
)
def test_authors_go_before_author_and_the_items_before_the_feeds(item: dict[str, Any], names: tuple[str, ...]) -> None:
    """Deprecations, and Items: without authors of its own an item has the feed's."""
    assert read([{"id": "1", **item}], authors=[{"name": "Feed"}]).entries[0].authors == names


def test_attachments_and_images_are_enclosures() -> None:
    """Attachments: url and mime_type are required, size_in_bytes is a number."""
    found = entry(
        attachments=[
            {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12000.0, "duration_in_seconds": 60},
            {"mime_type": "audio/mpeg"},
            None,
        ],
        image="/i.png",
        banner_image="/i.png",
    )
    assert found.enclosures == (
        Enclosure("https://gazette.example/a.mp3", "audio/mpeg", 12000),
        Enclosure("https://gazette.example/i.png"),
    )


# --- damage, and what is none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("{", Code.NOT_A_FEED, "a JSON document"),
        ('{"a": 1}', Code.NOT_A_FEED, "a JSON document"),
        (f'{{"version": "{VERSION}", "items": {{}}}}', Code.NOT_A_FEED, "a JSON Feed without a list of items"),
        (f'{{"version": "{VERSION}", "items": [', Code.FEED_DAMAGED, "line 1, column 59: Expecting value"),
        (f'{{"version": "{VERSION}", "x": ' + "[" * 100_000, Code.FEED_DAMAGED, "values inside values, too deep"),
        (f'{{"version": "{VERSION}", "x": [' + "{}," * 200_000, Code.TOO_LARGE, "a JSON document of very many values"),
    ],
    ids=["no end", "other", "no list", "cut", "deep", "many"],
)
def test_damage_is_told_in_words(text: str, code: Code, words: str) -> None:
    assert refused(text) == (code, words)


def test_control_characters_in_strings_cost_themselves() -> None:
    (found,) = read_text(f'{{"version": "{VERSION}", "items": [{{"id": "1", "title": "a\x0bb\tc\nd"}}]}}').entries
    assert found.title == "ab c d"


def test_there_is_a_limit_of_entries() -> None:
    reading = read([{"id": str(number)} for number in range(10_001)])
    assert (len(reading.entries), [p.code for p in reading.problems]) == (10_000, [Code.TOO_MANY_ENTRIES])
