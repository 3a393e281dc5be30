"""Enclosures, Media RSS and podcasts (rssboard.org/rss-specification, rssboard.org/media-rss, Apple's podcast tags)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.collect.feed import read_feed
from standfirst.model import Enclosure, Entry, Page

URL = "https://gazette.example/feed"
SPACES = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'


def item(inside: str) -> Entry:
    body = f"<rss version='2.0' {SPACES}><channel><item><guid>1</guid>{inside}</item></channel></rss>".encode()
    (entry,) = read_feed(Page(URL, URL, 200, "", {}, body, datetime(2026, 3, 2, tzinfo=UTC), "")).entries
    return entry


A, B = "https://gazette.example/a.mp3", "https://gazette.example/b.jpg"


@pytest.mark.parametrize(
    ("inside", "enclosures"),
    [
        # RSS 2.0, enclosure: url, length, type; more than one is common
        (
            f'<enclosure url="{A}" length="12" type="Audio/MPEG"/><enclosure url="/b.jpg"/>',
            (Enclosure(A, "audio/mpeg", 12), Enclosure(B)),
        ),
        (f'<enclosure url="{A}" length="unknown"/><enclosure length="1"/>', (Enclosure(A),)),
        # Media RSS 1.5.1, media:content: fileSize; media:group holds variants of one medium
        (f'<media:content url="{B}" fileSize="7" type="image/jpeg"/>', (Enclosure(B, "image/jpeg", 7),)),
        (
            f'<media:group><media:content url="{A}" type="audio/mpeg"/><media:content url="{B}"/></media:group>',
            (Enclosure(A, "audio/mpeg"), Enclosure(B)),
        ),
        # media:thumbnail stands on its own, in a group, or in a content
        (f'<media:thumbnail url="{B}" width="75"/>', (Enclosure(B),)),
        (f'<media:content url="{A}"><media:thumbnail url="{B}"/></media:content>', (Enclosure(A), Enclosure(B))),
        # each once
        (f'<enclosure url="{A}"/><media:content url="{A}"/>', (Enclosure(A),)),
    ],
)
def test_media_are_enclosures(inside: str, enclosures: tuple[Enclosure, ...]) -> None:
    assert item(inside).enclosures == enclosures


def test_the_description_of_a_medium_is_the_last_resort() -> None:
    group = "<media:group><media:title>Film</media:title><media:description>Of it</media:description></media:group>"
    assert (item(group).title, item(group).summary) == ("Film", "Of it")
    both = item(f"{group}<title>Text</title><description>About</description>")
    assert (both.title, both.summary) == ("Text", "About")


def test_a_podcast_names_its_author_and_summary() -> None:
    """Apple: itunes:author, itunes:summary; the duration is not kept."""
    entry = item(
        "<itunes:author>Ada</itunes:author><itunes:summary>About</itunes:summary><itunes:duration>1:02</itunes:duration>"
    )
    assert (entry.authors, entry.summary) == (("Ada",), "About")
    both = item("<itunes:author>Ada</itunes:author><author>m@a.example (Bo)</author><description>D</description>")
    assert (both.authors, both.summary) == (("Bo",), "D")
