from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from standfirst.config import KEYS, ClockSettings, Settings, clock_of, load, wanted_of
from standfirst.errors import Code, Problem, SettingsError

NUMBERS = [key for key, kind in KEYS.items() if get_args(kind)[:1] in ((int,), (float,))]
MOMENT = "a date and time with zone, like 2026-11-23T12:00:00Z"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "standfirst.toml"
    file.write_text(text, "utf-8")
    return file


def codes(error: SettingsError) -> list[Code]:
    return [problem.code for problem in error.problems]


def refused(file: Path | None, environment: dict[str, str] | None = None, **flags: object) -> list[Problem]:
    """The problems of settings that are refused."""
    with pytest.raises(SettingsError) as caught:
        load(file, environment or {}, {key.replace("__", "."): value for key, value in flags.items()})
    return list(caught.value.problems)


def test_file_then_environment_then_flags(tmp_path: Path) -> None:
    file = written(tmp_path, '[serve]\nport = 1\nhost = "::1"\n[fetch]\nhost_gap = 2\n')
    environment = {"STANDFIRST_SERVE_PORT": "2", "STANDFIRST_SERVE_NAMES": "a.example, b.example", "HOME": "/"}
    settings, origins = load(file, environment, {"serve.port": 3, "store.folder": None})
    assert (settings.serve.port, settings.serve.host, settings.fetch.host_gap) == (3, "::1", 2.0)
    assert settings.serve.names == ("a.example", "b.example")
    sources = {origin.key: origin.source for origin in origins}
    assert sources["serve.port"] == "flag"
    assert sources["serve.host"] == str(file)
    assert sources["serve.names"] == "environment STANDFIRST_SERVE_NAMES"
    assert sources["store.folder"] == "default"
    assert set(sources) == set(KEYS)


def test_the_resolve_table_is_one_value(tmp_path: Path) -> None:
    file = written(tmp_path, '[fetch.resolve]\n"source.example:443" = "http://127.0.0.1:8801"\n')
    assert load(file, {})[0].fetch.resolve == {"source.example:443": "http://127.0.0.1:8801"}


def test_every_mistake_is_named_at_once_with_what_was_meant(tmp_path: Path) -> None:
    file = written(tmp_path, '[serve]\nprot = 1\nport = "many"\n[fetsch]\nallow = []\n')
    with pytest.raises(SettingsError) as caught:
        load(file, {"STANDFIRST_SERVE_HOTS": "x"})
    problems = caught.value.problems
    assert sorted(codes(caught.value)) == sorted([Code.SETTING_UNKNOWN] * 3 + [Code.SETTING_INVALID])
    assert any("serve.port, perhaps" in problem.wanted for problem in problems)
    assert any(
        problem.wanted == "a whole number from 0 to 65535" and problem.where == "serve.port" for problem in problems
    )
    assert any(problem.wanted == "STANDFIRST_SERVE_HOST, perhaps" for problem in problems)


@pytest.mark.parametrize("text", ["[serve", "serve = 1\n", "\xff"])
def test_a_file_that_is_no_settings_file_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "standfirst.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        load(file, {})


def test_a_file_that_is_not_there_is_an_error_only_when_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {})[0] == Settings()
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "absent.toml", {})
    assert codes(caught.value) == [Code.FILE_UNREADABLE]


@pytest.mark.parametrize("key", NUMBERS)
def test_every_number_has_a_range_and_is_refused_outside(key: str, tmp_path: Path) -> None:
    section, name = key.split(".")
    limits = get_args(KEYS[key])[1]
    for inside in (limits.ge, limits.le):
        file = written(tmp_path, f"[{section}]\n{name} = {inside!r}\n")
        assert load(file, {})[0]
    for outside in (limits.ge - 1, limits.le + 1, "nan", "inf", "-inf", 10**30, "true", '"x"', '""'):
        (problem,) = refused(written(tmp_path, f"[{section}]\n{name} = {outside}\n"))
        assert problem.code is Code.SETTING_INVALID and problem.where == key
        assert problem.wanted == wanted_of(key)
        assert "number from" in problem.wanted and str(limits.le).removesuffix(".0") in problem.wanted.replace(",", "")


def test_numbers_from_the_environment_and_from_flags_have_the_same_ranges() -> None:
    for words in ("99999", "-1", "nan", "8800.5", "0x10"):
        (problem,) = refused(None, {"STANDFIRST_SERVE_PORT": words})
        assert problem.wanted == "a whole number from 0 to 65535"
    (problem,) = refused(None, serve__port=99999)
    assert (problem.source, problem.where, problem.found) == ("flag", "serve.port", "99999")
    assert load(None, {"STANDFIRST_FETCH_HOST_GAP": "0.5"})[0].fetch.host_gap == 0.5


@pytest.mark.parametrize("at", ['"2024"', "2024", '"2024-01-01"', "2024-01-01", "2024-01-01T00:00:00", '"null"', '""'])
def test_a_moment_is_a_date_and_time_with_its_zone(at: str, tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, f"[clock]\nat = {at}\n"))
    assert (problem.where, problem.wanted) == ("clock.at", MOMENT)
    assert [p.wanted for p in refused(None, {"STANDFIRST_CLOCK_AT": at.strip('"')})] == [MOMENT]


@pytest.mark.parametrize("at", ["2024-01-01T00:00:00Z", '"2024-01-01T01:00:00+01:00"'])
def test_a_moment_is_taken_as_toml_s_own_and_as_text(at: str, tmp_path: Path) -> None:
    assert load(written(tmp_path, f"[clock]\nat = {at}\n"), {})[0].clock.at == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("resolve", "well"),
    [
        ("a.example:443=http://127.0.0.1:8801", True),
        ("a.example:443=https://127.0.0.1/, b.example:80=http://[::1]:8801", True),
        ("[2001:db8::1]:80=http://127.0.0.1", True),
        ("a.example:443", False),
        ("a.example=http://127.0.0.1:8801", False),
        ("a.example:0=http://127.0.0.1:8801", False),
        ("a.example:443=127.0.0.1:8801", False),
        ("a.example:443=http://localhost:8801", False),
        ("a.example:443=http://127.0.0.1:88010", False),
        ("a.example:443=http://127.0.0.300", False),
        ("a.example:443=http://127.0.0.1:8801/path", False),
    ],
)
def test_a_mapping_of_hosts_has_its_shape(resolve: str, well: bool, tmp_path: Path) -> None:
    pairs = dict(part.strip().partition("=")[::2] for part in resolve.split(","))
    file = written(tmp_path, "[fetch.resolve]\n" + "".join(f'"{host}" = "{to}"\n' for host, to in pairs.items()))
    if well:
        assert load(file, {})[0].fetch.resolve == pairs
        assert load(None, {"STANDFIRST_FETCH_RESOLVE": resolve})[0].fetch.resolve == pairs
        return
    for (problem,) in (refused(file), refused(None, {"STANDFIRST_FETCH_RESOLVE": resolve})):
        assert problem.where == "fetch.resolve" and "a.example" in problem.found
        assert problem.wanted == '"host:port" = "http://address:port", the address in numbers'


def test_an_allowed_address_has_its_shape_and_each_wrong_one_is_named() -> None:
    well = ("192.168.1.5:8080", "192.168.1.5/24:80", "[fd00::5]:80", "[fd00::/8]:443")
    assert load(None, {"STANDFIRST_FETCH_ALLOW": ", ".join(well)})[0].fetch.allow == well
    wrong = ["localhost:80", "10.0.0.1", "10.0.0.1:0", "10.0.0.1:99999", "10.0.0.0/40:80", "fd00::5:80", "[10.0.0.1:80"]
    problems = refused(None, {"STANDFIRST_FETCH_ALLOW": ",".join(wrong)})
    assert [problem.found for problem in problems] == [repr(entry) for entry in wrong]


@pytest.mark.parametrize(
    "url", ["", "memory:", "postgresql://ann:x%40y@h/n", "postgres:///n?host=/run", "postgresql://"]
)
def test_a_store_s_address_is_taken(url: str) -> None:
    assert load(None, {}, {"store.url": url})[0].store.url == url


@pytest.mark.parametrize(
    "url", ["mysql://ann:TAIL@h/n", "postgresql://ann:se@TAIL@h/n", "postgresql://ann:se/TAIL@h/n"]
)
def test_a_store_s_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    (problem,) = refused(None, {"STANDFIRST_STORE_URL": url})
    assert "ann:…@h/n" in problem.found and "TAIL" not in str(problem)


def test_text_is_one_line() -> None:
    problems = refused(None, {"STANDFIRST_FETCH_CONTACT": "a\r\nX: y", "STANDFIRST_STORE_FOLDER": "a\0b"})
    assert [problem.wanted for problem in problems] == ["text on one line"] * 2


def test_a_key_that_is_like_none_gets_no_guess(tmp_path: Path) -> None:
    file = written(tmp_path, "x = 1\nport = 1\nserve2 = 1\n[q]\nzz = 1\n[intake]\nport = 3\n")
    listed = "one of the keys that `standfirst settings` lists"
    found = {problem.where: problem.wanted for problem in refused(file, {"STANDFIRST_Q": "1"})}
    assert found["x"] == found["q.zz"] == found["STANDFIRST_Q"] == listed
    assert found["port"] == found["intake.port"] == "serve.port, perhaps"
    assert refused(written(tmp_path, "serve = 1\n"))[0].wanted == "a section [serve]"


def test_what_was_found_is_cut() -> None:
    (problem,) = refused(None, {"STANDFIRST_SERVE_PORT": "9" * 5000})
    assert len(problem.found) == 300


def test_a_clock_stands_still_or_hurries_until_it_has_caught_up() -> None:
    then = datetime(2024, 12, 26, 12, tzinfo=UTC)
    assert clock_of(ClockSettings(at=then))() == then
    now = datetime.now(UTC)
    hurrying = clock_of(ClockSettings(at=now - timedelta(days=3), anchor=now - timedelta(seconds=1), rate=3600))
    assert timedelta(days=2, hours=22) < now - hurrying() < timedelta(days=2, hours=23, minutes=1)
    caught_up = clock_of(ClockSettings(at=now - timedelta(days=3), anchor=now - timedelta(hours=1), rate=3600))
    assert abs(caught_up() - datetime.now(UTC)) < timedelta(seconds=5)
    for anchor in (now + timedelta(days=1), datetime(9999, 12, 31, tzinfo=UTC)):
        assert clock_of(ClockSettings(at=then, anchor=anchor, rate=1e7))() == then
    long_ago = clock_of(ClockSettings(at=then, anchor=datetime(1, 1, 1, tzinfo=UTC), rate=1e7))
    assert abs(long_ago() - datetime.now(UTC)) < timedelta(seconds=5)
