"""Settings: one frozen value, from standfirst.toml, then the environment, then flags. Handed down, never a global.

A key is `section.name`; in the environment `STANDFIRST_SECTION_NAME`. An unknown key is an error that names the nearest
known one, a value of the wrong kind or out of its range one that says what it may be; all are reported at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args

import msgspec

from standfirst.errors import Code, Problem, SettingsError, Stage

Clock = Callable[[], datetime]

_LEAST_MEMORY = 64 * 1024 * 1024  # below, a child process cannot even load what it extracts with
_GIB = 1024**3


def between(least: float, most: float) -> msgspec.Meta:
    """The range of a number, both ends included; what is no number (nan) is in none."""
    return msgspec.Meta(ge=least, le=most)


Line = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*\Z")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class FetchSettings(msgspec.Struct, frozen=True):
    """How the network is used. Sizes in bytes, times in seconds."""

    user_agent: Line = "Standfirst/0.1 (self-hosted news reader; +https://github.com/standfirst/standfirst)"
    contact: Line = ""
    resolve: dict[str, str] = {}
    allow: tuple[str, ...] = ()
    host_gap: Annotated[float, between(0, 3600)] = 1.0
    connections: Annotated[int, between(1, 1000)] = 64
    connect_timeout: Annotated[float, between(0.1, 600)] = 5.0
    idle_timeout: Annotated[float, between(0.1, 600)] = 10.0
    total_timeout: Annotated[float, between(0.1, 3600)] = 30.0
    max_wire: Annotated[int, between(1024, _GIB)] = 15 * 1024 * 1024
    max_inflated: Annotated[int, between(1024, _GIB)] = 30 * 1024 * 1024
    max_redirects: Annotated[int, between(0, 50)] = 10


class StoreSettings(msgspec.Struct, frozen=True):
    """Where everything is kept. url: empty for SQLite in the data folder, or postgresql://…"""

    folder: Line = "data"
    url: Line = ""


class ServeSettings(msgspec.Struct, frozen=True):
    """The web pages. port: 0 is any free one. names: further host names under which they may be asked for."""

    host: Line = "127.0.0.1"
    port: Annotated[int, between(0, 65535)] = 8800
    names: tuple[str, ...] = ()
    page_size: Annotated[int, between(1, 500)] = 40


class IntakeSettings(msgspec.Struct, frozen=True):
    """The collecting process. interval: seconds between polls of a healthy feed.

    workers: processes that extract, 0 = one less than the cores; worker_memory in bytes, worker_seconds of CPU a page.
    """

    interval: Annotated[int, between(60, 604800)] = 1800
    workers: Annotated[int, between(0, 256)] = 0
    page_tries: Annotated[int, between(1, 100)] = 4
    worker_memory: Annotated[int, between(_LEAST_MEMORY, 64 * _GIB)] = 512 * 1024 * 1024
    worker_seconds: Annotated[int, between(1, 3600)] = 10
    worker_idle: Annotated[float, between(0, 86400)] = 60.0


class ClockSettings(msgspec.Struct, frozen=True):
    """For demonstrations and tests: show and collect as if it were another time.

    at: the moment shown until `anchor` (the real time) strikes; rate: seconds shown that pass in a real second from
    then on, until the real time is reached; 0 stands still.
    """

    at: Moment | None = None
    anchor: Moment | None = None
    rate: Annotated[float, between(0, 1e7)] = 0.0


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
            found = f"{section} outside a section"
            wanted = f"a section [{section}]" if section in SECTIONS else _nearest(section)
            problems.append(_problem(Code.SETTING_UNKNOWN, str(file), section, found, wanted))
            continue
        for name, value in table.items():
            key = f"{section}.{name}"
            if key in KEYS:
                given[key] = (value, str(file))
            else:
                problems.append(_problem(Code.SETTING_UNKNOWN, str(file), key, repr(key), _nearest(key)))


def _from_environment(
    environment: Mapping[str, str], given: dict[str, tuple[Any, str]], problems: list[Problem]
) -> None:
    names = {"STANDFIRST_" + key.upper().replace(".", "_"): key for key in KEYS}
    for name, value in environment.items():
        # where the tests find their documents: no setting, and nothing to complain of
        if not name.startswith("STANDFIRST_") or name == "STANDFIRST_DATA":
            continue
        if name in names:
            given[names[name]] = (value, f"environment {name}")
        else:
            short = {known.removeprefix("STANDFIRST_"): known for known in names}
            wanted = _perhaps(name.removeprefix("STANDFIRST_"), short)
            problems.append(_problem(Code.SETTING_UNKNOWN, "environment", name, repr(name), wanted))


def _nearest(key: str) -> str:
    """What an unknown key was meant to be: the one of that name in another section, or one that is spelt much alike."""
    named = [known for known in KEYS if known.partition(".")[2] == key.rpartition(".")[2]]
    return f"{named[0]}, perhaps" if named else _perhaps(key, {known: known for known in KEYS})


def _perhaps(word: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"{known[near[0]]}, perhaps" if near else "one of the keys that `standfirst settings` lists"


def _value(key: str, raw: Any, source: str, problems: list[Problem]) -> Any:
    """The value in its type and range. Where words are given numbers are read from them, and lists split at commas."""
    kind = KEYS[key]
    if isinstance(raw, str) and "tuple" in str(kind):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if isinstance(raw, str) and "dict" in str(kind):
        raw = dict(part.strip().partition("=")[::2] for part in raw.split(",") if part.strip())
    is_number = get_args(kind)[:1] in ((int,), (float,))
    try:
        value = msgspec.convert(raw, kind, strict=not (is_number and isinstance(raw, str)))
    except msgspec.ValidationError:
        problems.append(_problem(Code.SETTING_INVALID, source, key, without_secrets(key, repr(raw)), wanted_of(key)))
        return None
    for wrong in _misshapen(key, value):
        problems.append(_problem(Code.SETTING_INVALID, source, key, without_secrets(key, wrong), wanted_of(key)))
    return value


def wanted_of(key: str) -> str:
    """What a setting may be, in words; docs/settings.md says the same."""
    if key in _SHAPES:
        return _SHAPES[key]
    base, limits = get_args(KEYS[key])[:2]
    if base in (int, float):
        return f"a {'whole ' if base is int else ''}number from {limits.ge:.15g} to {limits.le:.15g}"
    if "datetime" in str(base):
        return "a date and time with zone, like 2026-11-23T12:00:00Z"
    return "a list of texts" if limits is Ellipsis else "text on one line"


# what cannot be said with a type; whoever uses the value reads it more exactly
_SHAPES = {
    "fetch.resolve": '"host:port" = "http://address:port", the address in numbers',
    "fetch.allow": "address:port or network/bits:port, an IPv6 one in brackets",
    "store.url": "nothing, memory:, or postgresql://user:password@host/name, an @ or / in the password as %40 or %2F",
}
_HOST_PORT = re.compile(r"(?:[^\s:/@\[\]]+|\[[\da-fA-F:.]+\]):\d{1,5}")
_ORIGIN = re.compile(r"https?://(?:([\d.]+)|\[([\da-fA-F:.]+)\])(?::(\d{1,5}))?/?", re.IGNORECASE)
_NETWORK = re.compile(r"(?:([\d.]+(?:/\d+)?)|\[([\da-fA-F:.]+(?:/\d+)?)\]):(\d{1,5})")
_STORE = re.compile(r"(?:memory:|postgres(?:ql)?://(?:[^/@]*@)?[^/@]*(?:/[^@]*)?)?")


def _misshapen(key: str, value: Any) -> Iterator[str]:
    """The parts of a value that do not have its shape."""
    if key == "fetch.resolve":
        yield from (f"{host!r} = {to!r}" for host, to in value.items() if not _is_mapping(host, to))
    elif key == "fetch.allow":
        yield from (repr(entry) for entry in value if not _is_address(_NETWORK.fullmatch(entry)))
    elif key == "store.url" and not _STORE.fullmatch(value):
        yield repr(value)


def _is_mapping(host: str, to: str) -> bool:
    named = _HOST_PORT.fullmatch(host) and 0 < int(host.rpartition(":")[2]) < 65536
    return bool(named) and _is_address(_ORIGIN.fullmatch(to))


def _is_address(match: re.Match[str] | None) -> bool:
    """Whether an address or network in numbers, of version 4 or 6, and its port, if it has one, can be."""
    if match is None or not 0 < int(match[3] or 80) < 65536:
        return False
    with suppress(ValueError):
        return bool(ip_network(match[1] or match[2], strict=False))
    return False


def without_secrets(key: str, words: str) -> str:
    """A setting's value, as words, without the password that an address in it carries.

    In the store's address everything up to the last "@" may be password: one that is written as it is, not with %40 and
    %2F, must not show its tail.
    """
    if key != "store.url":
        return re.sub(r"(://[^/?#\s:@]*):[^/?#\s\"']*@", r"\1:…@", words)
    words = re.sub(r"(://[^/:@]*)[:/@].*@", r"\1:…@", words)
    return re.sub(r"(pass\w*=)[^&\s\"']*", r"\1…", words)


def _problem(code: Code, source: str, where: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.SETTINGS, code, source, where, found[:300], wanted)


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
    if rate <= 0 or anchor is None:
        return lambda: at

    def simulated() -> datetime:
        now = datetime.now(UTC)
        passed = max(0.0, (now - anchor).total_seconds() * rate)
        return at + timedelta(seconds=passed) if passed < (now - at).total_seconds() else now

    return simulated
