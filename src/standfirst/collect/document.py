"""The text of a feed document to a tree of elements, safely: as it stands where it is well-formed, else repaired.

An internal subset or an entity declaration is refused before anything is parsed; a bare external-id DOCTYPE (lawful in
RSS 0.91) is dropped unread. Nothing outside the document is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from standfirst.collect.repair import repair

_DOCTYPE = re.compile(r"""<!DOCTYPE\s*([^\s>\["']*)(?:[^"'\[>]|"[^"]*"|'[^']*')*+(.?)""", re.IGNORECASE | re.DOTALL)
# libxml2 compares every attribute of a tag with every other: 100,000 of them cost it a minute and more
_MOST_ATTRIBUTES = 256
_LONG_TAG = re.compile(r"""<[^\W\d](?=[^<]{1280})(?:[^<>"']++|"[^"<]*"|'[^'<]*')*+""")
_ROOT = re.compile(r"<([^\W\d][\w.:-]*)")


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

    based: an attribute may name a base for relative addresses (XML Base).
    """

    root: etree._Element | None
    damage: str = ""
    cut: bool = False
    based: bool = False


def read_prolog(text: str) -> Prolog:
    """Find the root element, past declarations, comments and whatever a server printed before."""
    doctype, at = "", text.find("<")
    while at >= 0:
        if root := _ROOT.match(text, at):
            return Prolog(root[1], at, doctype)
        if found := _DOCTYPE.match(text, at):
            doctype = found[1].lower()
            if found[2] == "[":
                return Prolog("", at, doctype, declares=True)
            at = found.end() - 1
        elif text[at : at + 8].upper() in ("<!ENTITY", "<!ELEMEN", "<!ATTLIS"):
            return Prolog("", at, doctype, declares=True)
        at = text.find("<", _past(text, at))
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
    body = text[prolog.at : end or len(text)]
    based = "base=" in body or "BASE=" in body or "base =" in body
    if any(tag[0].count("=") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(body)):
        return _parse_repaired(text[prolog.at :], f"a tag with more than {_MOST_ATTRIBUTES} attributes", based)
    try:
        return Tree(_parse(_without_cdata(body), recover=False), based=based)
    except etree.XMLSyntaxError as error:
        damage = _words(error, text.count("\n", 0, prolog.at))
    return _parse_repaired(text[prolog.at :], damage, based)


def _parse_repaired(text: str, damage: str, based: bool) -> Tree:
    repaired = repair(text)
    try:
        return Tree(_parse(repaired.text, recover=True), damage, repaired.cut, based)
    except etree.XMLSyntaxError:
        return Tree(None, damage)


def _without_cdata(text: str) -> str:
    """The same document with its CDATA sections as escaped text, which libxml2 reads in half the time."""
    before, *sections = text.split("<![CDATA[")
    out = [before]
    for section in sections:
        words, closed, after = section.partition("]]>")
        if not closed or "<!--" in after:
            return text  # a comment may hold half a section: leave it to the parser
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        out.append(words[:-1] + "&#93;" if words.endswith("]") else words)  # no "]]>" may come about
        out.append(after)
    return text if "<!--" in before else "".join(out)


def _parse(text: str, recover: bool) -> etree._Element | None:
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
