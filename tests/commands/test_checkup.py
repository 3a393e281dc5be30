from __future__ import annotations

import sys
from pathlib import Path

import pytest

from standfirst.commands.checkup import Finding, examine
from standfirst.config import Settings, StoreSettings


def findings(store: StoreSettings) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(Settings(store=store))}


def test_a_fresh_folder_is_well_and_nothing_is_made_in_it(tmp_path: Path) -> None:
    found = findings(StoreSettings(folder=str(tmp_path / "data")))
    assert found["store"].well and found[f"data folder {tmp_path / 'data'}"].well
    assert list(tmp_path.iterdir()) == []


def test_a_missing_driver_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "standfirst.store.postgres", raising=False)
    finding = findings(StoreSettings(str(tmp_path), "postgresql://ann:secret@127.0.0.1:1/news"))["store"]
    assert not finding.well
    assert str(finding).endswith("needs the extra 'postgres'. To do: install it with `uv sync --extra postgres`")


def test_a_store_that_is_none_is_a_finding_with_one_full_stop(tmp_path: Path) -> None:
    (tmp_path / "standfirst.db").write_bytes(b"no database" * 500)
    finding = findings(StoreSettings(folder=str(tmp_path)))["store"]
    assert not finding.well
    assert str(finding).count(". To do: ") == 1
    assert ".." not in str(finding)


def test_a_finding_ends_in_one_full_stop_before_what_to_do() -> None:
    assert str(Finding(False, "store", "it cannot be written.", "look")) == (
        "trouble  store: it cannot be written. To do: look"
    )
    assert str(Finding(True, "Python", "3.11.2")) == "ok       Python: 3.11.2"
