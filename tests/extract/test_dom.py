from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst.extract import dom
from standfirst.extract.dom import Node

PIECES = ["<div>", "</div>", "<p>", "x", " ", "<span>", "</span>", "<!-- c -->", "<ul><li>", "<td>", "<br>"]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def first(tree: dom.Tree, tag: str) -> Node:
    return next(node for node in tree.nodes if node.tag == tag)


@given(MARKUP)
def test_every_element_is_found_again_by_its_path(html: str) -> None:
    tree, again = dom.parse(html), dom.parse(html)
    for node, twin in zip(tree.nodes, again.nodes, strict=True):
        assert dom.follow(tree.root, dom.path_of(node)) is node
        assert dom.follow(again.root, dom.path_of(node)) is twin
        for above in node.ancestors():
            assert dom.follow(tree.root, dom.path_of(node, above), above) is node


@given(MARKUP)
def test_nodes_stand_in_document_order_under_their_parents(html: str) -> None:
    tree = dom.parse(html)
    assert list(tree.root.elements()) == tree.nodes
    assert all(node in node.parent.children for node in tree.nodes if node.parent is not None)


def test_text_reads_as_it_is_printed() -> None:
    tree = dom.parse("<p>a<b>b</b><br>c <script>no</script><style>no</style>d<!-- no -->e</p>")
    assert dom.words_of(first(tree, "p")) == "ab c de"


def test_text_of_some_children_without_others() -> None:
    tree = dom.parse("<p>a<b>b</b>c<i>d</i>e</p>")
    node = first(tree, "p")
    assert dom.text_of(node, 1, 3) == "bcd"
    assert dom.text_of(node, 0, None, frozenset({id(first(tree, "b"))})) == "acde"


def test_a_comment_does_not_divide_text() -> None:
    assert first(dom.parse("<p>a<!-- x -->b</p>"), "p").children == ["ab"]


def test_letters_are_weighed_apart_from_links() -> None:
    node = first(dom.parse("<div>four<a>seven77</a><script>none</script></div>"), "div")
    assert (node.mass, node.linked, node.blocky) == (4, 7, False)
