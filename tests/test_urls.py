"""Addresses: the WHATWG parser's cases, cleaning, outlets, and which canonical addresses are believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst import urls

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.mark.parametrize(
    ("url", "base", "wanted"),
    [
        ("HTTP://News.Example:80/a b", None, "http://news.example/a%20b"),
        (" https://news.example\t/x\n", None, "https://news.example/x"),
        ("../c?d#e", "https://news.example/a/b/", "https://news.example/a/c?d#e"),
        ("//other.example/x", "https://news.example/", "https://other.example/x"),
        ("https://user:secret@news.example/", None, "https://news.example/"),
        ("http://0x7f.1/", None, "http://127.0.0.1/"),
        ("http://①②⑦.⓪.⓪.①/", None, "http://127.0.0.1/"),
        ("https://bücher.example/", None, "https://xn--bcher-kva.example/"),
        ("https://news.example/\ud800", None, "https://news.example/%EF%BF%BD"),
        ("/only/a/path", None, None),
        ("javascript:alert(1)", "https://news.example/", None),
        ("ftp://news.example/", None, None),
        ("", None, None),
        ("http://", None, None),
        ("http://a:99999/", None, None),
    ],
)
def test_parse(url: str, base: str | None, wanted: str | None) -> None:
    assert urls.parse(url, base) == wanted


def _cases() -> list[dict[str, Any]]:
    path = DATA / "hostile" / "urls.jsonl"
    if not path.exists():
        pytest.skip(f"the WHATWG parser's cases: {path} is not there")
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def _wanted(case: dict[str, Any]) -> str | None:
    if case.get("failure") or case["protocol"] not in ("http:", "https:"):
        return None
    return str(case["href"]).replace(f"{case['username']}:{case['password']}@", "", 1)


def test_whatwg_cases() -> None:
    cases = [case for case in _cases() if "output" not in case and not case.get("username")]
    wrong = [case["input"] for case in cases if urls.parse(case["input"], case.get("base")) != _wanted(case)]
    assert len(cases) > 400
    assert len(wrong) <= len(cases) * 0.01, wrong


def test_whatwg_host_cases() -> None:
    cases = [case for case in _cases() if "output" in case]
    wrong = [case for case in cases if urls.host_of(f"https://{case['input']}/x") != (case["output"] or "")]
    assert len(cases) > 40
    assert not wrong


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://news.example/a?utm_source=rss&id=7&UTM_Medium=x&b=%20#top", "https://news.example/a?id=7&b=%20"),
        ("https://news.example/a?fbclid=1", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?b&&a=1+2&c=%2f", "https://news.example/a?b&&a=1+2&c=%2f"),
        ("https://news.example/a?ref=x&source=y&q=gclid", "https://news.example/a?ref=x&source=y&q=gclid"),
        ("https://news.example/a#?utm_source=x", "https://news.example/a"),
        ("mailto:desk@news.example", None),
    ],
)
def test_clean(url: str, wanted: str | None) -> None:
    assert urls.clean(url) == wanted


@given(st.text(alphabet="ab/?&=#%.:@_[]1é utm_source=", max_size=60))
def test_clean_twice_is_clean_once(text: str) -> None:
    cleaned = urls.clean("http://a.example/" + text)
    assert cleaned is not None
    assert urls.clean(cleaned) == cleaned


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = urls.parse(text, "https://news.example/")
    assert found is None or urls.parse(found) == found
    assert urls.outlet_of(text) == "" or urls.parse(text) is not None


def test_host_and_authority() -> None:
    assert urls.host_of("https://News.Example:8443/") == "news.example"
    assert urls.host_of("http://[2001:DB8::1]/") == "[2001:db8::1]"
    assert urls.authority_of("https://news.example/") == "news.example:443"
    assert urls.authority_of("http://news.example/") == "news.example:80"
    assert urls.authority_of("http://[2001:db8::1]:81/") == "[2001:db8::1]:81"
    assert urls.host_of("mailto:a@b") == urls.authority_of("no address") == ""


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.politik.news.example.co.uk/x", "example.co.uk"),
        ("http://tidewatch.localhost:8802/feed.xml", "tidewatch.localhost"),
        ("http://www.tidewatch.localhost/", "tidewatch.localhost"),
        ("http://localhost/", "localhost"),
        ("http://192.0.2.7:8080/", "192.0.2.7"),
        ("http://[2001:db8::1]/", "[2001:db8::1]"),
        ("https://someone.github.io/blog", "someone.github.io"),
        ("https://github.io/", "github.io"),
        ("https://news.example./", "news.example"),
        ("mailto:desk@news.example", ""),
    ],
)
def test_outlet(url: str, outlet: str) -> None:
    assert urls.outlet_of(url) == outlet


def test_same_outlet() -> None:
    assert urls.same_outlet("https://a.news.example/", "http://b.news.example:81/")
    assert not urls.same_outlet("https://a.co.uk/", "https://b.co.uk/")
    assert not urls.same_outlet("nonsense", "nonsense")


STORY = "https://www.news.example/world/2026/11/harbour-wall-holds-through-storm"


@pytest.mark.parametrize(
    ("canonical", "fetched", "wanted"),
    [
        (STORY + "?utm_source=x#top", STORY, STORY),
        ("/world/2026/11/harbour-wall-holds-through-storm", STORY + "?page=2", STORY),
        (STORY, STORY + "/amp", STORY),
        ("https://news.example/12345678", STORY, "https://news.example/12345678"),
        (
            "https://amp.news.example/go/harbour.html",
            "https://news.example/x",
            "https://amp.news.example/go/harbour.html",
        ),
        ("https://news.example/short", "https://news.example/tiny", "https://news.example/short"),
        ("https://news.example/article.php?id=9", STORY, "https://news.example/article.php?id=9"),
        ("https://other.example/world/2026/11/harbour-wall-holds-through-storm", STORY, None),
        ("https://news.example/", STORY, None),
        ("https://news.example/?p=1", STORY, None),
        ("https://www.news.example/world/", STORY, None),
        ("https://www.news.example/world/2026/11", STORY, None),
        ("https://www.news.example/latest/world/us-and-canada/top", STORY, None),
        ("https://news.example/index.html", STORY, None),
        ("https://news.example/article.php", "https://news.example/article.php?id=9", None),
        ("javascript:void(0)", STORY, None),
        ("", "no address", None),
    ],
)
def test_believed_canonical(canonical: str, fetched: str, wanted: str | None) -> None:
    assert urls.believed_canonical(canonical, fetched) == wanted
