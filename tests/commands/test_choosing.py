"""`standfirst feed`, the real actions behind the pages' forms, and that no secret is ever told again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from standfirst.cli import cli
from standfirst.commands.actions import PageActions
from standfirst.config import ServeSettings, Settings
from standfirst.errors import Code, Problem, Stage
from standfirst.model import Changes, Feed, FeedOptions, FeedState, Noted, Subscription
from standfirst.serve.app import ROUTES, create_app
from standfirst.store.opening import open_store
from standfirst.store.protocol import Store
from tests.serve.asgi import get, post

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
URL = "https://tide.example/feed"
SECRETS = ("k-hidden", "c-hidden", "p-hidden", "x-hidden")
OPTIONS = FeedOptions(
    headers=(("X-Key", "k-hidden"),),
    cookies="c=c-hidden",
    username="ada",
    password="p-hidden",
    proxy="http://u:x-hidden@q.example:1",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("", tmp_path, lambda: NOW)
    problem = Problem(Stage.FETCH, Code.HTTP_STATUS, URL, "", "HTTP 403 Forbidden", "200")
    failing = FeedState(URL, due=NOW + timedelta(hours=9), failures=2, problem="403 Forbidden", cause="refused (403)")
    opened.apply(
        Changes(
            feeds=(Feed(URL, "tide.example", "Tidewatch"),),
            subscriptions=(Subscription(URL, "Coast"),),
            states=(failing,),
            problems=(Noted(problem, NOW),),
        )
    )
    yield opened
    opened.close()


def actions(store: Store) -> PageActions:
    return PageActions(store, Settings(), lambda: NOW)


def held(store: Store) -> Feed:
    return store.feeds()[0][0]


def run(folder: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--data", str(folder)], input=typed)


def test_a_choice_is_kept_and_a_failing_feed_is_tried_again_at_once(store: Store) -> None:
    assert asyncio.run(actions(store).choose(URL, OPTIONS, False)) is None
    feed, state = store.feeds()[0]
    assert (feed.options, feed.is_news) == (OPTIONS, False)
    assert (state.due, state.failures) == (NOW, 2)


def test_a_healthy_feed_keeps_its_turn(store: Store) -> None:
    due = NOW + timedelta(hours=1)
    store.apply(Changes(states=(FeedState(URL, due=due),)))
    asyncio.run(actions(store).choose(URL, OPTIONS, True))
    assert store.feeds()[0][1].due == due


@pytest.mark.parametrize(
    "options",
    [FeedOptions(proxy="x-hidden"), FeedOptions(headers=(("Host", "k-hidden"),)), FeedOptions(cookies="c-hidden\n")],
)
def test_what_cannot_be_sent_is_refused_without_being_quoted(store: Store, options: FeedOptions) -> None:
    problem = asyncio.run(actions(store).choose(URL, options, True))
    assert problem is not None
    assert problem.code is Code.SETTING_INVALID and "hidden" not in str(problem)
    assert held(store).options == FeedOptions()


def test_a_feed_that_is_not_in_the_list_has_no_choices(store: Store) -> None:
    problem = asyncio.run(actions(store).choose("https://no.example/", OPTIONS, True))
    assert problem is not None and problem.code is Code.NO_FEED_FOUND
    assert not asyncio.run(actions(store).arrange("https://no.example/", "a", "b"))


def test_folder_and_title_are_plain_lines(store: Store) -> None:
    assert asyncio.run(actions(store).arrange(URL, " Coast\x00 and  sea", "\u202eT"))
    assert store.health("owner")[0].subscription == Subscription(URL, "Coast and sea", "T")  # type: ignore[arg-type]


def test_the_command_shows_and_chooses(store: Store, tmp_path: Path) -> None:
    given = ["--no-full-text", "--not-news", "--user-agent", "Mine", "--header", "X-Key: k-hidden", "--header", "B: 2"]
    shown = run(tmp_path, "feed", URL, *given, "--user", "ada", "--password-stdin", typed="p-hidden\n")
    assert shown.exit_code == 0, shown.output
    assert held(store).options == FeedOptions(
        False, "Mine", (("X-Key", "k-hidden"), ("B", "2")), "", "ada", "p-hidden", ""
    )
    assert "trouble: refused (403): 403 Forbidden" in shown.output and "news: no" in shown.output
    assert "headers: X-Key: set, B: set" in shown.output and "password: set" in shown.output
    later = run(
        tmp_path, "feed", URL, "--header", "B", "--cookies-stdin", "--full-text", "--title", "T", typed="c=c-hidden"
    )
    assert later.exit_code == 0, later.output
    assert held(store).options.headers == (("X-Key", "k-hidden"),) and held(store).options.cookies == "c=c-hidden"
    assert store.health("owner")[0].subscription == Subscription(URL, "Coast", "T")  # type: ignore[arg-type]
    gone = run(tmp_path, "feed", URL, "--password-stdin", "--user", "", typed="")
    assert "password" not in gone.output and held(store).options.password == ""


def test_the_command_refuses_in_words(store: Store, tmp_path: Path) -> None:
    assert run(tmp_path, "feed", "https://no.example/").exit_code == 1
    wrong = run(tmp_path, "feed", URL, "--proxy", "x-hidden")
    assert wrong.exit_code == 1 and "hidden" not in wrong.output
    assert run(tmp_path, "feed", URL, "--header", ": k-hidden").exit_code == 1
    both = run(tmp_path, "feed", URL, "--cookies-stdin", "--password-stdin", typed="x")
    assert both.exit_code == 2
    assert held(store).options == FeedOptions()


def test_no_secret_is_told_again_anywhere(store: Store, tmp_path: Path) -> None:
    asyncio.run(actions(store).choose(URL, OPTIONS, True))
    app = create_app(store, actions(store), lambda: NOW, ServeSettings())
    pages = [route.path for route in [*ROUTES] if "GET" in (route.methods or ()) and "{" not in route.path]
    told = [get(app, path).text for path in [*pages, "/problems", f"/feeds/one?url={URL}", f"/?feed={URL}"]]
    told.append(post(app, "/feeds/options", {"url": URL, "headers": "x"}).text)
    commands = (["feed", URL], ["feed", URL, "--json"], ["export"], ["problems"], ["problems", "--json"], ["settings"])
    told += [run(tmp_path, *command).output for command in commands]
    told.append(run(tmp_path, "settings", "--json").output)
    told.append(asyncio.run(_export(store)))
    assert "Tidewatch" in told[0] and len(told) > 15
    for text in told:
        assert not [secret for secret in SECRETS if secret in text]
    shown = json.loads(run(tmp_path, "feed", URL, "--json").output)["feed"]["options"]
    assert shown["password"] == shown["proxy"] == shown["headers"]["X-Key"] == "set"


async def _export(store: Store) -> str:
    return actions(store).export_opml().decode()
