from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst.extract import dom, jsonld

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@type", "a/b", "c~d", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)


def scripts(*bodies: str) -> list[object]:
    html = "".join(f'<script type="application/ld+json">{body}</script>' for body in bodies)
    return jsonld.scripts(dom.parse(html).nodes)


@given(JSON)
def test_every_object_is_found_again_by_its_pointer(value: object) -> None:
    for thing in jsonld.things([value]):
        assert jsonld.resolve([value], thing.pointer) is thing.value


def test_what_publishers_get_wrong_is_read() -> None:
    assert scripts('{"a": "x\ny"}', '{"a": [1, 2,],}', '<!-- {"a": 1} -->', '{"a": 1};') == [
        {"a": "x\ny"},
        {"a": [1, 2]},
        {"a": 1},
        {"a": 1},
    ]


def test_what_cannot_be_read_keeps_its_number() -> None:
    values = scripts("{", '{"a": 1}')
    assert values == [None, {"a": 1}]
    assert jsonld.resolve(values, "2#/a") == 1


def test_the_article_is_the_object_that_says_the_most() -> None:
    teaser = {"@type": "NewsArticle", "headline": "Another"}
    article = {"@type": ["Thing", "http://schema.org/NewsArticle"], "headline": "This", "datePublished": "2026"}
    found = jsonld.article_of(jsonld.things([{"@type": "WebPage", "a": [teaser, article]}]))
    assert found is not None
    assert found.value is article
    assert jsonld.article_of(jsonld.things([{"@type": "WebSite"}])) is None
