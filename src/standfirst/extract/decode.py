"""Bytes to text: which character encoding a page is in, decided as browsers decide.

Order of the WHATWG HTML standard (13.2.3): byte order mark, the transport's charset, a meta prescan of the first 1024
bytes; then UTF-8 if the bytes are that, else windows-1252.
"""

from __future__ import annotations

import codecs
import functools
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,>]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_SCAN = 1024
_MANY = 40
_ASCII = bytes(range(128))
# WHATWG Encoding, section 4.2: these labels mean more than they say
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_WIDER |= {"euc_kr": "cp949", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "utf-7": "cp1252"}


def to_utf8(body: bytes, content_type: str) -> bytes:
    """A page's text as UTF-8, without its byte order mark. content_type: the header's value, or "".

    Never fails: what cannot be read is U+FFFD, or "?" where a codec makes a lone surrogate, which is no character.
    """
    name, start = _encoding(body, content_type)
    if name == "utf-8" and _is_utf8(body):
        return body[start:]
    return body[start:].decode(name, "replace").encode("utf-8", "replace")


def _encoding(body: bytes, content_type: str) -> tuple[str, int]:
    """The codec, and where the text begins."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name, len(mark)
    return _known(_from_header(content_type)) or _plainly_utf8(body) or _known(_from_meta(body)) or _guess(body), 0


@functools.lru_cache(maxsize=2)
def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_header(content_type: str) -> str:
    match = _CHARSET.search(content_type)
    return match[1] if match else ""


def _from_meta(body: bytes) -> str:
    match = _META.search(body, 0, _SCAN) or _META.search(body, 0, 16 * _SCAN)
    name = match[1].decode("ascii") if match else ""
    # the standard: a meta that was readable as ASCII cannot be telling the truth about UTF-16
    return "utf-8" if name.lower().startswith("utf-16") else name


def _known(label: str) -> str | None:
    """The codec of a label, or None where it names no text encoding."""
    try:
        info = codecs.lookup(label.strip()) if label else None
    except (LookupError, ValueError):
        return None
    if info is None or not getattr(info, "_is_text_encoding", True):
        return None
    return (
        None
        if info.name in ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined")
        else (_WIDER.get(info.name, info.name))
    )


def _plainly_utf8(body: bytes) -> str | None:
    """UTF-8 where the bytes prove it: many sequences, none broken. Pages passed on keep a meta that is wrong."""
    return "utf-8" if _is_utf8(body) and len(body.translate(None, _ASCII)) >= _MANY else None


def _guess(body: bytes) -> str:
    head = body[:4]
    if len(head) == 4 and head[0] == 0 and head[1] and head[2] == 0 and head[3]:
        return "utf-16-be"
    if len(head) == 4 and head[0] and head[1] == 0 and head[2] and head[3] == 0:
        return "utf-16-le"
    return "utf-8" if _is_utf8(body) or _mostly_utf8(body) else "cp1252"


def _mostly_utf8(body: bytes) -> bool:
    """Whether a few broken characters spoil what is UTF-8 otherwise (a cut file, a bad advertisement)."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    return broken * 20 < sum(byte >= 0xC2 for byte in body)
