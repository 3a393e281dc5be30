"""Addresses parsed as browsers parse them, and XML that means harm."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from standfirst import urls
from standfirst.collect.feed import read_feed
from standfirst.errors import Code, FeedError
from standfirst.model import Page, Reading, digest_of
from tests.hostile.cases import rows

OWN_URLS: list[tuple[str, str | None, str | None]] = [
    ("http://Example.COM:80/a/../b", None, "http://example.com/b"),
    ("//other.example/x", "https://news.example/", "https://other.example/x"),
    ("https:x", "https://news.example/a/b", "https://news.example/a/x"),
    ("\thttp://news.example\n/", None, "http://news.example/"),
    ("http://ex%41mple.com/", None, "http://example.com/"),
    ("http://bücher.example/ü?ü#ü", None, "http://xn--bcher-kva.example/%C3%BC?%C3%BC#%C3%BC"),
    ("http://a b/", None, None),
    ("http://news.example:99999/", None, None),
    ("http://[::1", None, None),
    ("x", None, None),
]


@pytest.mark.parametrize(("given", "base", "href"), OWN_URLS)
def test_own_addresses(given: str, base: str | None, href: str | None) -> None:
    assert urls.parse(given, base) == href


def _right(case: dict[str, Any]) -> bool:
    """Whether an http or https address comes out as the standard says, its user name dropped, and others not at all."""
    base = case.get("base")
    found = urls.parse(case["input"], base)
    if case.get("failure") or case["protocol"] not in ("http:", "https:"):
        return found is None
    wanted = case["href"].partition("#")[0].replace(f"//{case['username']}:{case['password']}@", "//")
    wanted = wanted.replace(f"//{case['username']}@", "//") if case["username"] else wanted
    port = int(case["port"] or {"http:": 80, "https:": 443}[case["protocol"]])
    asked = (wanted, case["protocol"][:-1], case["hostname"], port)
    return found is not None and found.partition("#")[0] == wanted and urls.target(case["input"], base) == asked


def test_whatwg_cases() -> None:
    cases = [case for case in rows("urls.jsonl", "the WHATWG URL cases") if case["file"] == "urltestdata.json"]
    wrong = [case for case in cases if not _right(case)]
    assert len(cases) > 400
    assert not wrong


def test_host_names_as_browsers_write_them() -> None:
    cases = [case for case in rows("urls.jsonl", "the IDNA cases") if case["file"] == "toascii.json"]
    wrong = [case for case in cases if urls.host_of(f"http://{case['input']}/") != (case["output"] or "")]
    assert cases and not wrong


def read(body: str | bytes) -> Reading | FeedError:
    """What comes of this document."""
    data = body.encode() if isinstance(body, str) else body
    at = datetime(2026, 11, 23, tzinfo=UTC)
    try:
        return read_feed(
            Page("https://a.example/", "https://a.example/", 200, "text/xml", {}, data, at, digest_of(data))
        )
    except FeedError as error:
        return error


DECLARATIONS = [
    '<!ENTITY x "lol">',
    '<!ENTITY a "lol"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
    '<!ENTITY a "&x;"><!ENTITY x "&a;">',
    '<!ENTITY x SYSTEM "file://{file}">',
    '<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">',
    '<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/x"> %p;',
    '<!ATTLIST item lol CDATA "lol">',
    "<!ELEMENT rss ANY>",
]


@pytest.mark.parametrize("declarations", DECLARATIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_what_declares_is_not_read_and_nothing_is_fetched(declarations: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the harbour wall")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        inner = declarations.format(file=tmp_path / "secret", port=server.getsockname()[1])
        item = "<item><guid>1</guid><title>&x;</title></item>"
        body = f'<?xml version="1.0" encoding="{encoding[:6].strip("-")}"?><!DOCTYPE rss [{inner}]>'
        error = read(f"{body}<rss version='2.0'><channel><title>a</title>{item}</channel></rss>".encode(encoding))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert isinstance(error, FeedError)
    assert error.problem.code is Code.ENTITY_DECLARED


@pytest.mark.parametrize("outer", ['PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1:{port}/x"', 'SYSTEM "file:///x"'])
def test_a_doctype_that_declares_nothing_is_dropped_unread(outer: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        doctype = f"<!DOCTYPE rss {outer.format(port=server.getsockname()[1])}>"
        item = "<item><guid>1</guid><title>a</title></item>"
        reading = read(f"{doctype}<rss version='0.91'><channel><title>The Ledger</title>{item}</channel></rss>")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert isinstance(reading, Reading)
    assert (reading.title, len(reading.entries)) == ("The Ledger", 1)


def test_xml_cases() -> None:
    """None of them is a feed: each is refused, a bomb before it is parsed and a harmless one by its root's name."""
    cases = rows("xml.jsonl", "the XML attack cases")
    for case in cases:
        error = read(case["body"])
        assert isinstance(error, FeedError), case["id"]
        if case["expect"] == "parse":
            assert "(<root>)" in error.problem.found, case["id"]
        if "<!ENTITY" in case["body"] and not case["body"].startswith("XXE"):
            assert error.problem.code is Code.ENTITY_DECLARED, case["id"]
    assert {case["expect"] for case in cases} == {"parse", "reject_or_inert"}
