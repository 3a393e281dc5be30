"""The feed's own text as an article, shown until (or instead of) the page's."""

from __future__ import annotations

from datetime import datetime

from standfirst import urls
from standfirst.extract import dom, evidence, forms
from standfirst.extract.blocks import Cut, cut
from standfirst.extract.furniture import Furniture
from standfirst.extract.language import detect
from standfirst.extract.likeness import similarity
from standfirst.extract.tangles import TangledError
from standfirst.model import (
    Article,
    BlockKind,
    Entry,
    Evidence,
    Method,
    Site,
    State,
    article_id,
    lay_out,
    revision_of,
)
from standfirst.text import clean_words

MADE_BY = "extract/feed@1"
_FULL_WORDS = 150
_FULL_PARAGRAPHS = 3
_LONGEST_HEADLINE = 80
_LONGEST_STANDFIRST = 500
_SAME = 0.9


def entry_article_id(entry: Entry) -> str:
    """The permanent id of the article that an entry announces: by its cleaned link, else by feed and guid."""
    return article_id(urls.clean(entry.link) or f"{entry.feed}#{entry.guid}")


def from_entry(entry: Entry, site: Site, document: str) -> Article:
    """What a feed said of an article, as an Article. document: digest of the feed document it stands in.

    The headline is the entry's title; without one, the first words of its text (at most 80 characters, cut at a
    blank). A summary that stands beside a longer content is the standfirst. The state is full where the content
    has at least 150 words in three blocks or more, else partial.
    """
    summary, content = _blocks(entry.summary), _blocks(entry.content)
    standfirst, body = _divide(summary, content)
    headline = clean_words(entry.title) or first_words(standfirst or " ".join(item.words for item in body))
    if not headline:
        headline = entry.link or entry.guid
    parts = [(BlockKind.HEADLINE, headline, None), (BlockKind.STANDFIRST, standfirst, None)]
    text, blocks = lay_out([*parts, *((item.kind, item.words, None) for item in body)])
    full = is_full(body)
    url = urls.clean(entry.link) or ""
    return Article(
        id=entry_article_id(entry),
        url=url,
        outlet=urls.outlet_of(url) or site.outlet,
        headline=headline,
        standfirst=standfirst or None,
        bylines=entry.authors,
        published=_to_minute(entry.published),
        modified=_to_minute(entry.updated),
        language=_language(text, site),
        sections=entry.categories,
        text=text,
        blocks=blocks,
        state=State.FULL if full else State.PARTIAL,
        state_reason="" if full else "feed text",
        evidence=_evidence(entry, document, headline, standfirst, body),
        page=document,
        revision=revision_of(text),
        made_by=MADE_BY,
    )


def first_words(words: str) -> str:
    """The first 80 characters, verbatim, cut at a blank where there is one."""
    if len(words) <= _LONGEST_HEADLINE:
        return words
    head = words[: _LONGEST_HEADLINE + 1]
    return head[: head.rfind(" ")] if " " in head.strip() else head[:_LONGEST_HEADLINE]


def is_full(body: list[Cut]) -> bool:
    """Whether blocks of a feed are clearly a whole text rather than an excerpt."""
    words = sum(len(item.words.split()) for item in body)
    cut_short = bool(body) and body[-1].words.endswith(("…", "...", "[…]", "[...]"))
    return words >= _FULL_WORDS and len(body) >= _FULL_PARAGRAPHS and not cut_short


def _blocks(html: str) -> list[Cut]:
    if not html:
        return []
    try:
        tree = dom.parse(f"<!DOCTYPE html><html><body>{html}")
    except TangledError:
        return []
    body = tree.body()
    return cut(body, Furniture(tree, body, None))


def _divide(summary: list[Cut], content: list[Cut]) -> tuple[str, list[Cut]]:
    """Standfirst and body: a short summary before a longer content, or one of the two as the body."""
    said = " ".join(item.words for item in summary)
    longer = sum(len(item.words) for item in content)
    if not content or longer <= len(said):
        return "", summary or content
    if not said or len(said) > _LONGEST_STANDFIRST:
        return "", content
    if similarity(content[0].words, said) >= _SAME:
        return said, content[1:]
    opening = " ".join(item.words for item in content)[: len(said)]
    return ("", content) if similarity(opening, said) >= _SAME else (said, content)


def _to_minute(moment: datetime | None) -> datetime | None:
    return moment.replace(second=0, microsecond=0) if moment else None


def _language(text: str, site: Site) -> str:
    return site.languages[0] if len(site.languages) == 1 else detect(text)


def _evidence(entry: Entry, document: str, headline: str, standfirst: str, body: list[Cut]) -> tuple[Evidence, ...]:
    """Evidence of what the feed says as it says it; none of a text that lost furniture on its way."""
    texts = {forms.html_words(html) for html in (entry.summary, entry.content)}
    whole = " ".join(item.words for item in body)
    form = "html-words" if entry.title else f"html-words[0:{len(headline)}]"
    said = [("headline", headline, form)]
    said += [
        (field, words, "html-words") for field, words in (("standfirst", standfirst), ("body", whole)) if words in texts
    ]
    said += [("byline", name, "html-words") for name in entry.authors]
    return tuple(
        Evidence(field, Method.FEED, document, entry.path, form, evidence.digest_of_value(value))
        for field, value, form in said
        if value
    )
