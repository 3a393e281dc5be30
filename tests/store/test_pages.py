"""Tests of the kept pages' folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from standfirst.errors import DiskFullError, StoreError
from standfirst.model import digest_of
from standfirst.store.pages import Pages

BODY = b"<p>The ferry sails again.</p>" * 200
DIGEST = digest_of(BODY)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_page_lies_compressed_under_its_digest(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    pages.keep(DIGEST, BODY)
    pages.keep(DIGEST, BODY)
    assert files(tmp_path) == [f"{DIGEST[:2]}/{DIGEST}.zst"]
    assert (tmp_path / DIGEST[:2] / f"{DIGEST}.zst").stat().st_size < len(BODY) / 10
    assert pages.read(DIGEST) == BODY and pages.read("f" * 64) is None


def test_an_empty_page_is_a_page(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    pages.keep(digest_of(b""), b"")
    assert pages.read(digest_of(b"")) == b""


@pytest.mark.parametrize("digest", ["", "..", "../../../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_digest_is_a_name(tmp_path: Path, digest: str) -> None:
    pages = Pages(tmp_path)
    assert pages.read(digest) is None
    with pytest.raises(StoreError, match="wanted 64"):
        pages.keep(digest, BODY)
    assert files(tmp_path) == []


def test_a_damaged_page_says_where(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    pages.keep(DIGEST, BODY)
    path = tmp_path / DIGEST[:2] / f"{DIGEST}.zst"
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(StoreError, match=DIGEST):
        pages.read(DIGEST)


def test_a_full_disk_leaves_no_part_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match="no space left"):
        Pages(tmp_path).keep(DIGEST, BODY)
    assert files(tmp_path) == []


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("in the way")
    with pytest.raises(StoreError, match="pages"):
        Pages(tmp_path / "pages").keep(DIGEST, BODY)
