"""The values of feed elements: titles and names as plain text, summaries and content as HTML, people's names.

Which of the two an element holds follows its format: Atom 1.0 says so in `type` (RFC 4287 section 3.1), Atom 0.3 in
`type` and `mode`, RSS leaves it open: there a value is HTML where it holds a tag or an entity of HTML's.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from html.entities import html5

from lxml import etree

from standfirst.collect.names import XHTML
from standfirst.text import clean_line

_HTML_TYPES = frozenset(("html", "text/html", "xhtml", "application/xhtml+xml"))
_XHTML_TYPES = frozenset(("xhtml", "application/xhtml+xml"))
_TEXT_TYPES = frozenset(("", "text", "text/plain", "plain", "html", "text/html", "xhtml"))
# a comment that is never closed ends at its first ">", as browsers took it when such feeds were written
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?-->|<!--[^>]*>?|<[!?][^<>]*>", re.I | re.S)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_BREAKING_NAMES = "br p div li ul ol tr td th table h1 h2 h3 h4 h5 h6 hr blockquote"
_INLINE_NAMES = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink body button "
    "canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir dl dt em embed fieldset "
    "figcaption figure font footer form frame frameset head header html i iframe img input ins kbd label legend link "
    "main map mark marquee menu meta meter nav nobr noframes noscript object optgroup option output param picture pre "
    "progress q rp rt ruby s samp script section select small source span strike strong style sub summary sup svg "
    "tbody template textarea tfoot thead time title track tt u var video wbr"
)
_BREAKING = frozenset(_BREAKING_NAMES.split())
_HTML_NAMES = _BREAKING | frozenset(_INLINE_NAMES.split())
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{0,31});)")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr")
)
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+(?:\?subject=\S*)?")
_BRACKETS = re.compile(r"\(\s*\)|<\s*>|\bmailto:")


def line(element: etree._Element, words: str, atom: bool) -> str:
    """A title, name or category as one line of plain text, decoded once by the rules of its format.

    words: the element's own text, up to its first child.
    """
    if not atom and not len(element):
        return plain(words)
    value, is_html = _value(element, words, atom)
    return plain(value, is_html or not atom)


def plain(value: str, is_html: bool = True) -> str:
    """The words of a value: where it is HTML its tags are taken out and its references decoded, once."""
    if is_html and ("<" in value or "&" in value):
        value = html.unescape(_TAG.sub(_tag_as_text, _UNSEEN.sub("", value)))
    if value.isascii() and value.isprintable() and "  " not in value and len(value) < 1000:
        return value.strip()  # what clean_line would make of it, for nearly every value
    return clean_line(value)


def markup(element: etree._Element, words: str, atom: bool) -> str:
    """A summary or content as HTML, as the feed has it; plain text is escaped, inline XHTML is written out."""
    if not atom and not len(element):
        return words.strip()
    value, is_html = _value(element, words, atom)
    return (value if is_html or not atom else html.escape(value, quote=False)).strip()


def name_of(value: str) -> str:
    """A person's name out of "mail (Name)", "Name <mail>" or the name alone; an address alone stays as it is."""
    if "@" not in value and "(" not in value and "<" not in value:
        return value.strip()
    bare = _BRACKETS.sub("", _ADDRESS.sub("", value)).strip()
    if bare == value.strip():
        return bare
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return bare.strip(" ,;") or value.strip()


def _tag_as_text(match: re.Match[str]) -> str:
    name = match[1].lower()
    if name not in _HTML_NAMES:
        return match[0].replace("&", "&amp;").replace("<", "&lt;")  # "Vector<T>" is no markup
    return " " if name in _BREAKING else ""


def _value(element: etree._Element, text: str, atom: bool) -> tuple[str, bool]:
    """The element's value, and whether it is HTML."""
    kind = (element.get("type") or "").strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    if len(element):
        return _inner(element), True
    if mode == "base64" or not (kind in _TEXT_TYPES or kind.startswith("text/") or kind.endswith(("+xml", "/xml"))):
        text = _from_base64(text)
    if kind in _XHTML_TYPES and mode not in ("escaped", "base64"):
        return html.escape(text, quote=False), True
    return text, kind in _HTML_TYPES or (not atom and looks_like_html(text))


def looks_like_html(value: str) -> bool:
    """Whether a value holds a tag or a named or numbered reference that HTML knows."""
    if any(match[1].lower() in _HTML_NAMES for match in _TAG.finditer(value)):
        return True
    return any(not match[1] or match[1] + ";" in html5 for match in _ENTITY.finditer(value))


def _from_base64(text: str) -> str:
    """RFC 4287 section 4.1.3.3: content of another type is Base64; what is not stays as it stands."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=False).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        return text


def _inner(element: etree._Element) -> str:
    """Inline markup written as HTML, without the single div that Atom wraps XHTML in (RFC 4287 section 3.1.1.3)."""
    only = element[0]
    wrapped = (
        len(element) == 1
        and only.tag in (f"{{{XHTML}}}div", "div")
        and not (element.text or "").strip()
        and not (only.tail or "").strip()
    )
    out: list[str] = []
    _write_inner(only if wrapped else element, out)
    return "".join(out)


def _write_inner(element: etree._Element, out: list[str]) -> None:
    """Depth is bounded: the parser stops at 256."""
    out.append(html.escape(element.text or "", quote=False))
    for child in element:
        if isinstance(child.tag, str):
            _write(child, out)
        out.append(html.escape(child.tail or "", quote=False))


def _plain_attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in element.attrib.items() if "}" not in str(key)]


def _write(element: etree._Element, out: list[str]) -> None:
    name = etree.QName(element).localname
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in _plain_attributes(element))
    out.append(f"<{name}{attributes}>")
    if name in _VOID and not len(element) and not element.text:
        return
    _write_inner(element, out)
    out.append(f"</{name}>")
