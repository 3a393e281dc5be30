"""Pages that no parser reads in bounded time: refused by a scan of their bytes, before they are parsed."""

from __future__ import annotations

import re

_LONGEST = 8_000_000
_MOST_ATTRIBUTES = 3_000


class TangledError(Exception):
    """A page is nested or sized beyond what any reader would see; said in words."""


# each attribute of a tag is compared with all before it
_ATTRIBUTE = rb"""[\s/]*+[^\s/>=<"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']*+))?+"""
_CROWDED_TAG = re.compile(rb"<[a-zA-Z][^\s/>\"'<]*+(?:%b){%d,}+" % (_ATTRIBUTE, _MOST_ATTRIBUTES))
_TAG = re.compile(
    rb"""<(?:!--.*?-->|(/?)([a-zA-Z][a-zA-Z0-9]*)[^>'"]*+(?:"[^"]*"[^>'"]*+|'[^']*'[^>'"]*+)*+>)""", re.DOTALL
)
# an open link closes the one before it, so links do not add up
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_FORMATTING_TAG = re.compile(rb"<(?:%b)[\s/>]" % "|".join(sorted(_FORMATTING)).encode(), re.IGNORECASE)
# an open paragraph or definition is closed by the next, so they do not add up either
_CLIMBING = _FORMATTING | frozenset(
    (
        *(
            "html",
            "body",
            "address",
            "article",
            "aside",
            "blockquote",
            "center",
            "details",
            "dialog",
            "dir",
            "div",
            "dl",
        ),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup"),
        *(
            "li",
            "main",
            "menu",
            "nav",
            "ol",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
        ),
        *("tr", "ul", "button", "span", "label"),
    )
)
_FEW_TAGS = 6_000
_DEEPEST_WORK = 20_000_000
_FORMATTING_WORK = 1_000_000


def refuse_tangles(source: bytes) -> None:
    """Refuse what a parser that follows the standard needs quadratic time for, or memory: formatting is repeated in
    every paragraph while it is open. Raises TangledError.
    """
    if len(source) > _LONGEST:
        raise TangledError(f"more than {_LONGEST} bytes")
    if _CROWDED_TAG.search(source):
        raise TangledError(f"a tag with more than {_MOST_ATTRIBUTES} attributes")
    opened = source.count(b"<") - source.count(b"</")
    if opened > _FEW_TAGS or opened * len(_FORMATTING_TAG.findall(source)) > _FORMATTING_WORK:
        _walk_tags(source)


def _walk_tags(source: bytes) -> None:
    open_tags: dict[str, int] = {}
    depth = formatting = deep_work = formatting_work = 0
    for match in _TAG.finditer(source):
        closing, tag = match[1], (match[2] or b"").decode().lower()
        deep_work += depth
        formatting_work += formatting
        if deep_work > _DEEPEST_WORK or formatting_work > _FORMATTING_WORK:
            raise TangledError(f"elements nested {depth} deep, {formatting} of them formatting")
        if tag not in _CLIMBING or (closing and not open_tags.get(tag)):
            continue
        step = -1 if closing else 1
        open_tags[tag] = open_tags.get(tag, 0) + step
        depth += step
        formatting += step if tag in _FORMATTING else 0
