"""Subscriptions in and out as OPML."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.collect.opml import read_opml, write_opml
from standfirst.errors import Code, FeedError
from standfirst.model import Outline

CREATED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
A, B, C = "https://a.example/rss", "https://b.example/rss", "https://c.example/rss"


def opml(body: str) -> bytes:
    return f"<?xml version='1.0'?><opml version='2.0'><head/><body>{body}</body></opml>".encode()


def test_folders_nest_and_come_out_joined() -> None:
    found, problems = read_opml(
        opml(
            f"""<outline text="World"><outline text="Europe &amp; Asia"><outline type="rss" text="A" title="The A"
            xmlUrl="{A}" htmlUrl="https://a.example/"/></outline><outline text="B" XMLURL="{B}"/></outline>
            <outline text="C" xmlUrl="feed://c.example/rss" category="/Tech/Web,/Other"/>"""
        ),
        "x.opml",
    )
    assert found == (
        Outline(A, "A", "https://a.example/", "World / Europe & Asia"),
        Outline(B, "B", "", "World"),
        Outline("http://c.example/rss", "C", "", "Tech / Web"),
    )
    assert problems == ()


def test_what_names_no_address_is_reported_with_its_place() -> None:
    found, problems = read_opml(
        opml(f'<outline text="F"><outline text="A" xmlUrl="{A}"/><outline text="x" xmlUrl="ftp://x"/></outline>'), "x"
    )
    assert [outline.url for outline in found] == [A]
    assert [(p.code, p.where, p.found) for p in problems] == [
        (Code.OUTLINE_WITHOUT_ADDRESS, "/opml/body/outline[1]/outline[2]", "'ftp://x'")
    ]


def test_damage_is_tolerated() -> None:
    found, problems = read_opml(
        f'<opml><body><outline text="R&D" xmlUrl="{A}"/><outline text="B" xmlUrl="{B}"></body>'.encode(), "x"
    )
    assert [(outline.url, outline.title) for outline in found] == [(A, "R&D"), (B, "B")]
    assert [problem.code for problem in problems] == [Code.OPML_UNREADABLE]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty file"),
        (b"text", "no XML"),
        (b"<rss><channel/></rss>", "<rss>"),
        (opml(""), "no outline"),
    ],
)
def test_what_is_no_opml_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(FeedError) as caught:
        read_opml(data, "x.opml")
    assert (caught.value.problem.code, caught.value.problem.found) == (Code.OPML_UNREADABLE, words)
    assert caught.value.problem.source == "x.opml"


def test_declarations_are_refused() -> None:
    with pytest.raises(FeedError) as caught:
        read_opml(b"<!DOCTYPE opml [<!ENTITY a 'b'>]>" + opml("")[21:], "x")
    assert caught.value.problem.code is Code.ENTITY_DECLARED


def test_what_is_written_is_read_again() -> None:
    outlines = (
        Outline(A + "?x=1&y=2", "A & <B>", "https://a.example/", "World / Europe"),
        Outline(B, "Bé \x07", "", "World / Europe"),
        Outline(C, "", "", ""),
    )
    data = write_opml(outlines, "Mine", CREATED)
    found, problems = read_opml(data, "x")
    assert problems == ()
    assert found == (outlines[0], Outline(B, "Bé", "", "World / Europe"), Outline(C, C, "", ""))
    assert b"<dateCreated>Mon, 02 Mar 2026 14:00:00 +0000</dateCreated>" in data


def test_each_subscription_once_in_a_folder() -> None:
    found, _ = read_opml(opml(f'<outline text="1" xmlUrl="{A}"/>' * 3 + f'<outline text="2" xmlUrl="{B}"/>'), "x")
    assert [outline.url for outline in found] == [A, B]


# --- OPML 1.0 and 2.0 (opml.org/spec2.opml), by section ---------------------------------------------------------------


def one(body: str) -> Outline:
    found, problems = read_opml(opml(body), "x")
    assert problems == ()
    (outline,) = found
    return outline


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_every_version_is_read(version: str) -> None:
    """What is OPML?: a processor that reads 2.0 also reads 1.0 and 1.1."""
    data = (
        f'<opml version="{version}"><head><title>T</title></head><body><outline text="A" xmlUrl="{A}"/></body></opml>'
    )
    assert read_opml(data.encode(), "x") == ((Outline(A, "A", "", ""),), ())


def test_text_is_the_readers_name_and_title_the_feeds() -> None:
    """Subscription lists: text is user-editable; title is taken where there is none."""
    assert one(f'<outline type="rss" text="Mine" title="Theirs" xmlUrl="{A}"/>').title == "Mine"
    assert one(f'<outline type="rss" text="" title="Theirs" xmlUrl="{A}"/>').title == "Theirs"


def test_a_comment_counts_for_nothing_with_all_that_lies_within() -> None:
    """Common attributes: isComment holds for all subordinate outlines."""
    commented = f'<outline text="F" isComment="true"><outline text="B" xmlUrl="{B}"/></outline>'
    assert one(commented + f'<outline text="A" xmlUrl="{A}" isComment="false"/>').url == A


def test_categories_are_paths_and_the_first_is_the_folder() -> None:
    """Common attributes: comma-separated, each slash-delimited; one without a slash is a tag."""
    assert one(f'<outline text="A" xmlUrl="{A}" category="/Boston/Weather,/x"/>').folder == "Boston / Weather"
    assert one(f'<outline text="A" xmlUrl="{A}" category="tag"/>').folder == "tag"
    assert one(f'<outline text="F"><outline text="A" xmlUrl="{A}" category="/x"/></outline>').folder == "F"


def test_includes_and_links_are_no_subscriptions() -> None:
    """Inclusion: a link or include has a url, not an xmlUrl."""
    found, problems = read_opml(
        opml(
            f'<outline type="link" text="L" url="{B}"/><outline type="include" text="I" url="https://c.example/x.opml"/>'
            f'<outline type="rss" text="A" url="{A}"/>'
        ),
        "x",
    )
    assert [outline.url for outline in found] == [A]
    assert [problem.code for problem in problems] == [Code.OUTLINE_WITHOUT_ADDRESS] * 2


@pytest.mark.parametrize("spelling", ["xmlUrl", "xmlurl", "xmlURL", "XMLUrl"])
def test_the_address_is_found_however_it_is_spelt(spelling: str) -> None:
    assert one(f'<outline text="A" {spelling}=" {A} " type="atom"/>').url == A
