"""What the newsstand promises to hold: its counts, its copies and changes, and spans that are computed right."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from standfirst.model import BlockKind
from standfirst.newsstand.manifest import DEFAULT_START, SPAN, Manifest, Truth, Version, latest_start, manifest
from standfirst.newsstand.markup import Statement


@pytest.fixture(scope="module")
def stand() -> Manifest:
    return manifest()


def versions(stand: Manifest) -> list[tuple[Truth, Version]]:
    return [(article, version) for article in stand.articles for version in article.versions]


def printings(stand: Manifest) -> dict[str, list[tuple[Truth, Statement]]]:
    """Per quote id, each outlet's printing of it below the standfirst, in its first version; copies left out."""
    found = defaultdict(list)
    for article in stand.articles:
        first_body = article.versions[0].blocks[len(article.versions[0].blocks) - len(article.versions[0].body())].start
        for statement in article.versions[0].statements:
            if statement.quote and not article.copy_of and statement.span.start >= first_body:
                found[statement.quote].append((article, statement))
    return found


def test_there_are_outlets_articles_and_events_enough(stand: Manifest) -> None:
    assert len(stand.outlets) >= 6
    assert len(stand.articles) >= 40
    assert len({article.event for article in stand.articles}) == 6
    assert sum(article.language == "de" for article in stand.articles) >= 8
    assert all(len(version.paragraphs()) >= 5 for _, version in versions(stand))


def test_every_event_is_reported_by_at_least_four_outlets(stand: Manifest) -> None:
    outlets = defaultdict(set)
    for article in stand.articles:
        outlets[article.event].add(article.outlet.key)
    assert {event: len(keys) for event, keys in outlets.items() if len(keys) < 4} == {}


def test_every_span_holds_the_words_that_it_claims(stand: Manifest) -> None:
    checked = 0
    for article, version in versions(stand):
        for statement in version.statements:
            for span, words in (
                (statement.span, statement.words),
                (statement.cue, statement.cue_words),
                (statement.source, statement.source_words),
            ):
                assert (version.text[span.start : span.end] if span else "") == words, article.id
                checked += 1
    assert checked > 900


def test_a_statement_lies_in_one_block_with_its_cue_and_source(stand: Manifest) -> None:
    for article, version in versions(stand):
        for statement in version.statements:
            (block,) = [b for b in version.blocks if b.start <= statement.span.start < b.end]
            for span in filter(None, (statement.span, statement.cue, statement.source)):
                assert block.start <= span.start < span.end <= block.end, (article.id, statement.words)


def test_no_quotation_is_left_unmarked(stand: Manifest) -> None:
    terms = ["patient", "geduldig", "Maid of Tyrell", "Ausgesetzt", "Ottokar", "benannten Stürmen", "a named storm"]
    unmarked = {
        quoted.group(1)
        for _, version in versions(stand)
        for quoted in re.finditer('[“„"]([^”“"]*)[”“"]', version.text)
        if not any(s.span.start <= quoted.start() < quoted.end() <= s.span.end for s in version.statements)
    }
    assert sorted(unmarked - set(terms)) == [], "words in quotation marks that no {say} holds; names and terms excepted"


def test_statements_are_of_every_kind_and_act(stand: Manifest) -> None:
    statements = [statement for _, version in versions(stand) for statement in version.statements]
    assert {s.kind for s in statements} == {"direct", "indirect", "mixed"}
    assert {s.act for s in statements} == {"said", "thinks", "intends"}
    assert sum(s.speaker == "unnamed" for s in statements) >= 10
    assert len({s.cue_words for s in statements}) >= 60


def test_texts_are_laid_out_as_headline_standfirst_and_blocks(stand: Manifest) -> None:
    kinds = set()
    for _, version in versions(stand):
        assert version.blocks[0].kind is BlockKind.HEADLINE
        assert version.text.startswith(version.headline + "\n\n")
        assert (version.blocks[1].kind is BlockKind.STANDFIRST) == (version.standfirst is not None)
        assert "\n\n".join(version.paragraphs()) == version.text[-len("\n\n".join(version.paragraphs())) :]
        kinds |= {block.kind for block in version.blocks}
    assert kinds == set(BlockKind) - {BlockKind.PREFORMATTED}


def test_some_articles_have_no_standfirst_and_some_no_byline(stand: Manifest) -> None:
    assert any(version.standfirst is None for _, version in versions(stand))
    assert any(not version.bylines for _, version in versions(stand))
    assert any(len(version.bylines) == 2 for _, version in versions(stand))


def test_no_mark_is_left_in_a_text(stand: Manifest) -> None:
    assert [a.id for a, version in versions(stand) if "{" in version.text or "}" in version.text] == []


def test_a_whole_copy_has_another_headline_over_the_same_words(stand: Manifest) -> None:
    copy = stand.article("vessmark-tribune/all-sound-ferries-stopped")
    assert copy.copy_of is not None
    original = stand.article(copy.copy_of.original)
    assert copy.copy_of.extent == "whole"
    assert copy.versions[0].paragraphs() == original.versions[0].paragraphs()
    assert copy.versions[0].headline != original.versions[0].headline
    assert copy.footer
    assert copy.published > original.published


def test_a_cut_copy_has_the_beginning_of_the_words(stand: Manifest) -> None:
    (copy,) = [article for article in stand.articles if article.copy_of and article.copy_of.extent == "cut"]
    assert copy.copy_of is not None
    words = stand.article(copy.copy_of.original).versions[0].paragraphs()
    assert 0 < len(copy.versions[0].paragraphs()) < len(words)
    assert copy.versions[0].paragraphs() == words[: len(copy.versions[0].paragraphs())]


def test_a_change_softens_a_verb_and_drops_a_quote(stand: Manifest) -> None:
    first, second = stand.article("tidewatch/fleet-grounded").versions

    def verbs(version: Version) -> dict[str, str]:
        return {s.words: s.cue_words for s in version.statements}

    (fleet,) = [s.words for s in first.statements if s.quote == "fleet"]
    assert (verbs(first)[fleet], verbs(second)[fleet]) == ("warned", "said")
    dropped = [s for s in first.statements if s.kind == "direct" and s.words not in second.text]
    assert [s.speaker for s in dropped] == ["Edda Marrable"]
    assert first.headline != second.headline


def test_changes_are_versions_in_order(stand: Manifest) -> None:
    changed = [article for article in stand.articles if article.modified]
    assert len(changed) >= 2
    for article in stand.articles:
        times = [version.at for version in article.versions]
        assert times == sorted(set(times))
        assert len({version.text for version in article.versions}) == len(times)


def test_one_quote_stands_under_different_verbs_and_once_with_an_insertion(stand: Manifest) -> None:
    fleet = printings(stand)["fleet"]
    assert {s.cue_words for _, s in fleet} >= {"said", "warned", "vowed", "erklärte"}
    assert len({article.outlet.key for article, _ in fleet}) >= 4
    assert any("[Calderhaven]" in s.words for _, s in fleet)


def test_every_quote_id_has_one_speaker_and_one_event(stand: Manifest) -> None:
    for quote, found in printings(stand).items():
        assert len({s.speaker for _, s in found}) == 1 or quote in {"nine-days"}, quote
        assert len({article.event for article, _ in found}) == 1, quote


def test_everything_happens_within_the_span(stand: Manifest) -> None:
    times = [version.at for _, version in versions(stand)]
    assert stand.start <= min(times)
    assert max(times) <= stand.start + SPAN
    assert max(times) > stand.start + SPAN - timedelta(hours=6), "a demonstration should end on something new"


def test_articles_stand_in_order_of_publication(stand: Manifest) -> None:
    assert [a.published for a in stand.articles] == sorted(a.published for a in stand.articles)


def test_addresses_and_ids_are_unique(stand: Manifest) -> None:
    assert len({article.url(80) for article in stand.articles}) == len(stand.articles)
    assert len({article.id for article in stand.articles}) == len(stand.articles)


def test_weekdays_follow_the_start() -> None:
    one_day_later = manifest(DEFAULT_START + timedelta(days=1))
    id = "northern-wire/sound-ferries-inspection-order"
    assert "stay in port on Tuesday" in manifest().article(id).versions[0].text
    assert "stay in port on Wednesday" in one_day_later.article(id).versions[0].text


def test_the_latest_start_is_a_midnight_with_the_whole_span_behind_it() -> None:
    now = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    start = latest_start(now)
    assert (start.hour, start.minute, start.utcoffset()) == (0, 0, timedelta(hours=1))
    assert SPAN <= now - start < SPAN + timedelta(days=1)
    assert latest_start(start + SPAN) == start


def test_version_at_a_moment() -> None:
    article = manifest(datetime(2026, 3, 1, tzinfo=UTC)).article("tidewatch/fleet-grounded")
    first, second = article.versions
    assert article.version_at(first.at - timedelta(seconds=1)) is None
    assert article.version_at(first.at) is first
    assert article.version_at(second.at - timedelta(seconds=1)) is first
    assert article.version_at(second.at) is second


def test_an_unknown_article_is_a_key_error(stand: Manifest) -> None:
    with pytest.raises(KeyError):
        stand.article("tidewatch/no-such")


def test_every_text_can_be_printed_in_its_outlets_encoding(stand: Manifest) -> None:
    assert "windows-1252" in {outlet.encoding for outlet in stand.outlets}
    for article, version in versions(stand):
        version.text.encode(article.outlet.encoding)
