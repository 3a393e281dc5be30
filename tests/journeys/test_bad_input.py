"""Each bad thing costs itself, says where, what was found, what was wanted and what to do, and loses nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import article_html, item, rss
from tests.journeys.installation import Installation, Publisher

GOOD = "https://tide.example/feed"
WORDS = ("The ferry was held in port after an inspector found a worn seal.", "“We will wait,” said Marta Eldwin.") * 3


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as made:
        made.pages["tide.example"] = {"/feed": rss(item(1)), "/news/1": article_html("Ferry held 1", *WORDS)}
        yield made


def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def here(publisher: Publisher, tmp_path: Path) -> Installation:
    publisher.pages["bad.example"] = {
        "/page": article_html("No feed here", *WORDS),
        "/empty": rss(),
        "/nothing": b"",
        "/500": 500,
        "/bare": rss("<item><title>Bare</title><link>https://bad.example/bare1</link></item>"),
        "/odd": rss(item(2).replace("tide", "bad"), item(3).replace("tide", "bad"), item(4).replace("tide", "bad")),
        "/bare1": article_html("Bare", *WORDS),
        "/news/2": 404,
        "/news/3": 500,
        "/news/4": b"",
    }
    dead = f'"dead.example:443" = "http://127.0.0.1:{dead_port()}"\n'
    return Installation(tmp_path, publisher.resolve() + dead + "[fetch]\nhost_gap = 0.0\nconnect_timeout = 2.0\n")


def problems(here: Installation) -> dict[str, dict[str, str]]:
    rows = json.loads(here.command("problems", "--json").stdout)
    return {row["source"]: row for row in rows}


def opml(*urls: str) -> bytes:
    rows = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{rows}</body></opml>'.encode()


def test_bad_feeds_and_pages_cost_themselves_alone(here: Installation) -> None:
    feeds = [f"https://bad.example/{name}" for name in ("page", "empty", "nothing", "500", "bare", "odd")]
    dead = "https://dead.example/feed"
    done = here.command("import", "-", data=opml(GOOD, dead, *feeds))
    assert done.returncode == 0, done.stderr
    done = here.command("collect", "--strict")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "8 feeds polled" in done.stdout
    found = problems(here)
    codes = {source: row["code"] for source, row in found.items()}
    assert codes[dead] == "connection-failed"
    assert codes["https://bad.example/page"] == "not-a-feed"
    assert codes["https://bad.example/nothing"] == "not-a-feed"
    assert codes["https://bad.example/500"] == "http-status"
    assert codes["https://bad.example/news/2"] == "http-status"
    assert codes["https://bad.example/news/3"] == "http-status"
    assert "https://bad.example/news/4" in codes
    assert all(row["found"] and row["wanted"] for row in found.values())
    river = json.loads(here.command("search", "ferry", "--json").stdout)
    assert {row["headline"] for row in river} >= {"Ferry held 1", "Ferry held 2", "Ferry held 3", "Ferry held 4"}


def test_add_says_what_is_wrong_with_an_address_and_subscribes_to_nothing(here: Installation) -> None:
    for address, code in (
        ("https://bad.example/bare1", "no-feed-found"),
        ("https://bad.example/500", "http-status"),
        ("https://dead.example/", "connection-failed"),
        ("ftp://bad.example/", "address-invalid"),
        ("http://127.0.0.1:1/", "address-refused"),
    ):
        done = here.command("add", address)
        assert done.returncode == 1, address
        assert code in done.stderr, done.stderr
        assert "To do:" in done.stderr
    assert b"xmlUrl" not in here.command("export").stdout.encode()


def test_broken_opml_gives_what_can_be_read_and_a_problem(here: Installation) -> None:
    whole = opml(GOOD, "https://bad.example/bare")
    done = here.command("import", "-", data=whole[: whole.index(b"bad.example") - 20])
    assert "1 feeds added" in done.stdout
    assert here.command("import", "-", data=b"nothing like it").returncode == 1
    done = here.command("import", "-", data=b"<opml><body><outline text='no address'/></body></opml>")
    assert "outline-without-address" in done.stderr or "opml-unreadable" in done.stderr


def test_a_wrong_settings_key_names_the_nearest(here: Installation) -> None:
    here.file.write_text("[fetch]\nhost_gapp = 1\n", "utf-8")
    done = here.command("collect")
    assert done.returncode == 2
    assert "fetch.host_gap, perhaps" in done.stderr


def test_a_folder_that_cannot_be_written_is_said_at_the_start(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    (tmp_path / "data").write_text("a file where the folder should be", "utf-8")
    done = here.command("collect")
    assert done.returncode == 3
    assert "data" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_left_alone(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    (tmp_path / "data").mkdir()
    database = tmp_path / "data" / "standfirst.db"
    database.write_bytes(b"this is no database at all, but it may be dear to somebody" * 100)
    before = database.read_bytes()
    done = here.command("collect")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before


def test_serving_to_others_is_refused_while_there_are_no_accounts(tmp_path: Path) -> None:
    here = Installation(tmp_path, '[serve]\nhost = "0.0.0.0"\n')
    done = here.command("serve", "--port", "0")
    assert done.returncode == 2
    assert "serve.host" in done.stderr
