"""Settings: one frozen value, from standfirst.toml, then the environment, then flags. Handed down, never a global.

A key is `section.name`; in the environment `STANDFIRST_SECTION_NAME`. Unknown keys and wrong values are errors that
name the nearest known key; all of them are reported at once.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from standfirst.errors import Code, Problem, SettingsError, Stage

Clock = Callable[[], datetime]


class FetchSettings(msgspec.Struct, frozen=True):
    """How the network is used. Sizes in bytes, times in seconds."""

    user_agent: str = "Standfirst/0.1 (self-hosted news reader; +https://github.com/standfirst/standfirst)"
    contact: str = ""
    resolve: dict[str, str] = {}
    allow: tuple[str, ...] = ()
    host_gap: float = 1.0
    connections: int = 64
    connect_timeout: float = 5.0
    idle_timeout: float = 10.0
    total_timeout: float = 30.0
    max_wire: int = 15 * 1024 * 1024
    max_inflated: int = 30 * 1024 * 1024
    max_redirects: int = 10


class StoreSettings(msgspec.Struct, frozen=True):
    """Where everything is kept. url: empty for SQLite in the data folder, or postgresql://…"""

    folder: str = "data"
    url: str = ""


class ServeSettings(msgspec.Struct, frozen=True):
    """The web pages. names: further host names under which they may be asked for."""

    host: str = "127.0.0.1"
    port: int = 8800
    names: tuple[str, ...] = ()
    page_size: int = 40


class IntakeSettings(msgspec.Struct, frozen=True):
    """The collecting process. interval: seconds between polls of a healthy feed.

    workers: processes that extract, 0 = one less than the cores; worker_memory in bytes, worker_seconds of CPU a page.
    """

    interval: int = 1800
    workers: int = 0
    page_tries: int = 4
    worker_memory: int = 512 * 1024 * 1024
    worker_seconds: int = 10
    worker_idle: float = 60.0


class ClockSettings(msgspec.Struct, frozen=True):
    """For demonstrations and tests: show and collect as if it were another time.

    at: the moment shown when `anchor` (the real time) strikes; rate: seconds shown that pass in a real second, until
    the real time is reached; 0 stands still.
    """

    at: datetime | None = None
    anchor: datetime | None = None
    rate: float = 0.0


class Settings(msgspec.Struct, frozen=True):
    """Everything that can be set."""

    fetch: FetchSettings = FetchSettings()
    store: StoreSettings = StoreSettings()
    serve: ServeSettings = ServeSettings()
    intake: IntakeSettings = IntakeSettings()
    clock: ClockSettings = ClockSettings()


class Origin(NamedTuple):
    """One setting as it is in force, and where it came from ("default", a file's path, "environment …", "flag")."""

    key: str
    value: Any
    source: str


SECTIONS: dict[str, type[msgspec.Struct]] = {f.name: f.type for f in msgspec.structs.fields(Settings)}
KEYS: dict[str, Any] = {
    f"{section}.{f.name}": f.type for section, kind in SECTIONS.items() for f in msgspec.structs.fields(kind)
}
DEFAULT_FILE = "standfirst.toml"


def load(
    path: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None
) -> tuple[Settings, tuple[Origin, ...]]:
    """Settings and the origin of each.

    path: the file, or None for standfirst.toml in this folder, if there is one. flags: key -> value, None = not given.
    Raises SettingsError with every problem found.
    """
    problems: list[Problem] = []
    given: dict[str, tuple[Any, str]] = {}
    file = path or Path(DEFAULT_FILE)
    if path or file.exists():
        _from_file(file, given, problems)
    _from_environment(environment, given, problems)
    for key, value in (flags or {}).items():
        if value is not None:
            given[key] = (value, "flag")
    values = {key: _value(key, raw, source, problems) for key, (raw, source) in given.items()}
    if problems:
        raise SettingsError(tuple(problems))
    settings = _build(values)
    origins = tuple(Origin(key, _get(settings, key), given[key][1] if key in given else "default") for key in KEYS)
    return settings, origins


def _from_file(file: Path, given: dict[str, tuple[Any, str]], problems: list[Problem]) -> None:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        problems.append(_problem(Code.FILE_UNREADABLE, str(file), "", error.strerror or str(error), "a readable file"))
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(_problem(Code.SETTINGS_UNREADABLE, str(file), "", str(error), "TOML 1.0"))
        return
    for section, table in document.items():
        if not isinstance(table, dict):
            problems.append(_unknown(str(file), section, f"{section} outside a section"))
            continue
        for name, value in table.items():
            key = f"{section}.{name}"
            if key in KEYS:
                given[key] = (value, str(file))
            else:
                problems.append(_unknown(str(file), key, repr(key)))


def _from_environment(
    environment: Mapping[str, str], given: dict[str, tuple[Any, str]], problems: list[Problem]
) -> None:
    names = {"STANDFIRST_" + key.upper().replace(".", "_"): key for key in KEYS}
    for name, value in environment.items():
        if not name.startswith("STANDFIRST_") or name == "STANDFIRST_DATA":
            continue
        if name in names:
            given[names[name]] = (value, f"environment {name}")
        else:
            near = difflib.get_close_matches(name, names, 1, 0.0)
            problems.append(_problem(Code.SETTING_UNKNOWN, "environment", name, repr(name), f"{near[0]}, perhaps"))


def _value(key: str, raw: Any, source: str, problems: list[Problem]) -> Any:
    """The value in its type. The environment and flags give words: numbers are read, lists split at commas."""
    kind = KEYS[key]
    if isinstance(raw, str) and "tuple" in str(kind):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if isinstance(raw, str) and "dict" in str(kind):
        raw = dict(part.split("=", 1) for part in raw.split(",") if "=" in part)
    try:
        return msgspec.convert(raw, kind, strict=not isinstance(raw, str))
    except msgspec.ValidationError as error:
        problems.append(_problem(Code.SETTING_INVALID, source, key, repr(raw), _wanted(str(error))))
        return None


def _wanted(message: str) -> str:
    """What msgspec expected, in words; see docs/settings.md for what each may be."""
    kind = message.removeprefix("Expected ").split(", got")[0].split(" - at")[0].replace("`", "")
    words = {"float": "a number", "int": "a whole number", "str": "text", "array": "a list", "object": "a table"}
    return words.get(kind.split(" | ")[0], kind)


def _unknown(source: str, key: str, found: str) -> Problem:
    near = difflib.get_close_matches(key, KEYS, 1, 0.0)
    return _problem(Code.SETTING_UNKNOWN, source, key, found, f"{near[0]}, perhaps")


def _problem(code: Code, source: str, where: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.SETTINGS, code, source, where, found, wanted)


def _build(values: dict[str, Any]) -> Settings:
    parts: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for key, value in values.items():
        section, name = key.split(".")
        parts[section][name] = value
    sections: dict[str, Any] = {section: kind(**parts[section]) for section, kind in SECTIONS.items()}
    return Settings(**sections)


def _get(settings: Settings, key: str) -> Any:
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)


def clock_of(settings: ClockSettings) -> Clock:
    """The clock that every process of these settings agrees on: the real one unless `clock.at` is set."""
    at, anchor, rate = settings.at, settings.anchor, settings.rate
    if at is None:
        return lambda: datetime.now(UTC)
    start = at if at.tzinfo else at.replace(tzinfo=UTC)
    if rate <= 0 or anchor is None:
        return lambda: start
    struck = anchor if anchor.tzinfo else anchor.replace(tzinfo=UTC)

    def simulated() -> datetime:
        now = datetime.now(UTC)
        return min(start + timedelta(seconds=(now - struck).total_seconds() * rate), now)

    return simulated
