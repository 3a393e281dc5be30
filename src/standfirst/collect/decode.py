"""Bytes of a feed document to text: which charset it is in, and what to do where bytes and label disagree.

Order (RFC 7303 section 3, XML 1.0 appendix F): byte order mark, HTTP charset, XML declaration, UTF-8; where the bytes
are in none of these, what they look like (guess.py), else UTF-8 with wrong bytes. One departure: a declaration of UTF-8
that the bytes bear out goes before the HTTP charset, because text is not valid UTF-8 by chance, while servers send a
default charset for every file.
"""

from __future__ import annotations

import codecs
import re
import zlib

from standfirst.collect.guess import guessed
from standfirst.model import Page

_GZIP = b"\x1f\x8b"
_MIB = 1024 * 1024
_LARGEST, _RATIO, _MOST_MEMBERS = 30 * _MIB, 100, 100

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?xm" or "<" and a letter, as it looks where no byte order mark stands (XML 1.0 appendix F)
_BARE = (
    (re.compile(rb"<\0\0\0[?!a-zA-Z]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<\0\0\0[?!a-zA-Z]"), "utf-32-be"),
    (re.compile(rb"<\0[?!a-zA-Z]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[?!a-zA-Z]"), "utf-16-be"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)

# what a label means in practice (WHATWG Encoding Standard, section 4.2): the wider set that contains it
_WIDER = {
    "iso8859-1": "latin-1",
    "ascii": "latin-1",
    "cp1252": "latin-1",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# codecs that are no charsets of documents, or would be read by their pattern of bytes if they were true
_REFUSED = re.compile(r"utf-?7|utf-?16|utf-?32|idna|punycode|undefined|.*escape|palmos|mbcs|oem")

_WINDOWS = {code: bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_STRAY = {0xDC00 + code: _WINDOWS.get(code, chr(code)) for code in range(0x80, 0x100)}
_C1 = re.compile("[\x80-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def text_of(page: Page) -> str:
    """The text of a fetched document; a body that is a gzip file (RFC 1952) is inflated first.

    Raises ValueError, with words, for gzip that is damaged, or inflates to more than 30 MiB, or past 1 MiB to more than
    100 times its size.
    """
    body = inflated(page.body) if page.body.startswith(_GZIP) else page.body
    return decode(body, page.media_type or page.headers.get("content-type", ""))


def inflated(data: bytes) -> bytes:
    """The content of a gzip file of one member or several. Raises ValueError as `text_of` does."""
    limit = min(_LARGEST, max(_MIB, _RATIO * len(data)))
    out, members = bytearray(), 0
    while data.startswith(_GZIP) and members < _MOST_MEMBERS:
        stream = zlib.decompressobj(31)
        try:
            out += stream.decompress(data, limit + 1 - len(out))
        except zlib.error as error:
            raise ValueError(f"damaged gzip ({error})") from error
        if len(out) > limit:
            raise ValueError(f"gzip of more than {limit} bytes")
        if not stream.eof:
            raise ValueError("gzip that breaks off")
        data, members = stream.unused_data, members + 1
    return bytes(out)


def decode(body: bytes, content_type: str) -> str:
    """The text of a feed document. content_type: the HTTP header's value, or "". Never fails.

    Bytes that are wrong in UTF-8 are read as windows-1252, each by itself; so are C1 controls in Latin-1.
    """
    codec, skipped = _codec_by_bytes(body)
    if codec:
        return body[skipped:].decode(codec, "replace")
    text = _decoded(body, content_type)
    return text if text.isascii() or not _C1.search(text) else text.translate(_WINDOWS)


def _codec_by_bytes(body: bytes) -> tuple[str, int]:
    """The codec that the first bytes prove, with the length of the mark; ("", 0) where they prove none."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return ("", 0) if codec == "utf-8" else (codec, len(mark))
    for look, codec in _BARE:
        if look.match(body):
            return codec, 0
    return "", 0


def _decoded(body: bytes, content_type: str) -> str:
    if body.startswith(codecs.BOM_UTF8):
        return _lenient(body[3:])
    for codec in _candidates(body, content_type):
        try:
            return body.decode(codec)
        except (UnicodeError, LookupError):
            continue
    codec = guessed(body)
    return body.decode(codec, "replace") if codec else _lenient(body)


def _candidates(body: bytes, content_type: str) -> list[str]:
    head = body[:1024]
    if head.startswith(_EBCDIC):
        head = head.decode("cp037").encode("ascii", "replace")
    declared = _DECLARED.match(head)
    sent = _CHARSET.search(content_type)
    by_document = _codec(declared[1].decode("ascii")) if declared else ""
    by_server = _codec(sent[1]) if sent else ""
    first = [by_document] if by_document == "utf-8" else []
    return [codec for codec in (*first, by_server, by_document, "utf-8") if codec]


def _codec(label: str) -> str:
    """Python's name of the charset that a label stands for in practice, "" for none that a document may be in."""
    if _REFUSED.fullmatch(label.lower().removesuffix("le").removesuffix("be").rstrip("-_")):
        return ""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(name, name)


def _lenient(body: bytes) -> str:
    text = body.decode("utf-8", "surrogateescape")
    return text.translate(_STRAY) if _SURROGATE.search(text) else text
