"""Every route: its headers, its words, its refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from standfirst.errors import StoreError
from standfirst.serve.guard import MAX_FORM, MAX_OPML, SECURITY_HEADERS
from standfirst.serve.render import STATIC_FOLDER
from standfirst.store.memory import MemoryStore

from .asgi import Answer, call, get, post
from .conftest import app_over
from .fakes import HILLS, WIRE, invented

DOCS = Path(__file__).resolve().parents[2] / "docs" / "pages.md"
ARTICLE = f"/a/{invented()[0].id}"
PAGES = ["/", "/search", "/search?q=ferry", ARTICLE, "/feeds", f"/feeds/one?url={WIRE}", "/problems"]
GETS = [*PAGES, "/river/news?held=0", "/feeds/opml", "/healthz", "/favicon.ico"]
FORMS = {
    "/feeds/look": {"address": "https://kueste.example/rss"},
    "/feeds/add": {"address": "https://kueste.example/rss", "folder": "World"},
    "/feeds/opml": {"text": '<opml version="2.0"/>'},
    "/feeds/starters": {"all": "1"},
    "/feeds/poll": {"url": WIRE},
    "/feeds/remove": {"url": HILLS},
}
REFUSED = [("GET", "/nowhere", 404), ("GET", "/a/none", 404), ("GET", "/?before=x", 400), ("POST", "/problems", 405)]
REFUSED += [("GET", "/static/x/../app.py", 404), ("GET", "/feeds/one?url=none", 404), ("GET", "/river/news", 400)]
REFUSED += [("GET", "/search?q=%00", 400), ("GET", "/a/\0", 400), ("GET", "/?feed=a%00b", 400)]


def assert_guarded(answer: Answer) -> None:
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get(name.lower()) == value


def static_names(page: str) -> list[str]:
    return re.findall(r'"(/static/[^"]+)"', page)


@pytest.mark.parametrize("address", GETS)
def test_a_get_answers_with_security_headers(app: Starlette, address: str) -> None:
    answer = get(app, address)
    assert answer.status == 200
    assert_guarded(answer)
    assert call(app, "HEAD", address).status == 200


@pytest.mark.parametrize("address", FORMS)
def test_a_form_answers_with_security_headers(app: Starlette, address: str) -> None:
    answer = post(app, address, FORMS[address])
    assert answer.status in (200, 303)
    assert_guarded(answer)


@pytest.mark.parametrize(("method", "address", "status"), REFUSED)
def test_a_refusal_is_a_page_that_says_what_to_do(app: Starlette, method: str, address: str, status: int) -> None:
    answer = call(app, method, address)
    assert answer.status == status
    assert_guarded(answer)
    assert "To do:" in answer.text and "standfirst.css" in answer.text


def test_405_names_the_methods_that_are_taken(app: Starlette) -> None:
    assert "GET" in call(app, "POST", "/problems").headers["allow"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole_and_asks_nobody_else(app: Starlette, address: str) -> None:
    page = get(app, address).text
    assert page.count("<h1") == 1
    assert 'lang="en"' in page and "<title>" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.replace("onerror=alert(2)", ""))
    for fetched in re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', page):
        assert fetched.startswith("/static/")
    for file in static_names(page):
        assert get(app, file).status == 200


def test_pages_are_private_and_packed(app: Starlette) -> None:
    answer = get(app, "/", accept_encoding="gzip, br")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.text == get(app, "/").text


def test_files_are_kept_for_good_and_known_again(app: Starlette) -> None:
    sheet = next(name for name in static_names(get(app, "/").text) if name.endswith(".css"))
    answer = get(app, sheet)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    again = get(app, sheet, if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert_guarded(again)
    old = get(app, "/static/000000000000/standfirst.css")
    assert old.headers["cache-control"] == "no-cache"


def test_the_stylesheet_names_only_files_that_are_here() -> None:
    sheet = (STATIC_FOLDER / "standfirst.css").read_text("utf-8")
    named = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(named) == 5
    assert all((STATIC_FOLDER / name).is_file() for name in named)
    assert "@import" not in sheet and "//" not in sheet.replace("*//", "")


def test_a_first_visit_is_within_its_weight(app: Starlette) -> None:
    page = get(app, "/", accept_encoding="gzip")
    files = [get(app, name, accept_encoding="gzip") for name in dict.fromkeys(static_names(page.text))]
    assert sum(len(answer.body) for answer in [page, *files]) < 150_000
    assert page.text.count('rel="preload"') == 2


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9999", "localhost:1", "LOCALHOST", "[::1]:8800", "[::1]", "news.lan", "localhost."]
)
def test_own_names_are_answered(store: MemoryStore, host: str) -> None:
    assert get(app_over(store, names=("news.lan",)), "/healthz", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "news.lan", "", "a@127.0.0.1", "127.0.0.1:x", "[::1", "localhost/"],
)
def test_other_names_are_refused(app: Starlette, host: str) -> None:
    for method in ("GET", "POST"):
        answer = call(app, method, ARTICLE, {"host": host})
        assert answer.status == 421
        assert_guarded(answer)
        assert "does not answer to the name" in answer.text


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8800"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:9999"},
    {"origin": "null"},
    {"origin": "http://["},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_another_site_changes_nothing(app: Starlette, store: MemoryStore, headers: dict[str, str]) -> None:
    before = store.feeds()
    for address in FORMS:
        answer = call(app, "POST", address, headers | {"content-type": "application/x-www-form-urlencoded"}, b"all=1")
        assert answer.status == 403
        assert_guarded(answer)
    assert store.feeds() == before


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:8800"}, {"sec-fetch-site": "none"}])
def test_a_form_of_our_own_is_taken(app: Starlette, headers: dict[str, str]) -> None:
    body, kind = b"url=" + WIRE.encode(), {"content-type": "application/x-www-form-urlencoded"}
    assert call(app, "POST", "/feeds/poll", kind | headers, body).status == 303


def test_pages_with_forms_let_the_browser_name_its_origin(app: Starlette) -> None:
    for page in ("/feeds", f"/feeds/one?url={WIRE}"):
        assert '<meta name="referrer" content="same-origin">' in get(app, page).text


@pytest.mark.parametrize(("address", "limit"), [("/feeds/look", MAX_FORM), ("/feeds/opml", MAX_OPML + MAX_FORM)])
def test_a_body_over_its_limit_is_refused(app: Starlette, address: str, limit: int) -> None:
    body = b"address=" + b"a" * limit
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert call(app, "POST", address, kind, body).status == 413
    # a length that was not told, or told wrong, is counted
    assert call(app, "POST", address, kind | {"content-length": "5"}, body).status == 413


@dataclass
class Broken:
    """A store that answers every question with the same exception."""

    error: Exception

    def __getattr__(self, name: str) -> object:
        raise self.error


@pytest.mark.parametrize("address", PAGES)
def test_a_store_that_does_not_answer_is_said_on_a_page(address: str) -> None:
    answer = get(app_over(Broken(StoreError("disk <gone>"))), address)  # type: ignore[arg-type]
    assert answer.status == (200 if address == "/search" else 503)
    assert_guarded(answer)
    if address != "/search":
        assert "disk &lt;gone&gt;" in answer.text and answer.headers["retry-after"]


def test_health_says_that_the_store_is_away() -> None:
    answer = get(app_over(Broken(StoreError("away"))), "/healthz")  # type: ignore[arg-type]
    assert (answer.status, answer.text) == (503, "store unavailable: away\n")
    assert_guarded(answer)


def test_a_bug_is_said_on_a_page_and_goes_on_to_the_log() -> None:
    app = app_over(Broken(ZeroDivisionError("secret")))  # type: ignore[arg-type]
    answer = call(app, "GET", "/", raises=ZeroDivisionError)
    assert answer.status == 500
    assert_guarded(answer)
    assert "A mistake of ours" in answer.text and "secret" not in answer.text
    with pytest.raises(ZeroDivisionError):
        call(app, "GET", "/")


def test_the_documentation_lists_every_endpoint(app: Starlette) -> None:
    written = set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    served = {
        f"{method} {route.path}"
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == written
