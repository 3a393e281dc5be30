from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.commands.reading import LARGEST_FILE, in_words, read_source
from standfirst.config import Settings
from standfirst.errors import Code, Problem, Stage
from standfirst.extract.capture import Capture
from standfirst.model import Article
from tests.fakes import article_html, item, rss

from .command import standfirst

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CAPTURE = (
    "1 month ago 11\n\nFerry “Möwe” held in port\n\nInspectors found a worn seal\n\n"
    "The ferry was held in port after an inspector found a worn seal.\n\nRead this article on source website"
)
PAGE = article_html("Ferry held", *["The ferry was held in port after an inspector found a worn seal."] * 5)


def read(source: Path | str, url: str = "") -> Article | Capture | Problem:
    return read_source(str(source), url, Settings(), lambda: NOW)


def refused(source: Path | str, url: str = "") -> Problem:
    found = read(source, url)
    assert isinstance(found, Problem), found
    return found


def kept(folder: Path, data: bytes) -> Path:
    file = folder / "given"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_capture_is_read_in_every_encoding_that_leaves_no_doubt(encoding: str, tmp_path: Path) -> None:
    found = read(kept(tmp_path, CAPTURE.encode(encoding)))
    assert isinstance(found, Capture)
    assert found.article.headline == "Ferry “Möwe” held in port"
    assert found.age == "1 month ago"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (CAPTURE.encode("utf-16-le"), "bytes that are no text (U+0000) at offset 1"),
        (CAPTURE.encode("utf-16-be"), "bytes that are no text (U+0000) at offset 0"),
        (CAPTURE.encode("windows-1252"), "bytes that are no UTF-8 text at offset 22"),
        (CAPTURE.replace("seal", "se\0al").encode(), "bytes that are no text (U+0000) at offset"),
        (CAPTURE.replace("month", "mo\0th").encode("utf-16"), "bytes that are no text (U+0000) at offset 10"),
        (CAPTURE.encode("utf-16") + b"\x00", "bytes that are no UTF-16 text at offset"),
        (CAPTURE.encode("utf-32"), "bytes that are no text (U+0000) at offset 2"),
        (bytes(range(128, 256)), "bytes that are no UTF-8 text at offset 0"),
    ],
)  # fmt: skip
def test_letters_are_never_guessed_and_never_lost(data: bytes, found: str, tmp_path: Path) -> None:
    problem = refused(kept(tmp_path, data))
    assert problem.code is Code.CAPTURE_INCOMPLETE
    assert problem.found.startswith(found)
    assert problem.wanted == "UTF-8, or UTF-16 with a byte order mark"
    assert in_words(problem).endswith(
        "To do: give the whole page as UTF-8 text: age line, headline, standfirst, body, link line."
    )


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive, or a document packed as one"),
        (rss(item(1)), "a feed: give its address to `standfirst add`"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "a feed: "),
        (b'<?xml version="1.0"?>\n<!-- x --><rdf:RDF xmlns:rdf="x"></rdf:RDF>', "a feed: "),
        (rss(item(1)).decode().encode("utf-16"), "a feed: "),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "a feed: "),
        (PAGE.decode().encode("utf-16-le"), "binary data, or UTF-16 without a byte order mark"),
    ],
)
def test_what_is_no_article_says_what_it_is(data: bytes, found: str, tmp_path: Path) -> None:
    file = kept(tmp_path, data)
    problem = refused(file)
    assert (problem.code, problem.source) == (Code.NOT_HTML, str(file))
    assert problem.found.startswith(found)
    assert "To do: give an article's web page" in in_words(problem)


def test_a_saved_page_is_read_and_its_problem_names_the_file(tmp_path: Path) -> None:
    found = read(kept(tmp_path, PAGE), "https://tide.example/news/1")
    assert isinstance(found, Article) and found.url == "https://tide.example/news/1"
    assert isinstance(read(kept(tmp_path, PAGE.decode().encode("utf-16"))), Article)
    file = kept(tmp_path, b"<p>x</p>")
    for problem in (refused(file), refused(file, "https://tide.example/news/1")):
        assert (problem.code, problem.source) == (Code.PAGE_UNREADABLE, str(file))
        assert "the feed's own text" not in in_words(problem)


@pytest.mark.parametrize("address", ["ftp://a.example/x", "FILE:///etc/hosts", "gopher://a.example"])
def test_an_address_of_another_kind_is_no_file_name(address: str) -> None:
    problem = refused(address)
    assert problem.code is Code.ADDRESS_INVALID
    assert problem.wanted == "http:// or https://, or the path of a file"


@pytest.mark.parametrize("address", ["HTTP://127.0.0.1:9/x", "Https://127.0.0.1:9/x"])
def test_an_address_in_capitals_is_an_address(address: str) -> None:
    problem = refused(address)
    assert problem.code is Code.ADDRESS_REFUSED
    assert "remove the feed" not in in_words(problem)


def test_an_address_given_for_a_page_is_one(tmp_path: Path) -> None:
    problem = refused(kept(tmp_path, PAGE), "nonsense")
    assert (problem.code, problem.source, problem.where) == (Code.ADDRESS_INVALID, "nonsense", "--url")


def test_what_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    assert refused(tmp_path).found == "a folder"
    assert refused(kept(tmp_path, b"")).found == "an empty file"
    assert refused(tmp_path / "absent").found == "No such file or directory"
    assert refused("a\0b").code is Code.FILE_UNREADABLE


def test_a_file_over_the_limit_is_not_cut(tmp_path: Path) -> None:
    file = kept(tmp_path, b"<")
    with file.open("r+b") as opened:
        opened.truncate(LARGEST_FILE + 1)
    problem = refused(file)
    assert (problem.code, problem.found) == (Code.TOO_LARGE, f"more than {LARGEST_FILE} bytes")
    assert "feed" not in in_words(problem)


def test_no_advice_here_speaks_of_collecting() -> None:
    codes = list(Code)
    fetching = codes[: codes.index(Code.GONE) + 1]
    for code in (*fetching, Code.NOT_HTML, Code.PAGE_UNREADABLE, Code.CAPTURE_INCOMPLETE, Code.FILE_UNREADABLE):
        words = in_words(Problem(Stage.FETCH, code, "x", "", "y", "z"))
        assert words.startswith(f"x: {code}: found y, wanted z. To do: ") and words.endswith(".")
        assert "by itself" not in words and "feed" not in words, words


def test_the_command_prints_the_article_or_the_problem(tmp_path: Path) -> None:
    kept(tmp_path, CAPTURE.encode())
    done = standfirst(tmp_path, "read", "given", "--as", "text")
    assert (done.returncode, done.stdout) == (0, CAPTURE)
    assert json.loads(standfirst(tmp_path, "read", "given", "--json").stdout)["opened"] == 11
    kept(tmp_path, CAPTURE.encode("windows-1252"))
    done = standfirst(tmp_path, "read", "given", "--as", "text")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("given: capture-incomplete: found bytes that are no UTF-8 text at offset 22, wanted")
