"""The graph of the screens, declared and derived."""

from typing import Any

from headrace.flowjson.routing import routing_of


def navigating(screen_id: str, *targets: str) -> dict[str, Any]:
    links = [
        {
            "type": "EmbeddedLink",
            "text": "go",
            "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": one}},
        }
        for one in targets
    ]
    branch = {"type": "If", "condition": "${data.b}", "then": links}
    return {"id": screen_id, "layout": {"type": "SingleColumnLayout", "children": [branch]}}


def test_without_a_model_the_edges_are_those_of_the_actions() -> None:
    flow = {
        "version": "7.3",
        "screens": [navigating("A", "B", "C", "B"), navigating("B", "C"), navigating("C", "GONE")],
    }
    routing = routing_of(flow)
    assert routing.edges == {"A": ("B", "C"), "B": ("C",), "C": ()}
    assert routing.entry_screens == ("A",)
    assert not routing.declared


def test_a_declared_model_counts_alone() -> None:
    flow = {
        "version": "7.3",
        "data_api_version": "3.0",
        "routing_model": {"A": ["B", "X"], "B": []},
        "screens": [navigating("B", "A"), navigating("A")],
    }
    routing = routing_of(flow)
    assert routing.edges == {"B": (), "A": ("B",)}
    assert routing.entry_screens == ("A",)
    assert routing.declared


def test_one_may_stay_go_on_and_go_back_but_not_skip() -> None:
    routing = routing_of({"routing_model": {"A": ["B"], "B": ["C"]}, "screens": [{"id": one} for one in "ABC"]})
    assert routing.allows("A", "A")
    assert routing.allows("A", "B")
    assert routing.allows("B", "A")
    assert not routing.allows("A", "C")


def test_a_list_of_links_leads_anywhere_in_a_flow_without_endpoint() -> None:
    shops = {"id": "SHOPS", "layout": {"children": [{"type": "NavigationList", "list-items": "${data.shops}"}]}}
    screens = [shops, navigating("A"), navigating("B")]
    assert routing_of({"version": "6.2", "screens": screens}).edges["SHOPS"] == ("A", "B")
    assert routing_of({"version": "6.1", "screens": screens}).edges["SHOPS"] == ()
    endpoint = {"version": "7.3", "data_api_version": "3.0", "screens": screens}
    assert routing_of(endpoint).edges["SHOPS"] == ()


def test_odd_content_is_passed_over() -> None:
    for flow in (
        {},
        {"screens": 1},
        {"screens": [1, {}, {"id": 2}]},
        {"screens": [{"id": "A"}], "routing_model": {"A": 1}},
    ):
        assert set(routing_of(flow).edges) <= {"A"}


def test_screens_in_the_order_in_which_a_person_comes_by_them() -> None:
    routing = routing_of(declared({"END": [], "START": ["A", "B"], "A": ["END"], "B": ["A"], "LOOP": ["LOOP"]}))
    assert routing.in_order() == ["START", "LOOP", "A", "B", "END"]
    assert routing.way("START", "END") == ["START", "A", "END"]
    assert routing.way("B", "B") == ["B"]
    assert routing.way("END", "START") is None


def test_a_circle_has_an_order_too() -> None:
    assert routing_of(declared({"A": ["B"], "B": ["A"]})).in_order() == ["A", "B"]


def declared(model: dict[str, list[str]]) -> dict[str, Any]:
    return {"data_api_version": "3.0", "routing_model": model, "screens": [{"id": name} for name in model]}
