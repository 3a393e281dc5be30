"""The text of a feed document to a tree of elements, safely: as it stands where it is well-formed, else repaired.

An internal subset or an entity declaration is refused before anything is parsed; a bare external-id DOCTYPE (lawful in
RSS 0.91) is dropped unread. Nothing outside the document is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from standfirst.collect.repair import repair

_DOCTYPE = re.compile(r"""<!DOCTYPE\s*([^\s<>\["']*)(?:[^"'\[<>]++|"[^"]*"|'[^']*')*+(.?)""", re.IGNORECASE | re.DOTALL)
_DECLARATION = re.compile("<!(?:ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_MARK = re.compile(r"<(?=[!?]|[^\W\d])")
_MOST_BEFORE_ROOT = 1000  # comments, instructions and declarations; a document that has more has no root
_MOST_MARKS = 600_000  # tags and attributes: 10,000 entries have fewer, and as many need 64 MiB as a tree
_MOST_SECTIONS = 100_000  # that are set aside
# libxml2 compares every attribute of a tag with every other: 100,000 of them cost it a minute and more
_MOST_ATTRIBUTES = 256
_LONG_TAG = re.compile(r"""<[^\W\d](?=[^<]{1280})(?:[^<>"']++|"[^"<]*"|'[^'<]*')*+""")
_ROOT = re.compile(r"<([^\W\d][\w.:-]*)")
_BASE = re.compile(r"(?:base|BASE)\s*=")
_LEGAL = bytes(code for code in range(256) if code >= 32 or code in b"\t\n\r")  # in XML 1.0 section 2.2
_ASIDE = "\ue000"  # for private use: it stands round the number of a section that was set aside
_SET_ASIDE = re.compile(f"{_ASIDE}([0-9]+){_ASIDE}")


@dataclass(frozen=True, slots=True)
class Prolog:
    """What stands before the root element. root: its name as written, "" for none; at: where its start tag begins.

    doctype: the name in the DOCTYPE, "" for none. declares: an internal subset or a declaration was found.
    """

    root: str
    at: int
    doctype: str = ""
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed document. damage: the parser's words for the first fault, "" for none. cut: its end is missing.

    based: an attribute may name a base for relative addresses (XML Base). aside: the CDATA sections, which stand as
    numbers in the tree: read an element's text with `words`.
    """

    root: etree._Element | None
    damage: str = ""
    cut: bool = False
    based: bool = False
    aside: list[str] = field(default_factory=list)

    def words(self, element: etree._Element) -> str:
        """The element's own text, up to its first child; in that and in its children what was set aside is put back."""
        if self.aside and len(element):
            self._put_back(element)
        words = element.text or ""
        return self._whole(words) if _ASIDE in words and self.aside else words

    def _put_back(self, element: etree._Element) -> None:
        for each in element.iter():
            if each.text and _ASIDE in each.text:
                each.text = self._whole(each.text)
            if each.tail and _ASIDE in each.tail:
                each.tail = self._whole(each.tail)

    def _whole(self, words: str) -> str:
        if words[0] == words[-1] == _ASIDE and words[1:-1].isdecimal():
            return self._section(words[1:-1])
        return _SET_ASIDE.sub(lambda match: self._section(match[1]), words)

    def _section(self, number: str) -> str:
        """A document can write the sign for a section as a reference: a number that was never given is no section."""
        return self.aside[int(number)] if len(number) < 7 and int(number) < len(self.aside) else ""


def read_prolog(text: str) -> Prolog:
    """Find the root element, past declarations, comments and whatever a server printed before."""
    doctype, at = "", 0
    for _ in range(_MOST_BEFORE_ROOT):
        mark = _MARK.search(text, at)
        if mark is None:
            break
        at = mark.start()
        if root := _ROOT.match(text, at):
            return Prolog(root[1], at, doctype)
        if found := _DOCTYPE.match(text, at):
            doctype = found[1].lower()
            if found[2] == "[":
                return Prolog("", at, doctype, declares=True)
            at = found.start(2)
            continue
        if _DECLARATION.match(text, at):
            return Prolog("", at, doctype, declares=True)
        at = _past(text, at)
    return Prolog("", len(text), doctype)


def _past(text: str, at: int) -> int:
    """Where a comment or processing instruction that begins here is over; one character on for anything else."""
    for start, end in (("<!--", "-->"), ("<?", "?>")):
        if text.startswith(start, at):
            found = text.find(end, at)
            return len(text) if found < 0 else found + len(end)
    return at + 1


def parse(text: str, prolog: Prolog) -> Tree:
    """Parse the root element; a document that is not well-formed is repaired first."""
    end = text.rfind(f"</{prolog.root}")
    end = text.find(">", end) + 1 if end > prolog.at else len(text)
    body, aside = _set_aside(text, prolog.at, end or len(text))
    based = ("base" in body or "BASE" in body) and _BASE.search(body) is not None
    damage = _too_much(body)
    try:
        if not damage:
            return Tree(_parse(body, recover=False), based=based, aside=aside)
    except etree.XMLSyntaxError as error:
        damage = _words(error, text.count("\n", 0, prolog.at))
    return _parse_repaired(text[prolog.at :], damage, based)


def _too_much(body: str) -> str:
    """What the parser should not be given as it stands, in words, or ""."""
    if body.count("<") + body.count("=") > _MOST_MARKS:
        return f"more than {_MOST_MARKS:,} tags and attributes"
    if any(tag[0].count("=") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(body)):
        return f"a tag with more than {_MOST_ATTRIBUTES} attributes"
    return ""


def _parse_repaired(text: str, damage: str, based: bool) -> Tree:
    repaired = repair(text)
    try:
        return Tree(_parse(repaired.text, recover=True), damage, repaired.cut, based)
    except etree.XMLSyntaxError:
        return Tree(None, damage)


def _set_aside(text: str, start: int, end: int) -> tuple[str, list[str]]:
    """A part of a document with a number for each CDATA section, and the sections.

    libxml2 reads them letter by letter, and copies them. Where a comment may hold half a section or a character is not
    legal, the document stays as it is.
    """
    found = _pieces(text, start, end) if _ASIDE not in text and _is_legal(text) else None
    if found is None or not found[1]:
        return text[start:end], []
    return "".join(found[0]), found[1]


def _pieces(text: str, start: int, end: int) -> tuple[list[str], list[str]] | None:
    """What stands between the sections, with their numbers, and the sections; None where they cannot be told apart."""
    out, sections, at = list[str](), list[str](), start
    while (begin := text.find("<![CDATA[", at, end)) >= 0:
        before, close = text[at:begin], text.find("]]>", begin, end)
        if close < 0 or len(sections) == _MOST_SECTIONS:
            return None
        if "<!--" in before or "<?" in before or before.rfind("<") > before.rfind(">"):
            return None
        out += (before, f"{_ASIDE}{len(sections)}{_ASIDE}")
        words = text[begin + 9 : close]
        # XML 1.0 section 2.11
        sections.append(words.replace("\r\n", "\n").replace("\r", "\n") if "\r" in words else words)
        at = close + 3
    out.append(text[at:end])
    return out, sections


def _is_legal(text: str) -> bool:
    """Whether every character is one that XML allows."""
    try:
        return not ("\ufffe" in text or "\uffff" in text or text.encode().translate(None, _LEGAL))
    except UnicodeEncodeError:
        return False


def _parse(text: str, recover: bool) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _words(error: etree.XMLSyntaxError, lines_before: int) -> str:
    line, column = error.position if error.position else (0, 0)
    message = re.sub(r",? line \d+.*", "", str(error.msg))
    return f"line {line + lines_before}, column {column}: {message}"[:300]
