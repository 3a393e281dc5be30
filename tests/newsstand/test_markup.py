"""The mark-up: spans are where the words are printed, and a slip of the author's is told with its line."""

from __future__ import annotations

from datetime import date

import pytest

from standfirst.newsstand.markup import Calendar, MarkupError, Place, Span, Statement, kind_of, read_words

CALENDAR = Calendar(date(2026, 11, 17), "en")
HERE = Place("articles/tidewatch/gulls.txt", 7)


def only_statement(raw: str) -> tuple[str, Statement]:
    marked = read_words(raw, HERE, CALENDAR)
    (statement,) = marked.statements
    return marked.text, statement


def printed(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None


def test_words_without_marks_are_printed_as_they_stand() -> None:
    assert read_words("The gulls\nwere quiet.", HERE, CALENDAR) == ("The gulls were quiet.", ())


def test_spans_are_where_the_words_are_printed() -> None:
    text, statement = only_statement(
        'Again {say by="Edda Marrable" cue="insisted"}“Not one ship,”{/say} Marrable insisted.'
    )
    assert text == "Again “Not one ship,” Marrable insisted."
    assert printed(text, statement.span) == statement.words == "“Not one ship,”"
    assert printed(text, statement.cue) == "insisted"
    assert printed(text, statement.source) == "Marrable"


def test_the_full_name_is_the_source_where_it_is_printed() -> None:
    raw = 'Marrable was late. {say by="Edda Marrable"}“No,”{/say} Edda Marrable said.'
    text, statement = only_statement(raw)
    assert printed(text, statement.source) == "Edda Marrable"


def test_a_speaker_who_is_not_printed_has_no_source() -> None:
    _, statement = only_statement('{say by="Edda Marrable" kind="direct"}Not one ship.{/say}')
    assert (statement.source, statement.source_words, statement.cue, statement.cue_words) == (None, "", None, "")


def test_a_cue_is_the_nearest_one_printed() -> None:
    raw = 'She said no again. {say by="Edda Marrable" source="she" cue="said"}“Not one,”{/say} she said.'
    text, statement = only_statement(raw)
    assert statement.cue == Span(text.rindex("said"), text.rindex("said") + 4)


def test_a_marked_cue_goes_before_the_nearest() -> None:
    raw = '{cue}said{/cue} of her, {say by="Edda Marrable" source="her" cue="said"}“Not one,”{/say} is said.'
    text, statement = only_statement(raw)
    assert statement.cue == Span(0, 4)
    assert "{" not in text


def test_a_cue_inside_the_statement_itself_does_not_count() -> None:
    raw = '{say by="Edda Marrable" source="she" cue="said"}“I said so,”{/say} she said.'
    text, statement = only_statement(raw)
    assert statement.cue == Span(text.rindex("said"), text.rindex("said") + 4)


def test_a_cue_is_found_as_whole_words_only() -> None:
    raw = 'She sailed and {say by="Edda Marrable" source="She" cue="sail"}that they would{/say}: sail.'
    text, statement = only_statement(raw)
    assert statement.cue == Span(text.rindex("sail"), len(text) - 1)


def test_statements_may_stand_in_one_another() -> None:
    raw = (
        '{say by="Petra Oldwick" cue="said"}that {say by="Joren Askwith" source="he" cue="claimed"}all was well'
        "{/say}, he claimed{/say}, Oldwick said."
    )
    marked = read_words(raw, HERE, CALENDAR)
    assert [s.words for s in marked.statements] == ["that all was well, he claimed", "all was well"]


def test_days_are_printed_in_the_articles_language() -> None:
    raw = "{day 1}, {day 0}, {date 5}"
    assert read_words(raw, HERE, CALENDAR).text == "Tuesday, Monday, 21 November 2026"
    german = Calendar(date(2026, 11, 17), "de")
    assert read_words(raw, HERE, german).text == "Dienstag, Montag, 21. November 2026"


def test_said_on_is_a_day_of_the_timeline() -> None:
    _, statement = only_statement('{say by="Edda Marrable" on="day 0"}Not one ship{/say}')
    assert statement.said_on == date(2026, 11, 16)


def test_what_is_not_given_has_its_usual_value() -> None:
    _, statement = only_statement('{say by="Edda Marrable"}Not one ship{/say}')
    assert (statement.act, statement.quote, statement.said_on) == ("said", "", None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("“Not one ship,”", "direct"),
        ("“Not one,” “not two”", "direct"),
        ('"Not one ship,"', "direct"),
        ("„Kein Schiff“", "direct"),
        ("»Kein Schiff«", "direct"),
        ("that “not one” would leave", "mixed"),
        ("that not one would leave", "indirect"),
        ("the islands’ ships would stay", "indirect"),
    ],
)
def test_the_kind_follows_from_the_quotation_marks(words: str, kind: str) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("raw", "line", "found"),
    [
        ("one {shout}", 7, "'{shout}'"),
        ("one { two", 7, "a stray '{'"),
        ("one\ntwo } three", 8, "a stray '}'"),
        ('one {say by="A"}two', 7, "{say} never closed"),
        ("one {/say}", 7, "{/say} with nothing open"),
        ('{say by="A"}{cue}one{/say}', 7, "{/say} with {cue} open"),
        ('one {say by="A"}{/say}', 7, "an empty {say}"),
        ("{say}one{/say}", 7, "{say} without by"),
        ('{say by="unnamed"}one{/say}', 7, 'by="unnamed" without source'),
        ('{say by="A" verb="said"}one{/say} said', 7, "attribute 'verb'"),
        ('{say by="A" cue=said}one{/say} said', 7, "'cue=said'"),
        ('{say by="A" kind="shouted"}one{/say}', 7, "kind='shouted'"),
        ('{say by="A" act="hoped"}one{/say}', 7, "act='hoped'"),
        ('{say by="A" on="Monday"}one{/say}', 7, "day 'Monday'"),
        ('{cue by="A"}said{/cue}', 7, "attributes on {cue}"),
        ("{day one}", 7, "day 'one'"),
        ('first\nsecond {say by="A" cue="said"}one{/say} told', 8, "cue 'said' not printed"),
        ('{say by="A" source="she"}one{/say} he said', 7, "source 'she' not printed"),
        ('said {say by="A" cue="said"}one{/say} said', 7, "cue 'said' printed twice"),
    ],
)
def test_a_slip_is_told_with_file_and_line(raw: str, line: int, found: str) -> None:
    with pytest.raises(MarkupError) as slip:
        read_words(raw, HERE, CALENDAR)
    assert str(slip.value).startswith(f"articles/tidewatch/gulls.txt:{line}: found {found}")
    assert ", wanted " in str(slip.value)
