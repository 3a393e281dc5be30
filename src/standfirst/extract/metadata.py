"""What a page says about itself in its head: meta elements, links, JSON-LD."""

from __future__ import annotations

from typing import Any, NamedTuple

from standfirst.extract import jsonld
from standfirst.extract.dom import Node, Tree, words_of
from standfirst.extract.found import Found
from standfirst.extract.jsonld import Thing
from standfirst.extract.likeness import similarity
from standfirst.model import Method
from standfirst.text import clean_words

_DATES = ("datePublished", "dateModified")


class Head(NamedTuple):
    """The page's own statements about itself.

    metas: the first meta element under each name, property or itemprop (lower case). canonical: the link element.
    times: time elements, and those whose itemprop is a date.
    """

    tree: Tree
    metas: dict[str, Node]
    canonical: Node | None
    title: Node | None
    h1s: list[Node]
    times: list[Node]
    things: list[Thing]
    article: Thing | None

    def meta(self, *names: str) -> Found | None:
        """The first of these meta values that says anything."""
        for name in names:
            node = self.metas.get(name)
            value = clean_words(node.get("content")) if node is not None else ""
            if node is not None and value:
                return Found(value, _method_of(name), node, "content")
        return None

    def meta_and_beside(self, name: str) -> list[Found]:
        """All values of a meta name that is given several times, as Highwire and Dublin Core have it for authors.

        Only elements beside the first count: one further off may speak of a comment or of another story.
        """
        first = self.metas.get(name)
        if first is None or first.parent is None:
            return []
        same = [node for node in first.parent.children if isinstance(node, Node) and name in _names_of_meta(node)]
        found = [Found(clean_words(node.get("content")), _method_of(name), node, "content") for node in same]
        return [each for each in found if each.value]

    def site_names(self) -> list[str]:
        """What the page calls its outlet: in Open Graph, as the publisher of its article, as a schema.org WebSite."""
        metas = (self.metas[name].get("content") for name in ("og:site_name", "application-name") if name in self.metas)
        publisher = self.article.value.get("publisher") if self.article else None
        referred = jsonld.referred(self.things, publisher)
        sites = [thing.value for thing in self.things if "WebSite" in thing.types()]
        stated = [publisher, referred.value if referred else None, *sites]
        names = [*metas, *(thing.get("name") for thing in stated if isinstance(thing, dict))]
        return list(dict.fromkeys(clean_words(name) for name in names if isinstance(name, str) and clean_words(name)))

    def printed_headline(self, headline: str) -> Node | None:
        """The top heading that is most like the headline, if any is like it; the only one if there is but one."""
        best = max(self.h1s, key=lambda node: similarity(words_of(node), headline), default=None)
        near = best is not None and (len(self.h1s) == 1 or similarity(words_of(best), headline) > 0.5)
        return best if near else None

    def said(self, *keys: str) -> Found | None:
        """The first of these values of the JSON-LD article that is text and says anything."""
        for key in keys:
            value = self.article.value.get(key) if self.article else None
            if self.article and isinstance(value, str) and clean_words(value):
                return in_json(value, f"{self.article.pointer}/{key}")
        return None


def in_json(value: str, pointer: str) -> Found:
    """A text of JSON-LD. Many publishers write HTML there, so its words are what HTML makes of it."""
    from standfirst.extract.forms import html_words

    if "<" in value or "&" in value:
        return Found(html_words(value), Method.JSON_LD, pointer, "", "html-words")
    return Found(clean_words(value), Method.JSON_LD, pointer)


def _method_of(name: str) -> Method:
    return Method.OPEN_GRAPH if name.startswith(("og:", "article:")) else Method.DOM


def _names_of_meta(node: Node) -> list[str]:
    """The names that a meta element goes by; none for any other element."""
    said = (node.get(attribute).strip().lower() for attribute in ("property", "name", "itemprop"))
    return [name for name in said if name] if node.tag == "meta" else []


def read_head(tree: Tree) -> Head:
    """Collect what the page says of itself, in one walk."""
    metas: dict[str, Node] = {}
    canonical = title = None
    h1s: list[Node] = []
    times: list[Node] = []
    for node in tree.nodes:
        if node.tag == "meta":
            for key in _names_of_meta(node):
                metas.setdefault(key, node)
        elif node.tag == "link" and canonical is None and node.get("rel").lower() == "canonical":
            canonical = node
        elif node.tag == "title" and title is None and node.parent is not None and node.parent.tag != "svg":
            title = node
        elif node.tag == "h1":
            h1s.append(node)
        if node.tag == "time" or ("itemprop" in node.attrs and node.get("itemprop") in _DATES):
            times.append(node)
    values: list[Any] = jsonld.scripts(tree.nodes)
    things = jsonld.things(values)
    return Head(tree, metas, canonical, title, h1s, times, things, jsonld.article_of(things))


def is_free(head: Head) -> bool | None:
    """What the page's article says of itself under isAccessibleForFree; None where it says nothing."""
    value = head.article.value.get("isAccessibleForFree") if head.article else None
    said = str(value).strip().lower()
    return {"true": True, "false": False}.get(said.rpartition("/")[2])


def paid_classes(head: Head) -> frozenset[str]:
    """The classes of the parts that the page declares not free (schema.org hasPart with a cssSelector of one class)."""
    parts = (thing.value for thing in head.things if "cssSelector" in thing.value)
    paid = [part["cssSelector"] for part in parts if str(part.get("isAccessibleForFree")).lower() == "false"]
    selectors = [one for item in paid for one in (item if isinstance(item, list) else [item]) if isinstance(one, str)]
    return frozenset(one.strip()[1:] for one in ",".join(selectors).split(",") if one.strip().startswith("."))
