"""The demonstration: the built-in newsstand, collected and served, its days passing in seconds.

Everything lies in a temporary folder that is removed at the end; nothing leaves this machine.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from standfirst.commands import serving
from standfirst.config import ClockSettings, Settings, clock_of
from standfirst.errors import SettingsError
from standfirst.model import Changes, Feed, Subscription
from standfirst.newsstand.manifest import latest_start
from standfirst.newsstand.server import Newsstand
from standfirst.store.opening import open_store
from standfirst.urls import outlet_of

HEAD_START = timedelta(days=1)


def demo_clock(start: datetime, now: datetime, seconds: float) -> ClockSettings:
    """A clock that begins a day after the newsstand's start and reaches the real time after so many seconds."""
    shown = start + HEAD_START
    return ClockSettings(at=shown, anchor=now, rate=1 + (now - shown).total_seconds() / max(seconds, 0.1))


def run_demo(given: Settings, seconds: float, say: Callable[[str], None]) -> None:
    """Serve the newsstand and Standfirst over it until stopped."""
    now = datetime.now(UTC)
    start = latest_start(now)
    clock = demo_clock(start, now, seconds)
    newsstand = Newsstand(clock_of(clock), start=start)
    newsstand.start()
    try:
        with tempfile.TemporaryDirectory(prefix="standfirst-demo-") as folder:
            _serve(given, clock, newsstand, Path(folder), say)
    finally:
        newsstand.stop()


def _serve(
    given: Settings, clock: ClockSettings, newsstand: Newsstand, folder: Path, say: Callable[[str], None]
) -> None:
    replace = msgspec.structs.replace
    fetch = replace(given.fetch, resolve=newsstand.resolve(), host_gap=0.0)
    store = replace(given.store, folder=str(folder), url="")
    settings = Settings(fetch, store, given.serve, given.intake, clock)
    file = folder / "standfirst.toml"
    file.write_text(to_toml(settings), "utf-8")
    told = clock_of(clock)
    with _listen(settings) as listener, closing(open_store("", folder, told)) as opened:
        opened.apply(subscriptions(newsstand))
        say(f"Standfirst is at {serving.address_of(listener)} (Ctrl-C stops it)")
        say("It shows invented articles of invented outlets; three days of them pass in the first seconds.")
        serving.run(opened, settings, told, listener, serving.intake_command(file, None))


def subscriptions(newsstand: Newsstand) -> Changes:
    """Every outlet of the newsstand, in a folder for each language."""
    feeds = tuple(Feed(url, outlet_of(url)) for url in newsstand.feeds())
    folders = ({"de": "Deutsch"}.get(outlet.language, "English") for outlet in newsstand.manifest.outlets)
    return Changes(feeds, tuple(Subscription(feed.url, folder) for feed, folder in zip(feeds, folders, strict=True)))


def _listen(settings: Settings) -> socket.socket:
    """The usual port, or any free one where that is taken: a demonstration should not fail for it."""
    try:
        return serving.listen(settings.serve)
    except SettingsError:
        return serving.listen(msgspec.structs.replace(settings.serve, port=0))


def to_toml(settings: Settings) -> str:
    """Settings as a TOML document (TOML 1.0); keys that are at no value are left out."""
    lines: list[str] = []
    for section in msgspec.structs.asdict(settings):
        lines.append(f"[{section}]")
        values = msgspec.structs.asdict(getattr(settings, section))
        lines += [f"{name} = {_toml(value)}" for name, value in values.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    # a JSON string, number or truth value is a TOML one as well
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value)
