"""The demonstration: the built-in newsstand, collected and served, its days passing in seconds.

Everything lies in a temporary folder that is removed at the end; nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from standfirst.commands import serving
from standfirst.commands.running import with_actions
from standfirst.config import ClockSettings, Settings, clock_of
from standfirst.errors import SettingsError
from standfirst.newsstand.manifest import SPAN
from standfirst.newsstand.server import Newsstand
from standfirst.store.opening import open_store

HEAD_START = timedelta(days=1)


def demo_clock(seconds: float) -> ClockSettings:
    """A clock that starts within the newsstand's days and reaches the real time after so many seconds."""
    now = datetime.now(UTC)
    ahead = SPAN - HEAD_START
    return ClockSettings(at=now - ahead, anchor=now, rate=1 + ahead.total_seconds() / max(seconds, 0.1))


def run_demo(given: Settings, seconds: float, say: Callable[[str], None]) -> None:
    """Serve the newsstand and Standfirst over it until stopped."""
    clock_settings = demo_clock(seconds)
    clock = clock_of(clock_settings)
    assert clock_settings.anchor
    newsstand = Newsstand(clock, start=clock_settings.anchor - SPAN)
    newsstand.start()
    try:
        with tempfile.TemporaryDirectory(prefix="standfirst-demo-") as folder:
            _serve(given, clock_settings, newsstand, Path(folder), say)
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
    with _listen(settings) as listener, closing(open_store("", folder, clock_of(clock))) as opened:
        told = clock_of(clock)
        asyncio.run(with_actions(opened, settings, told, lambda a: a.import_opml(newsstand.opml(), "the newsstand")))
        say(f"Standfirst is at {serving.address_of(listener)} (Ctrl-C stops it)")
        say("It shows invented articles of invented outlets; three days of them pass in the first seconds.")
        serving.run(opened, settings, told, listener, serving.intake_command(file, None))


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
