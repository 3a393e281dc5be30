from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.extract.decode import to_utf8


def to_text(body: bytes, content_type: str) -> str:
    return to_utf8(body, content_type).decode("utf-8")


UMLAUTS = "Größe, Übermut, Ärger, Straße, Öl, Füße, Käse, Möwe, Tür, Höhe, Bär"


@pytest.mark.parametrize(
    ("body", "content_type", "wanted"),
    [
        ("ü".encode(), "", "ü"),
        ("ü".encode("cp1252"), "", "ü"),
        ("ü".encode("cp1252"), "text/html; charset=iso-8859-1", "ü"),
        ("“ü”".encode("cp1252"), "text/html; charset=ISO-8859-1", "“ü”"),
        ("я".encode("koi8-r"), "text/html; charset=koi8-r", "я"),
        (b'<meta charset="koi8-r">' + "я".encode("koi8-r"), "", '<meta charset="koi8-r">я'),
        (b"<meta http-equiv=x content='text/html; charset=gb2312'>" + "中".encode("gbk"), "",
         "<meta http-equiv=x content='text/html; charset=gb2312'>中"),
        ("\ufeffü".encode(), "text/html; charset=latin-1", "ü"),
        ("ü".encode("utf-16"), "", "ü"),
        ("<p>ü".encode("utf-16-be"), "", "<p>ü"),
        (b'<meta charset="utf-16">\xc3\xbc', "", '<meta charset="utf-16">ü'),
        (b"\xc3\xbc", "text/html; charset=nonsense", "ü"),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_the_encoding_is_found(body: bytes, content_type: str, wanted: str) -> None:
    assert to_text(body, content_type) == wanted


def test_bytes_that_are_plainly_utf8_are_believed_against_a_meta() -> None:
    html = f'<meta charset="iso-8859-1">{UMLAUTS * 3}'
    assert to_text(html.encode(), "") == html


def test_a_few_broken_characters_do_not_spoil_utf8() -> None:
    text = to_text(UMLAUTS.encode() * 10 + b"\xff", "")
    assert text.startswith(UMLAUTS)
    assert text.endswith("\ufffd")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_become_utf8(body: bytes, label: str) -> None:
    to_text(body, f"text/html; charset={label}")
