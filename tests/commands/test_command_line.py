"""What is given on the command line and cannot be used costs words and an exit status, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command import standfirst


@pytest.mark.parametrize(
    "words", [("ferry", "-strike"), ("-house", "ferry"), ("ferry", "-h"), ("ferry", "-beach", "--json")]
)
def test_a_word_left_out_is_no_option(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = standfirst(tmp_path, "search", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == ("[]" if "--json" in words else "nothing found")


def test_searching_still_explains_itself_and_needs_a_word(tmp_path: Path) -> None:
    assert "Print JSON." in standfirst(tmp_path, "search", "--help").stdout
    assert standfirst(tmp_path, "search", "--json").returncode == 2
    assert standfirst(tmp_path, "problems", "-h").stdout.startswith("Usage:")


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_said_in_words(tmp_path: Path, port: str) -> None:
    done = standfirst(tmp_path, "serve", "--port", port)
    assert done.returncode == 2
    assert f"found {port}, wanted a whole number from 0 to 65535" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("stage", ["feeds", "extraction", "states"])
def test_a_folder_without_documents_is_said_in_words(tmp_path: Path, stage: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name in ("empty", "file"):
        done = standfirst(tmp_path, "evaluate", stage, "--data", name)
        assert done.returncode == 2
        assert f"{name}: file-unreadable: found " in done.stderr
        assert "Traceback" not in done.stderr


def test_a_document_that_is_missing_among_the_others_is_named(tmp_path: Path) -> None:
    (tmp_path / "score_states.py").write_text("import json\ndef rows(f):\n return [json.loads(f.read_text())]\n")
    (tmp_path / "truth.jsonl").write_text('{"html": "absent.html", "state": "full"}\n')
    done = standfirst(tmp_path, "evaluate", "states", "--data", ".")
    assert done.returncode == 2
    assert "absent.html: file-unreadable: found No such file or directory, wanted a usable file" in done.stderr
