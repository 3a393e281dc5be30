"""Word lists and class names: dated data files beside the code, read once."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Any

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@functools.cache
def table(name: str) -> dict[str, Any]:
    """One data file of this package ("furniture" for furniture.toml)."""
    return tomllib.loads(resources.files("standfirst.extract").joinpath(f"{name}.toml").read_text("utf-8"))


@functools.cache
def class_pattern(name: str, key: str) -> re.Pattern[str]:
    """A pattern that finds any of a table's class words, whole, in the form of `class_words`."""
    words = "|".join(sorted((re.escape(word) for word in table(name)[key]), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")


@functools.cache
def phrase_pattern(name: str, key: str) -> re.Pattern[str]:
    """A pattern that finds any of a table's phrases, at word bounds, whatever their case."""
    words = "|".join(sorted((re.escape(word) for word in table(name)[key]), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


@functools.cache
def opening_pattern(name: str, key: str) -> re.Pattern[str]:
    """A pattern for texts that begin with any of a table's phrases."""
    words = "|".join(sorted((re.escape(word) for word in table(name)[key]), key=len, reverse=True))
    return re.compile(rf"\W*(?:{words})(?!\w)", re.IGNORECASE)


@functools.lru_cache(maxsize=20_000)
def class_words(names: str) -> str:
    """Class names and ids in one spelling: "ArticleBody article_body" is "article-body article-body"."""
    return _HUMP.sub("-", names[:500]).lower().replace("_", "-").replace("--", "-")
