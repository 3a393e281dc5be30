"""Feeds of the newsstand: RSS 2.0 or Atom 1.0 (RFC 4287) of what an outlet has printed, and OPML of them all."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple, cast

from lxml import etree

from standfirst.model import BlockKind
from standfirst.newsstand.manifest import Truth, Version
from standfirst.newsstand.outlets import Outlet

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
LENGTH = 20
_SUMMARY_LENGTH = 180


class Printed(NamedTuple):
    """An article, the version that is printed now, and its address."""

    truth: Truth
    version: Version
    url: str


def feed_type(outlet: Outlet) -> str:
    """The media type of an outlet's feed."""
    return f"application/{outlet.format}+xml"


def feed(outlet: Outlet, site: str, printed: list[Printed], since: datetime) -> bytes:
    """An outlet's feed of what is printed, newest first.

    site: its home page's address without the slash. since: the time it gives as its own while nothing is printed.
    """
    newest = printed[:LENGTH]
    updated = max((item.version.at for item in newest), default=since)
    root = _rss(outlet, site, newest, updated) if outlet.format == "rss" else _atom(outlet, site, newest, updated)
    return _document(root, outlet.encoding)


def opml(feeds: list[tuple[Outlet, str, str]]) -> bytes:
    """A subscription list (OPML 2.0): each outlet with its feed's address and its site's."""
    root = etree.Element("opml", version="2.0")
    _add(etree.SubElement(root, "head"), "title", "The newsstand")
    folder = etree.SubElement(etree.SubElement(root, "body"), "outline", text="Newsstand")
    for outlet, url, site in feeds:
        etree.SubElement(folder, "outline", type="rss", text=outlet.name, title=outlet.name, xmlUrl=url, htmlUrl=site)
    return _document(root, "utf-8")


def summary(version: Version) -> str:
    """What a feed or a description says of an article: its standfirst, else the beginning of its first paragraph."""
    if version.standfirst:
        return version.standfirst
    first = version.paragraphs()[0]
    return first if len(first) <= _SUMMARY_LENGTH else first[:_SUMMARY_LENGTH].rsplit(" ", 1)[0] + " …"


def body_html(version: Version) -> str:
    """The body as plain HTML, as a full-text feed carries it."""
    parts = []
    for kind, words in grouped(version):
        inner = [escape(each, quote=False) for each in words]
        match kind:
            case BlockKind.HEADING:
                parts.append(f"<h2>{inner[0]}</h2>")
            case BlockKind.QUOTE:
                parts.append(f"<blockquote><p>{inner[0]}</p></blockquote>")
            case BlockKind.LIST_ITEM:
                parts.append("<ul>" + "".join(f"<li>{each}</li>" for each in inner) + "</ul>")
            case _:
                parts.append(f"<p>{inner[0]}</p>")
    return "\n".join(parts)


def grouped(version: Version) -> list[tuple[BlockKind, list[str]]]:
    """The body's blocks with the items of one list taken together."""
    groups: list[tuple[BlockKind, list[str]]] = []
    for kind, words in version.body():
        if kind is BlockKind.LIST_ITEM and groups and groups[-1][0] is kind:
            groups[-1][1].append(words)
        else:
            groups.append((kind, [words]))
    return groups


def _document(root: etree._Element, encoding: str) -> bytes:
    return cast(bytes, etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True))


def _rss(outlet: Outlet, site: str, printed: list[Printed], updated: datetime) -> etree._Element:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "content": CONTENT, "dc": DC})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", outlet.name)
    _add(channel, "link", site + "/")
    _add(channel, "description", outlet.tagline)
    _add(channel, "language", outlet.language)
    _add(channel, "lastBuildDate", format_datetime(updated.astimezone(outlet.zone)))
    link = {"href": site + outlet.feed, "rel": "self", "type": feed_type(outlet)}
    etree.SubElement(channel, f"{{{ATOM}}}link", link)
    for item in printed:
        _item(etree.SubElement(channel, "item"), outlet, item)
    return root


def _item(element: etree._Element, outlet: Outlet, item: Printed) -> None:
    _add(element, "title", item.version.headline)
    _add(element, "link", item.url)
    _add(element, "guid", item.truth.id.replace("/", ":"), {"isPermaLink": "false"})
    _add(element, "pubDate", format_datetime(item.truth.published.astimezone(outlet.zone)))
    _add(element, "category", item.truth.section)
    for name in item.version.bylines:
        _add(element, f"{{{DC}}}creator", name)
    _add(element, "description", escape(summary(item.version), quote=False))
    if outlet.full_text:
        content = etree.SubElement(element, f"{{{CONTENT}}}encoded")
        content.text = etree.CDATA(body_html(item.version))
    _add(element, f"{{{ATOM}}}updated", _rfc3339(item.version.at, outlet))


def _atom(outlet: Outlet, site: str, printed: list[Printed], updated: datetime) -> etree._Element:
    root = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    root.set("{http://www.w3.org/XML/1998/namespace}lang", outlet.language)
    _add(root, f"{{{ATOM}}}id", f"tag:{outlet.host},2026:feed")
    _add(root, f"{{{ATOM}}}title", outlet.name)
    _add(root, f"{{{ATOM}}}subtitle", outlet.tagline)
    _add(root, f"{{{ATOM}}}updated", _rfc3339(updated, outlet))
    etree.SubElement(root, f"{{{ATOM}}}link", rel="self", type=feed_type(outlet), href=site + outlet.feed)
    etree.SubElement(root, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=site + "/")
    for item in printed:
        _entry(etree.SubElement(root, f"{{{ATOM}}}entry"), outlet, item)
    return root


def _entry(element: etree._Element, outlet: Outlet, item: Printed) -> None:
    _add(element, f"{{{ATOM}}}id", f"tag:{outlet.host},2026:{item.truth.id}")
    _add(element, f"{{{ATOM}}}title", item.version.headline)
    etree.SubElement(element, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=item.url)
    _add(element, f"{{{ATOM}}}published", _rfc3339(item.truth.published, outlet))
    _add(element, f"{{{ATOM}}}updated", _rfc3339(item.version.at, outlet))
    for name in item.version.bylines or (outlet.name,):
        _add(etree.SubElement(element, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", name)
    etree.SubElement(element, f"{{{ATOM}}}category", term=item.truth.section)
    _add(element, f"{{{ATOM}}}summary", summary(item.version))
    if outlet.full_text:
        _add(element, f"{{{ATOM}}}content", body_html(item.version), {"type": "html"})


def _add(parent: etree._Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    etree.SubElement(parent, tag, attributes or {}).text = text


def _rfc3339(moment: datetime, outlet: Outlet) -> str:
    return moment.astimezone(outlet.zone).isoformat(timespec="seconds")
