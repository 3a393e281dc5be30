"""Kept pages: the bytes that evidence points back to, in a folder of their own, one file for each digest."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path

from standfirst.errors import StoreError
from standfirst.store.engine import no_space, unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LEVEL = 6
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Pages:
    """A folder `ab/<digest>.zst`, ab being the digest's first two digits; each file is one Zstandard frame."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, digest: str, body: bytes) -> None:
        """Write the bytes unless they are there already. Raises DiskFullError or StoreError; never a torn file."""
        path = self._path(digest)
        if path is None:
            raise StoreError(f"{digest!r}: found no digest, wanted 64 lower-case hexadecimal digits")
        try:
            if not path.exists():
                _write_whole(path, _packed(body))
        except OSError as error:
            if error.errno in _FULL:
                raise no_space(str(path.parent)) from error
            raise unavailable(str(path.parent), error.strerror or str(error)) from error

    def read(self, digest: str) -> bytes | None:
        """The bytes, or None where there are none. Raises StoreError where the file is damaged."""
        path = self._path(digest)
        if path is None or not path.exists():
            return None
        import zstandard  # here, because the web process seldom needs it

        try:
            return zstandard.ZstdDecompressor().decompress(path.read_bytes())
        except (OSError, zstandard.ZstdError) as error:
            raise unavailable(str(path), str(error)) from error

    def _path(self, digest: str) -> Path | None:
        return self._folder / digest[:2] / f"{digest}.zst" if _DIGEST.fullmatch(digest) else None


def _packed(body: bytes) -> bytes:
    import zstandard  # here, because the web process seldom needs it

    return zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def _write_whole(path: Path, data: bytes) -> None:
    """Write under another name, then rename: a reader finds all of the file or none of it, after a crash too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A renamed file is safe from a power cut only once its folder is written, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
