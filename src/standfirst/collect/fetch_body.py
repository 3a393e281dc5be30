"""The body of an answer, decoded as it comes in, never more of it than the limits allow.

Codings: gzip and deflate (RFC 1950-1952; a bare deflate stream too, as some servers send), br (RFC 7932), zstd (RFC
8878, window 8 MiB at most as RFC 9659 asks).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import brotli
import zstandard

from standfirst.collect.fetch_trouble import Trouble
from standfirst.config import FetchSettings
from standfirst.errors import Code

ACCEPTED = "gzip, deflate, br, zstd"
MIB = 1024 * 1024
_PIECE = 64 * 1024
_RATIO = 100
# One zstd block of 4 bytes can stand for 128 KiB and the decoder gives all of a slice at once: 8 MiB here at most.
_ZSTD_SLICE = 256
_WINDOW = 8 * MIB


class Body:
    """One body in the making: `add` what came in, then `finish`. Raises Trouble past a limit or at a damaged stream."""

    def __init__(self, coding: str, settings: FetchSettings) -> None:
        self._coding, self._decoder = _decoder(coding)
        self._settings = settings
        self._wire = 0
        self._body = bytearray()

    @property
    def is_large(self) -> bool:
        """Whether it has grown past 1 MiB."""
        return len(self._body) > MIB

    @property
    def size(self) -> int:
        """Bytes so far, decoded."""
        return len(self._body)

    def so_far(self) -> bytes:
        """What came so far, decoded, whole or not."""
        return bytes(self._body)

    def add(self, chunk: bytes) -> None:
        """Take the next bytes as they came over the wire."""
        self._wire += len(chunk)
        if self._wire > self._settings.max_wire:
            raise too_large(f"more than {self._settings.max_wire} bytes", self._settings.max_wire)
        try:
            for piece in self._decoder.inflate(chunk):
                self._body += piece
                self._check()
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise Trouble(Code.BAD_ANSWER, f"damaged {self._coding}: {error}", "an undamaged answer") from error

    def finish(self) -> bytes:
        """The whole body."""
        if self._wire and not self._decoder.is_whole:
            raise Trouble(Code.BAD_ANSWER, f"{self._coding} that breaks off", "a complete answer")
        return bytes(self._body)

    def _check(self) -> None:
        size, limit = len(self._body), self._settings.max_inflated
        if size > limit:
            raise too_large(f"more than {limit} bytes after decoding", limit)
        if size > MIB and size > _RATIO * self._wire:
            raise Trouble(Code.TOO_LARGE, f"{self._wire} bytes that stand for over {size}", f"{_RATIO} to 1 at most")


def too_large(found: str, limit: int) -> Trouble:
    """A body over a limit of so many bytes."""
    return Trouble(Code.TOO_LARGE, found, f"{limit} bytes at most")


class _Plain:
    """No coding, or one that is no compression (some servers name a charset here)."""

    is_whole = True

    def inflate(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    """gzip, of one member or several, and deflate."""

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding == "gzip"
        self._stream: zlib._Decompress | None = None
        self._kept = b""

    @property
    def is_whole(self) -> bool:
        return self._stream is not None and self._stream.eof

    def inflate(self, data: bytes) -> Iterator[bytes]:
        data = self._kept + data
        while data:
            stream, self._kept = self._current(data), b""
            if stream is None:
                self._kept = data[:1]
                return
            piece = stream.decompress(data, _PIECE)
            yield piece
            data = stream.unconsumed_tail or stream.unused_data
            while len(piece) == _PIECE and not data:  # what was taken in but not yet given out
                piece = stream.decompress(b"", _PIECE)
                yield piece

    def _current(self, data: bytes) -> zlib._Decompress | None:
        """The stream that takes these bytes; None while two bytes are not there to tell, or for padding at the end."""
        if self._stream is not None and not self._stream.eof:
            return self._stream
        if len(data) < 2 or (self._stream is not None and data[:2] != b"\x1f\x8b"):
            return None
        is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        self._stream = zlib.decompressobj(31 if self._is_gzip else 15 if is_zlib else -15)
        return self._stream


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_whole(self) -> bool:
        return bool(self._stream.is_finished())

    def inflate(self, data: bytes) -> Iterator[bytes]:
        while not self.is_whole:
            piece = self._stream.process(data, output_buffer_limit=_PIECE)
            if not piece:
                return
            yield piece
            data = b""


class _Zstd:
    """zstd, of one frame or several."""

    def __init__(self) -> None:
        self._frames = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._stream = self._frames.decompressobj()

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def inflate(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            rest = data[start : start + _ZSTD_SLICE]
            while rest:
                if self._stream.eof:
                    self._stream = self._frames.decompressobj()
                yield self._stream.decompress(rest)
                rest = self._stream.unused_data if self._stream.eof else b""


def _decoder(coding: str) -> tuple[str, _Plain | _Zlib | _Brotli | _Zstd]:
    """The decoder for a Content-Encoding header. Several codings on top of each other are refused, unread."""
    names = [name.strip().removeprefix("x-") for name in coding.lower().split(",")]
    known = [name for name in names if name in ("gzip", "deflate", "br", "zstd")]
    if len(known) > 1:
        raise Trouble(Code.BAD_ANSWER, f"Content-Encoding {coding!r}", f"one of {ACCEPTED}, or none")
    name = known[0] if known else ""
    if name == "br":
        return name, _Brotli()
    if name == "zstd":
        return name, _Zstd()
    return name, _Zlib(name) if name else _Plain()
