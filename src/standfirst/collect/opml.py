"""Subscriptions in and out as OPML 2.0 (opml.org/spec2.opml), which every reader can write and read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from standfirst.collect.decode import decode
from standfirst.collect.document import parse as parse_document
from standfirst.collect.document import read_prolog
from standfirst.collect.names import local_name
from standfirst.errors import Code, FeedError, Problem, Stage
from standfirst.model import Outline
from standfirst.text import clean_line
from standfirst.urls import parse

MOST_OUTLINES = 100_000


def read_opml(data: bytes, source: str) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    """The subscriptions of an OPML file, in its order, each address once in each folder; nested folders are joined.

    source: the file's name, for problems. Damage is tolerated: what could be read is taken. Raises FeedError with
    OPML_UNREADABLE where no outline is found at all, ENTITY_DECLARED where the file declares entities.
    """
    root, damage = _root(data, source)
    problems = [_problem(Code.OPML_UNREADABLE, source, "", damage, "well-formed XML")] if damage else []
    found: dict[tuple[str, str], Outline] = {}
    for element, folder, path in _outlines(root):
        outline = _outline(element, folder)
        if outline is not None:
            found.setdefault((outline.url, outline.folder), outline)
        elif not len(element):
            words = repr(_attribute(element, "xmlurl", "url") or _attribute(element, "text", "title"))
            problems.append(_problem(Code.OUTLINE_WITHOUT_ADDRESS, source, path, words, "xmlUrl with an http address"))
    if not found and not problems:
        raise FeedError(_problem(Code.OPML_UNREADABLE, source, "", "no outline", "at least one subscription"))
    return tuple(found.values()), tuple(problems)


def write_opml(outlines: Iterable[Outline], title: str, created: datetime) -> bytes:
    """An OPML 2.0 file in UTF-8. Each folder (" / " and all) is one outline around its subscriptions."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for outline in outlines:
        parent = body
        if name := clean_line(outline.folder):
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", text=name, title=name)
            parent = folders[name]
        words = clean_line(outline.title) or outline.url
        given = {"type": "rss", "text": words, "title": words, "xmlUrl": outline.url, "htmlUrl": outline.site}
        etree.SubElement(parent, "outline", {key: clean_line(value, 8000) for key, value in given.items() if value})
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _root(data: bytes, source: str) -> tuple[etree._Element, str]:
    text = decode(data, "")
    prolog = read_prolog(text)
    if prolog.declares:
        raise FeedError(_problem(Code.ENTITY_DECLARED, source, "", "a DOCTYPE with declarations", "none"))
    tree = parse_document(text, prolog) if prolog.root else None
    if (
        tree is None
        or tree.root is None
        or local_name(tree.root.tag) not in ("opml", "body", "outline", "outlinedocument")
    ):
        found = f"<{prolog.root}>" if prolog.root else "no XML" if data.strip() else "an empty file"
        raise FeedError(_problem(Code.OPML_UNREADABLE, source, "", found, "OPML: <opml> with outlines"))
    return tree.root, tree.damage


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Each outline with the folder it lies in and the place it stands at. The parser bounds the depth."""
    body = next((child for child in root if isinstance(child.tag, str) and local_name(child.tag) == "body"), root)
    waiting = [(body, "", f"/{local_name(root.tag)}/{local_name(body.tag)}" if body is not root else "")]
    for _ in range(MOST_OUTLINES):
        if not waiting:
            return
        element, folder, path = waiting.pop()
        if element is not body:
            yield element, folder, path
            if not _attribute(element, "xmlurl"):
                name = clean_line(_attribute(element, "text", "title"), 100)
                folder = f"{folder} / {name}" if folder and name else folder or name
        below = [child for child in element if isinstance(child.tag, str) and local_name(child.tag) == "outline"]
        places = [(child, folder, f"{path}/outline[{n}]") for n, child in enumerate(below, 1)]
        waiting.extend(place for place in reversed(places) if not _is_comment(place[0]))


def _is_comment(element: etree._Element) -> bool:
    """OPML 2.0, "Common attributes": a commented outline counts for nothing, with all that lies within it."""
    return _attribute(element, "iscomment").lower() == "true"


def _outline(element: etree._Element, folder: str) -> Outline | None:
    """A subscription. OPML 2.0, "Subscription lists": `text` is the reader's name for it, `title` the feed's own."""
    url = _attribute(element, "xmlurl")
    if not url and _attribute(element, "type").lower() in ("rss", "atom"):
        url = _attribute(element, "url")
    address = parse(url.replace("feed://", "http://", 1) if url.startswith("feed://") else url) if url else None
    if address is None:
        return None
    title = clean_line(_attribute(element, "text", "title"), 500)
    category = "" if folder else _category(_attribute(element, "category"))
    return Outline(address, title, parse(_attribute(element, "htmlurl")) or "", folder or category)


def _category(value: str) -> str:
    """OPML 2.0: comma-separated categories, each a slash-delimited path; the first one counts as the folder."""
    parts = [clean_line(part, 100) for part in value.partition(",")[0].split("/")]
    return " / ".join(part for part in parts if part)


def _attribute(element: etree._Element, *names: str) -> str:
    """The first of these attributes that says anything, whatever its letters' case."""
    given = {str(key).lower(): str(value).strip() for key, value in element.items()}
    return next((value for name in names if (value := given.get(name))), "")


def _problem(code: Code, source: str, where: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.IMPORT, code, source, where, found[:300], wanted)
