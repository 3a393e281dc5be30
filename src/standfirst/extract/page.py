"""One page to one article: the fields found, each with its evidence, laid out as text and blocks."""

from __future__ import annotations

from typing import NamedTuple

from standfirst import urls
from standfirst.errors import Code, Problem, Stage
from standfirst.extract import dom, evidence
from standfirst.extract.agreement import within_said
from standfirst.extract.blocks import Cut
from standfirst.extract.body import find_body
from standfirst.extract.bylines import find_bylines
from standfirst.extract.decode import to_utf8
from standfirst.extract.found import Found
from standfirst.extract.headings import heading_around
from standfirst.extract.headline import find_headline
from standfirst.extract.language import detect, find_language
from standfirst.extract.likeness import similarity
from standfirst.extract.metadata import Head, is_free, read_head
from standfirst.extract.posts import post_times
from standfirst.extract.standfirst import find_standfirst
from standfirst.extract.state import Judgement, judge
from standfirst.extract.tangles import TangledError
from standfirst.extract.times import find_modified, find_published, instant
from standfirst.model import (
    Article,
    Block,
    BlockKind,
    Entry,
    Evidence,
    Method,
    Page,
    Site,
    article_id,
    lay_out,
    revision_of,
)

MADE_BY = "extract/page@1"
_SAME = 0.9


def extract(page: Page, entry: Entry | None, site: Site) -> Article | Problem:
    """The article on a page, or why there is none to be read. Pure; any bytes get an answer.

    entry: what a feed said of it, as further evidence of the headline, or None. site: what is known of the host.
    """
    content_type = page.headers.get("content-type", "")
    try:
        tree = dom.parse(to_utf8(page.body, content_type))
    except TangledError as tangle:
        return Problem(Stage.EXTRACT, Code.PAGE_UNREADABLE, page.url, "", str(tangle), "a page that a reader could see")
    head = read_head(tree)
    headline = find_headline(head, entry)
    if headline is None:
        return Problem(Stage.EXTRACT, Code.PAGE_UNREADABLE, page.url, "", "no heading and no title", "a headline")
    place = heading_around(headline.place) if isinstance(headline.place, dom.Node) else None
    place = place if place is not None and place.tag != "meta" else None
    body = find_body(tree, place or head.printed_headline(headline.value), is_free(head) is True)
    verdict = judge(head, body._replace(blocks=within_said(head, body.blocks)))
    standfirst = find_standfirst(head, headline.value, body.lead, verdict.blocks)
    if standfirst is not None:
        verdict = verdict._replace(blocks=_without(verdict.blocks, standfirst.value))
    return _article(page, entry, site, head, _fields(page, head, headline, standfirst), verdict)


def _without(body: list[Cut], standfirst: str) -> list[Cut]:
    """The body without a first block that is the standfirst."""
    for place, item in enumerate(body[:2]):
        if similarity(item.words, standfirst) >= _SAME:
            return body[:place] + body[place + 1 :]
    return body


class Fields(NamedTuple):
    """What was found of one page besides its text, each with its place."""

    headline: Found
    standfirst: Found | None
    published: Found | None
    modified: Found | None
    url: Found | None
    bylines: list[Found]
    sections: list[Found]


def _fields(page: Page, head: Head, headline: Found, standfirst: Found | None) -> Fields:
    section = head.said("articleSection") or head.meta("article:section")
    return Fields(
        headline,
        standfirst,
        find_published(head),
        find_modified(head),
        _canonical(head, page),
        find_bylines(head),
        [section] if section else [],
    )


def _proofs(fields: Fields, body: list[Cut], page: str) -> list[Evidence]:
    """The evidence of every field, the language apart."""
    single = ("headline", "standfirst", "published", "modified", "url")
    said = [(name, found) for name in single if (found := getattr(fields, name)) is not None]
    said += [("byline", found) for found in fields.bylines] + [("section", found) for found in fields.sections]
    proofs = [evidence.for_field(name, found, page) for name, found in said]
    return [*proofs, evidence.for_blocks("body", body, page)] if body else proofs


def _article(page: Page, entry: Entry | None, site: Site, head: Head, fields: Fields, verdict: Judgement) -> Article:
    times = post_times(head.times, verdict.blocks)
    text, blocks = _laid_out(fields, verdict.blocks, times)
    language, language_proof = _language(head, verdict.blocks, page.digest)
    url = fields.url.value if fields.url else urls.clean(page.final_url) or urls.clean(page.url) or ""
    link = entry.link if entry and entry.link else page.url
    return Article(
        id=article_id(urls.clean(link) or link),
        url=url,
        outlet=urls.outlet_of(url) or site.outlet,
        headline=fields.headline.value,
        standfirst=fields.standfirst.value if fields.standfirst else None,
        bylines=tuple(found.value for found in fields.bylines),
        published=instant(fields.published),
        modified=instant(fields.modified),
        language=language,
        sections=tuple(found.value for found in fields.sections),
        text=text,
        blocks=blocks,
        state=verdict.state,
        state_reason=verdict.reason,
        evidence=(*_proofs(fields, verdict.blocks, page.digest), *_post_proofs(times, page.digest), *language_proof),
        page=page.digest,
        revision=revision_of(text),
        made_by=MADE_BY,
        aliases=_aliases(page, url),
    )


def _post_proofs(times: list[Found | None], page: str) -> list[Evidence]:
    """The evidence of each post's time, once."""
    distinct = {id(found): found for found in times if found is not None}
    return [evidence.for_field("post-time", found, page) for found in distinct.values()]


def _laid_out(fields: Fields, body: list[Cut], times: list[Found | None]) -> tuple[str, tuple[Block, ...]]:
    standfirst = fields.standfirst.value if fields.standfirst else ""
    heads = [(BlockKind.HEADLINE, fields.headline.value, None), (BlockKind.STANDFIRST, standfirst, None)]
    return lay_out([*heads, *((item.kind, item.words, instant(time)) for item, time in zip(body, times, strict=True))])


def _language(head: Head, body: list[Cut], page: str) -> tuple[str, list[Evidence]]:
    stated = find_language(head)
    if stated is not None:
        return stated.value, [evidence.for_field("language", stated, page)]
    guessed = detect(evidence.join(item.words for item in body)) if body else ""
    if not guessed:
        return "", []
    proof = evidence.for_blocks("language", body, page)
    return guessed, [
        proof._replace(method=Method.RULE, form="language-of-words", digest=evidence.digest_of_value(guessed))
    ]


def _canonical(head: Head, page: Page) -> Found | None:
    """The address that the page claims and that is believed, with its place."""
    claims = [Found(head.canonical.get("href"), Method.DOM, head.canonical, "href")] if head.canonical else []
    claims += [found for found in (head.meta("og:url"),) if found is not None]
    for claim in claims:
        believed = urls.believed_canonical(claim.value, page.final_url)
        if believed is not None:
            return claim._replace(value=believed, form=f"url {page.final_url}")
    return None


def _aliases(page: Page, url: str) -> tuple[str, ...]:
    others = [urls.clean(other) for other in (page.url, page.final_url, page.moved_to) if other]
    return tuple(dict.fromkeys(other for other in others if other and other != url))
