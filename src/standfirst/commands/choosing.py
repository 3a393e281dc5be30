"""What `standfirst feed` does: shows one feed, and lays what was given over what was chosen. Secrets stay unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

import click
import msgspec

from standfirst.commands.actions import PageActions
from standfirst.config import Clock, Settings
from standfirst.errors import Code, Problem, Stage
from standfirst.model import FeedOptions
from standfirst.serve.choices import header_of, merged, secrets_in_words
from standfirst.serve.health import pace_in_words, trouble_of
from standfirst.serve.views import feed_name
from standfirst.store.protocol import Audience, FeedHealth, Store
from standfirst.text import printable, time_in_full

_PLAIN = ("full_text", "user_agent", "username", "proxy")
_NEVER_SHOWN = "set"


def choose(
    store: Store, settings: Settings, clock: Clock, address: str, given: Mapping[str, Any], typed: IO[str]
) -> FeedHealth | Problem:
    """The feed as it is after the choice; a Problem where there is none or it cannot be kept.

    given: the command's options by name, None where one was not given. typed: where secrets are read from.
    """
    line = _line(store, address)
    if line is None:
        return Problem(Stage.COLLECT, Code.NO_FEED_FOUND, address, "", "no such subscription", "a feed of the list")
    options = _options(line.feed.options, given, typed)
    if isinstance(options, str):
        return Problem(Stage.SETTINGS, Code.SETTING_INVALID, address, "", options, "'Name: value'")
    problem = asyncio.run(_keep(PageActions(store, settings, clock), line, options, given))
    return problem or _line(store, address) or line


def _line(store: Store, address: str) -> FeedHealth | None:
    return next((line for line in store.health(Audience.OWNER) if line.feed.url == address), None)


async def _keep(
    actions: PageActions, line: FeedHealth, options: FeedOptions, given: Mapping[str, Any]
) -> Problem | None:
    url, place = line.feed.url, line.subscription
    is_news = line.feed.is_news if given["news"] is None else given["news"]
    if (options, is_news) != (line.feed.options, line.feed.is_news):
        problem = await actions.choose(url, options, is_news)
        if problem:
            return problem
    if given["folder"] is not None or given["title"] is not None:
        folder = place.folder if given["folder"] is None else given["folder"]
        await actions.arrange(url, folder, place.title if given["title"] is None else given["title"])
    return None


def _options(old: FeedOptions, given: Mapping[str, Any], typed: IO[str]) -> FeedOptions | str:
    """The options that come of it, or what is wrong with a header, in words that do not quote it."""
    headers = [header_of(header if ":" in header else f"{header}:") for header in given["headers"]]
    if None in headers:
        return "a header without a name"
    options = replace(old, **{name: given[name] for name in _PLAIN if given[name] is not None})
    options = replace(options, headers=merged(old.headers, [header for header in headers if header]))
    if given["cookies_stdin"] and given["password_stdin"]:
        raise click.UsageError("--cookies-stdin and --password-stdin cannot be given together: each reads all there is")
    if given["cookies_stdin"]:
        options = replace(options, cookies=typed.read().strip())
    if given["password_stdin"]:
        options = replace(options, password=typed.read().rstrip("\r\n"))
    return options


def feed_lines(line: FeedHealth, now: datetime) -> list[str]:
    """One feed for a terminal: its state, then what was chosen for it."""
    return [printable(f"{name}: {value}") for name, value in _facts(line, now) if value]


def _facts(line: FeedHealth, now: datetime) -> list[tuple[str, str]]:
    state, trouble = line.state, trouble_of(line, now)
    return [
        ("feed", line.feed.url),
        ("title", feed_name(line.feed, line.subscription)),
        ("folder", line.subscription.folder),
        ("articles", str(line.articles)),
        ("last poll", time_in_full(state.last_polled) if state.last_polled else "not yet"),
        ("last answer", str(state.last_status or "")),
        ("read as", state.media_type),
        ("next poll", "none: gone for good" if state.gone else time_in_full(state.due) if state.due else "at its turn"),
        ("polled", pace_in_words(state) if state.last_success else ""),
        ("trouble", f"{trouble.short}: {trouble.words}" if trouble else ""),
        ("moved to", state.moved_to),
        ("news", "yes" if line.feed.is_news else "no"),
        *((name.replace("_", " "), value) for name, value in secrets_in_words(line.feed.options).items()),
    ]


def feed_json(line: FeedHealth) -> str:
    """One feed as JSON; of a secret only that it is set."""
    value = msgspec.to_builtins(line)
    value["feed"]["options"] = _shown(line.feed.options)
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _shown(options: FeedOptions) -> dict[str, object]:
    secrets = {name: _NEVER_SHOWN if getattr(options, name) else "" for name in ("cookies", "password", "proxy")}
    shown: dict[str, object] = {"full_text": options.full_text, "user_agent": options.user_agent}
    return (
        shown | {"headers": {name: _NEVER_SHOWN for name, _ in options.headers}, "username": options.username} | secrets
    )
