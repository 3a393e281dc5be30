from __future__ import annotations

import pytest

from standfirst.extract.forms import normal

ADDRESS = "https://gazette.example/news/"


@pytest.mark.parametrize(
    ("raw", "form", "wanted"),
    [
        (" a\n\tb\u00a0c\x00 ", "words", "a b c"),
        ("a\u00adb", "words", "a\u00adb"),
        ("By Ann Dale", "words[3:11]", "Ann Dale"),
        ("Tom &amp;amp; <b>Ann</b>", "html-words", "Tom & Ann"),
        ("a < b", "html-words", "a < b"),
        ("2026-03-01T09:58:59+02:00", "minute", "2026-03-01T07:58Z"),
        ("2026-03-01 09:58", "minute", "2026-03-01T09:58Z"),
        ("Sun, 01 Mar 2026 09:58:00 GMT", "minute", "2026-03-01T09:58Z"),
        ("1970-01-01", "minute", None),
        ("yesterday", "minute", None),
        ("Stand: 1.3.2026, 9.58 Uhr", "printed-date", "2026-03-01T09:58Z"),
        ("2026/03/01", "printed-date", "2026-03-01T00:00Z"),
        ("2026年3月1日 9:58", "printed-date", "2026-03-01T09:58Z"),
        ("31.2.2026", "printed-date", None),
        ("1.3.2026, 29:58", "printed-date", None),
        ("Veröffentlicht am 13. Mai 2026 um 15:44", "printed-date", "2026-05-13T15:44Z"),
        ("1 de marzo de 2026", "printed-date", "2026-03-01T00:00Z"),
        ("Mar. 1st, 2026, 9:58 p.m. ET", "printed-date", "2026-03-01T21:58Z"),
        ("12 a.m., 1 March 2026 12:05 am", "printed-date", "2026-03-01T00:05Z"),
        ("3/4/2026", "printed-date", None),
        ("in May 2026", "printed-date", None),
        ("en_GB", "language", "en"),
        ("DE-at", "language", "de"),
        ("english", "language", None),
        ("x/?utm_source=a#b", f"url {ADDRESS}", f"{ADDRESS}x/"),
        ("mailto:a@b.example", f"url {ADDRESS}", None),
        ("x", "unheard-of", None),
        ("x", "unheard-of[0:1]", None),
    ],
)
def test_normal_forms(raw: str, form: str, wanted: str | None) -> None:
    assert normal(raw, form) == wanted
