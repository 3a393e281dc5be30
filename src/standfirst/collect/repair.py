"""Make a damaged feed document well-formed again, losing as little as can be: one pass, in linear time.

Close what was left open, drop what closes nothing, escape bare ampersands and angle brackets, spell HTML's named
entities as characters, quote attributes, declare prefixes, drop control characters, end a document that was cut.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import lru_cache
from html.entities import html5, name2codepoint
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from standfirst.collect.names import ADDRESS_OF_PREFIX

# every alternative stops at the next "<", or takes all that is left: the pass is linear on hostile text
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<![^<>]*>"
    r"""|<(?P<close>/)?(?P<name>[^\W\d][\w.:-]*)(?P<rest>(?:[^<>"']++|"[^"<]*"|'[^'<]*')*+)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_REFERENCE = re.compile(r"&(?:#(?P<number>[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = re.compile("[<&=]")
_NAME = re.compile(r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?")
_ENTRIES = frozenset(("item", "entry", "url", "sitemap"))
_MOST_ATTRIBUTES = 64  # of a tag; further ones are dropped
_MOST_PREFIXES = 200  # declared at the root; the names of further ones stay as they are written
_DEEPEST = 200  # libxml2 stops at 256
_MOST_MARKS = 70_000  # tags, attributes and references that are looked at: as many cost half a second


class Repaired(NamedTuple):
    """A document made well-formed. cut: it ended inside an entry's field, so its last entry is not whole."""

    text: str
    cut: bool


def repair(text: str) -> Repaired:
    """The document, from its root's start tag on, made well-formed; what follows the 70,000th mark is left out."""
    whole = _without_partial_tag(_bounded(text))
    writer = _Writer()
    at = 0
    for match in _TOKEN.finditer(whole):
        if match.start() > at:
            writer.words(whole[at : match.start()])
        at = match.end()
        cdata, close, name, rest = match.groups()
        if name is None:
            writer.data(cdata)
        elif close:
            writer.end(name)
        else:
            writer.start(name, rest)
        if writer.finished:
            return Repaired(writer.document(), cut=False)
    writer.words(whole[at:])
    cut = writer.in_field or (len(whole) < len(text) and writer.in_entry)
    return Repaired(writer.document(), cut)


def _bounded(text: str) -> str:
    if sum(map(text.count, "<&=")) <= _MOST_MARKS:
        return text
    mark = next(islice(_MARK.finditer(text), _MOST_MARKS, None))
    return text[: mark.start()]


def _without_partial_tag(text: str) -> str:
    at = text.rfind("<")
    return text if at < 0 or ">" in text[at:] else text[:at]


def legal(text: str) -> str:
    """The text without the characters that XML 1.0 forbids (section 2.2)."""
    return _ILLEGAL.sub("", text)


def mend_references(text: str) -> str:
    """Character data in which every reference is one that XML knows: bare "&" escaped, HTML's names spelt out."""
    return _REFERENCE.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    if name := match["name"]:
        if name in _XML_NAMES:
            return match[0]
        # HTML 4 first: its DTDs are those that feeds refer to, and HTML5 gives "lang" and "rang" other characters
        known = chr(name2codepoint[name]) if name in name2codepoint else html5.get(name + ";")
        return escape(known) if known else "&amp;" + match[0][1:]
    if match["number"]:
        # html.unescape reads 128 to 159 as windows-1252 and drops what is no character (HTML section 13.2.5.80)
        return escape(legal(html.unescape(match[0])))
    return "&amp;"


class _Writer:
    """Writes tags so that they nest; keeps the names that are open."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()  # of the open names: a search for each end tag would be quadratic
        self._prefixes: set[str] = set()
        self._root = -1
        self.finished = False

    @property
    def in_entry(self) -> bool:
        return any(_is_entry(name) for name in self._open)

    @property
    def in_field(self) -> bool:
        return self.in_entry and not _is_entry(self._open[-1])

    def words(self, text: str) -> None:
        if text and self._open:
            self._out.append(mend_references(legal(text)).replace("<", "&lt;").replace("]]>", "]]&gt;"))

    def data(self, text: str | None) -> None:
        if text and self._open:
            self._out.append("<![CDATA[" + legal(text) + "]]>")

    def start(self, name: str, rest: str) -> None:
        name, prefix = _known(name)
        if _is_entry(name) and self._count[name]:
            self._close(name)  # entries never nest, so the last one was left open
        if len(self._open) >= _DEEPEST:
            return
        if prefix:
            self._prefixes.add(prefix)
        empty = rest.rstrip().endswith("/")
        tag = "<" + name + (self._attributes(rest) if rest else "")
        end = "/>" if empty else ">"
        if self._root < 0:
            self._root = len(self._out)
            self._out += (tag, end)
        else:
            self._out.append(tag + end)
        if not empty:
            self._open.append(name)
            self._count[name] += 1
        elif not self._open:
            self.finished = True

    def end(self, name: str) -> None:
        name, _ = _known(name)
        if self._count[name]:
            self._close(name)
            self.finished = not self._open

    def document(self) -> str:
        while self._open:
            self._out.append(_end_tag(self._open.pop()))
        if self._root >= 0:
            self._out[self._root] += self._declarations(self._out[self._root])
        return "".join(self._out)

    def _close(self, name: str) -> None:
        last = ""
        while last != name:
            last = self._open.pop()
            self._count[last] -= 1
            self._out.append(_end_tag(last))

    def _attributes(self, rest: str) -> str:
        found: dict[str, str] = {}
        for match in islice(_ATTRIBUTE.finditer(rest), _MOST_ATTRIBUTES):
            name, double, single, bare = match.groups("")
            if not _NAME.fullmatch(name) or name in found:
                continue
            if ":" in name and not name.startswith("xmlns:"):
                self._prefixes.add(name.partition(":")[0])
            value = html.unescape(mend_references(legal(double or single or bare.removesuffix("/"))))
            if value or not name.startswith("xmlns:"):
                found[name] = value
        return "".join(f" {name}={quoteattr(value)}" for name, value in found.items())

    def _declarations(self, tag: str) -> str:
        missing = sorted(p for p in self._prefixes if p not in ("xml", "xmlns") and f" xmlns:{p}=" not in tag)
        return "".join(
            f' xmlns:{p}="{ADDRESS_OF_PREFIX.get(p, "urn:undeclared:" + p)}"' for p in missing[:_MOST_PREFIXES]
        )


@lru_cache(maxsize=2048)
def _known(name: str) -> tuple[str, str]:
    """The name and its prefix or ""; one that XML would refuse is spelt so that it passes."""
    if not _NAME.fullmatch(name):
        name = name.replace(":", "_")
    return name, name.partition(":")[0] if ":" in name else ""


@lru_cache(maxsize=2048)
def _end_tag(name: str) -> str:
    return f"</{name}>"


@lru_cache(maxsize=2048)
def _is_entry(name: str) -> bool:
    return name.rpartition(":")[2].lower() in _ENTRIES
