from __future__ import annotations

import json

import pytest

from standfirst.commands.terminal import rows_json, setting_lines, value_shown
from standfirst.config import Origin

ADDRESSES = {
    "postgresql://ann:secret@db.example/news": "postgresql://ann:…@db.example/news",
    "postgresql://ann:sec@ret@db.example/news": "postgresql://ann:…@db.example/news",
    "postgresql://ann@sec:ret@db.example/news": "postgresql://ann:…@db.example/news",
    "postgresql://ann:sec/ret@db.example/news": "postgresql://ann:…@db.example/news",
    "postgresql://ann:sec?ret@db.example": "postgresql://ann:…@db.example",
    "mysql://ann:secret@db.example/news": "mysql://ann:…@db.example/news",
    "postgresql://db.example/news?user=ann&password=secret&sslmode=require": (
        "postgresql://db.example/news?user=ann&password=…&sslmode=require"
    ),
    "postgresql://ann@db.example:5432/news": "postgresql://ann@db.example:5432/news",
    "postgresql:///news?host=/run/postgresql": "postgresql:///news?host=/run/postgresql",
    "": "",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_password_in_the_store_s_address_is_never_shown(address: str) -> None:
    origin = Origin("store.url", address, "a file")
    assert json.loads(rows_json([origin])) == [{"key": "store.url", "value": ADDRESSES[address], "source": "a file"}]
    assert setting_lines([origin]) == [f'store.url = "{ADDRESSES[address]}"  (a file)']


def test_a_password_in_any_other_address_is_not_shown_and_what_is_none_stays() -> None:
    assert value_shown("fetch.contact", "https://ann:secret@a.example/x") == '"https://ann:…@a.example/x"'
    for words in (
        "https://a.example:8080/@ann",
        "mailto:ann@a.example",
        "Reader/1 (+https://a.example; ann@a.example)",
    ):
        assert value_shown("fetch.contact", words) == f'"{words}"'
    assert value_shown("serve.port", 8800) == "8800"
    assert value_shown("clock.at", None) == "null"
