"""Small pages of our own for every state; the larger set lies beside the data and is scored by `evaluate states`."""

from __future__ import annotations

import pytest

from standfirst.extract.evidence import verify
from standfirst.model import State

from .support import PROSE, article_of, page_html, page_of, paragraphs

CONSENT = (
    "<p>We and our 300 partners use cookies and process personal data to show you personalised advertising.</p>"
    "<p>You can accept all or reject all, and withdraw your consent later.</p>"
)
NOT_FREE = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
FREE = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": true}</script>'


@pytest.mark.parametrize(
    ("html", "state"),
    [
        (page_html(), State.FULL),
        (page_html(body=f"<p>{PROSE[0]}</p><p>Engineers found cracks in two of its […]</p>"), State.PARTIAL),
        (page_html(before="<p>3 of 64 posts are shown</p>"), State.PARTIAL),
        (page_html(body=f"<p>{PROSE[0]}</p><p>Subscribe to continue reading</p>", head=NOT_FREE), State.PAYWALL),
        (page_html(body=f"<p>{PROSE[0]}</p><p>Jetzt kostenlos registrieren und weiterlesen</p>"), State.PAYWALL),
        (page_html(head=FREE, after="<p>Already a subscriber? Sign in</p>"), State.FULL),
        (page_html(body=CONSENT), State.CONSENT_WALL),
        (page_html(after=f'<div class="cookie-banner">{CONSENT}</div>'), State.FULL),
        (page_html(title="Page not found", body="<p>The address may have been typed wrongly.</p>"), State.NOT_ARTICLE),
        (page_html(title="Access denied", body="<p>Please verify you are human to read on.</p>"), State.NOT_ARTICLE),
        (page_html(body=""), State.NOT_ARTICLE),
        (page_html(head='<meta property="og:type" content="profile">'), State.NOT_ARTICLE),
        (page_html(head='<meta property="og:type" content="video">', body=f"<p>{PROSE[0]}</p>"), State.NOT_ARTICLE),
    ],
    ids=[
        "whole", "ellipsis", "some-posts", "teaser", "registration", "offer-under-a-free-text", "consent", "banner",
        "error", "robots", "nothing", "profile", "video",
    ],
)  # fmt: skip
def test_the_state_of_a_page(html: str, state: State) -> None:
    found = article_of(html)
    assert found.state is state, found.state_reason
    assert bool(found.state_reason) == (state is not State.FULL)


def test_a_gate_leaves_no_alien_words_in_the_text() -> None:
    assert paragraphs(article_of(page_html(body=CONSENT))) == []


def test_a_teaser_keeps_the_teaser_and_not_the_offer() -> None:
    offer = (
        "<p>Subscribe to continue reading</p><p>The first month costs one pound, and you may cancel at any time.</p>"
    )
    found = article_of(page_html(body=f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>{offer}", head=NOT_FREE))
    assert paragraphs(found) == list(PROSE[:2])


@pytest.mark.parametrize("hiding", ["hidden", 'style="display: none"', 'style="visibility:hidden"'])
def test_text_hidden_from_those_who_have_not_paid_is_never_used(hiding: str) -> None:
    hidden = f"<div class='rest' {hiding}>" + "".join(f"<p>{words}</p>" for words in PROSE[1:] * 5) + "</div>"
    html = page_html(body=f"<p>{PROSE[0]}</p>{hidden}", head=NOT_FREE)
    found = article_of(html)
    assert found.state is State.PAYWALL
    assert paragraphs(found) == [PROSE[0]]
    assert all(verify(item, page_of(html).body, "text/html; charset=utf-8") for item in found.evidence)


def test_a_part_declared_paid_is_not_used_where_the_page_asks_for_payment() -> None:
    part = '{"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".premium"}'
    head = NOT_FREE.replace("}", f', "hasPart": {part}}}')
    rest = "<div class='x premium'>" + "".join(f"<p>{words}</p>" for words in PROSE[1:] * 5) + "</div>"
    asking = page_html(head=head, body=f"<p>{PROSE[0]}</p>{rest}<p>Subscribe to continue reading</p>")
    assert paragraphs(article_of(asking)) == [PROSE[0]]
    assert article_of(asking).state is State.PAYWALL
    open_house = page_html(head=head, body=f"<p>{PROSE[0]}</p>{rest}")
    assert len(paragraphs(article_of(open_house))) == 16


def test_the_body_in_the_metadata_is_never_used_as_text() -> None:
    data = NOT_FREE.replace("}", f', "articleBody": "{" ".join(PROSE)}"}}')
    assert paragraphs(article_of(page_html(head=data, body=f"<p>{PROSE[0]}</p>"))) == [PROSE[0]]
