from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standfirst.config import KEYS, ClockSettings, Settings, clock_of, load
from standfirst.errors import Code, SettingsError


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "standfirst.toml"
    file.write_text(text, "utf-8")
    return file


def codes(error: SettingsError) -> list[Code]:
    return [problem.code for problem in error.problems]


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
    assert any(problem.wanted == "a whole number" and problem.where == "serve.port" for problem in problems)
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


def test_a_clock_stands_still_or_hurries_until_it_has_caught_up() -> None:
    then = datetime(2024, 12, 26, 12, tzinfo=UTC)
    assert clock_of(ClockSettings(at=then))() == then
    now = datetime.now(UTC)
    hurrying = clock_of(ClockSettings(at=now - timedelta(days=3), anchor=now - timedelta(seconds=1), rate=3600))
    assert timedelta(days=2, hours=22) < now - hurrying() < timedelta(days=2, hours=23, minutes=1)
    caught_up = clock_of(ClockSettings(at=now - timedelta(days=3), anchor=now - timedelta(hours=1), rate=3600))
    assert abs(caught_up() - datetime.now(UTC)) < timedelta(seconds=5)
