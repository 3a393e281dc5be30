"""When what is fetched."""

from __future__ import annotations

from standfirst.model import Feed, FeedState
from standfirst.schedule import in_turns


def in_order(*addresses: str) -> list[str]:
    given = [(Feed(address, "outlet.example"), FeedState(address)) for address in addresses]
    return [feed.url for feed, state in in_turns(given) if feed.url == state.url]


def test_each_host_has_a_turn_before_one_has_a_second() -> None:
    found = in_order("http://a.example/1", "http://a.example/2", "http://a.example/3", "http://b.example/1")
    assert found == ["http://a.example/1", "http://b.example/1", "http://a.example/2", "http://a.example/3"]


def test_feeds_of_as_many_hosts_stay_in_their_order() -> None:
    hosts = [f"http://{name}.example/feed" for name in ("m", "b", "z")]
    assert in_order(*hosts) == hosts
    assert in_order() == []
