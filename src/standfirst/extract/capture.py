"""A plain-text capture of one aggregator page: read into its parts, and printed back line for line.

The form: an age and a counter ("1 month ago 11"), the headline, the standfirst, the body's paragraphs, and the words
of a link to the source, each a line, with blank lines between. Nothing is guessed: a missing part is a Problem that
names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from standfirst.errors import Code, Problem, Stage
from standfirst.model import Article, BlockKind, State, article_id, digest_of, lay_out, revision_of
from standfirst.text import clean_words

MADE_BY = "extract/capture@1"
_AGE = r"just now|yesterday|(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago"
_FIRST = re.compile(rf"(?P<age>{_AGE})?(?:(?:^|\s+)(?P<counter>\d+))?", re.IGNORECASE)
_LINK = re.compile(
    r"(?:read|view|open|see|continue)\b.{0,60}\b(?:source|original|website|site|article)\b.{0,40}", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…][\"”“»’')\]]*$")
_LONGEST_LINE = 300
_PARTS = "an age and counter, a headline, a standfirst, a body, a closing link line"


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured page. age and counter: as printed. link_line: the words of the link to the source, address unknown.

    source: the file or name it came from. layout: the white space before, between and after the lines.
    """

    age: str
    counter: str
    article: Article
    link_line: str
    source: str
    layout: tuple[str, ...]


def read_capture(text: str, source: str) -> Capture | Problem:
    """The parts of a captured page, or a Problem naming every part that is missing. Both kinds of line end are read.

    The rule for the standfirst: the line after the headline, at most 300 characters, that does not end as a sentence.
    Where that line ends as a sentence it might as well be the body's first, so the standfirst counts as missing.
    """
    lines = [words for line in text.splitlines() if (words := clean_words(line))]
    first = _FIRST.fullmatch(lines[0]) if lines else None
    age, counter = (first["age"] or "", first["counter"] or "") if first else ("", "")
    rest = lines[1:] if age or counter else lines
    link_line = rest.pop() if rest and _LINK.fullmatch(rest[-1]) else ""
    headline = rest[0] if rest and len(rest[0]) <= _LONGEST_LINE and not _is_sentence(rest[0]) else ""
    after = rest[1:] if headline else rest
    standfirst = after[0] if after and len(after[0]) <= _LONGEST_LINE and not _is_sentence(after[0]) else ""
    body = after[1:] if standfirst else after
    found = {"age": age, "counter": counter, "headline": headline, "standfirst": standfirst, "body": body}
    missing = [name for name, value in {**found, "closing link line": link_line}.items() if not value]
    if missing:
        return Problem(Stage.EXTRACT, Code.CAPTURE_INCOMPLETE, source, "", f"no {', no '.join(missing)}", _PARTS)
    article = _article(text, headline, standfirst, body)
    return Capture(age, counter, article, link_line, source, _layout(text))


def as_text(capture: Capture) -> str:
    """The capture as it was, line for line: its parts, with the white space that stood around them.

    Byte-identical to what was read, but for controls and repeated blanks within a line.
    """
    article = capture.article
    printed = [f"{capture.age} {capture.counter}"]
    printed += [article.text[block.start : block.end] for block in article.blocks]
    printed.append(capture.link_line)
    gaps = capture.layout
    return gaps[0] + "".join(words + gap for words, gap in zip(printed, gaps[1:], strict=True))


def _is_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _layout(text: str) -> tuple[str, ...]:
    """The white space before, between and after the lines that say something."""
    gaps, gap = [], ""
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if clean_words(line):
            start = line.index(words)
            gaps.append(gap + line[:start])
            gap = line[start + len(words) :]
        else:
            gap += line
    return (*gaps, gap)


def _article(source_text: str, headline: str, standfirst: str, body: list[str]) -> Article:
    digest = digest_of(source_text.encode("utf-8", "surrogatepass"))
    heads = [(BlockKind.HEADLINE, headline, None), (BlockKind.STANDFIRST, standfirst, None)]
    text, blocks = lay_out([*heads, *((BlockKind.PARAGRAPH, words, None) for words in body)])
    return Article(
        id=article_id(f"capture:{digest}"),
        url="",
        outlet="",
        headline=headline,
        standfirst=standfirst,
        bylines=(),
        published=None,
        modified=None,
        language="",
        sections=(),
        text=text,
        blocks=blocks,
        state=State.FULL,
        state_reason="",
        evidence=(),
        page=digest,
        revision=revision_of(text),
        made_by=MADE_BY,
    )
