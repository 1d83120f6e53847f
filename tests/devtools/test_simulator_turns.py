"""What the page is told of a turn: what was heard, what the engine waits for and means, and what it cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.app import App
from skill.shop import NOBODY
from tests.devtools.simulated import Page, developed, page_of

OATWICK = "milk-oat-oatwick-half-gal"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    return developed(tmp_path_factory.mktemp("simulated"))


@pytest.fixture
def page(app: App, request: pytest.FixtureRequest) -> Page:
    """A page with a shopper of the test's own."""
    return page_of(app, user=request.node.name)


def test_the_page_is_told_how_each_slot_was_resolved(page: Page) -> None:
    heard = page.say("add two goat milk")["heard"]
    assert heard["intent"] == "AddToCart"
    assert heard["slots"] == {"quantity": "2", "product": "goat milk"}
    assert heard["resolved"]["quantity"] == {
        "type": "AMAZON.NUMBER",
        "status": "none",
        "values": [],
        "from": "model",
    }
    product = heard["resolved"]["product"]
    assert (product["status"], product["from"]) == ("match", "model")
    assert product["values"][0]["name"] == "goat milk"


def test_names_that_were_sent_are_known_from_the_next_turn_on(page: Page) -> None:
    page.say("find oat milk")
    heard = page.say("add Oatwick")["heard"]
    assert heard["resolved"]["product"]["from"] == "dynamic"
    assert [value["id"] for value in heard["resolved"]["product"]["values"]] == [OATWICK]
    assert page.state(page.settled["user"])["state"]["cart"] == {OATWICK: 1}


def test_the_open_question_is_shown_with_what_was_offered_by_name(page: Page) -> None:
    told = page.say("find oat milk")
    assert told["waiting"]["awaiting"] == "product"
    assert told["waiting"]["options"][1] == {"id": OATWICK, "name": "Oatwick oat milk, half gallon"}
    assert told["listing"]["words"] == "oat milk"
    assert [item["id"] for item in told["listing"]["items"] if item["said"]] == [
        option["id"] for option in told["waiting"]["options"]
    ]


def test_what_it_means_is_shown_by_name(page: Page) -> None:
    told = page.say("add goat milk")
    assert told["focus"]["product"]["name"] == "Nannybrook goat milk, one quart"
    assert told["focus"]["quantity"] == 1


def test_a_turn_tells_its_time_and_outcome(page: Page) -> None:
    turn = page.say("add goat milk")["turn"]
    assert turn["outcome"] == "add_to_cart.added"
    assert turn["milliseconds"] > 0
    assert turn["round_trips"] >= 2


def test_the_state_is_told_without_a_turn(page: Page) -> None:
    page.say("add goat milk")
    state = page.state(page.settled["user"])
    assert [line["name"] for line in state["cart"]] == ["Nannybrook goat milk, one quart"]
    assert state["clock"]["ahead"] == 0
    assert state["messages"] == []


def test_saying_nothing_is_answered_with_the_reprompt_and_then_with_the_end(page: Page) -> None:
    asked = page.say("find oat milk")
    again = page.do(silence=True)
    assert again["speech"] == asked["reprompt"]
    assert again["request"] is None
    assert not again["sessionEnded"]
    ended = page.do(silence=True)
    assert ended["speech"] == ""
    assert ended["sessionEnded"]
    assert ended["request"]["request"]["reason"] == "EXCEEDED_MAX_REPROMPTS"


def test_a_session_that_is_left_is_over_for_the_shop_and_counted(page: Page, app: App) -> None:
    today = app.store.visit(NOBODY).facts.local(app.clock()).date()
    before = len([*app.store.counted(today)])
    said = page.say("find oat milk")
    assert page.post("leave", session=said["session"]) == (200, {"left": True})
    assert len([*app.store.counted(today)]) == before + 1
    # Nothing was open.
    assert page.post("leave") == (200, {"left": False})


def test_whoever_speaks_after_the_reprompt_is_waited_for_anew(page: Page) -> None:
    page.say("find oat milk")
    page.do(silence=True)
    page.say("the second one")
    assert page.do(silence=True)["speech"]


def test_a_number_that_was_not_understood_is_asked_for_again(page: Page) -> None:
    page.say("add goat milk")
    told = page.say("make it three", fault="unheard_number")
    assert told["heard"]["slots"] == {"quantity": "?"}
    assert told["turn"]["outcome"] == "change_quantity.how_many"
    assert told["fault"] == {"name": "unheard_number", "played": True}


def test_a_fault_that_does_not_fit_the_turn_is_told_to_be_unplayed(page: Page) -> None:
    assert page.say("find oat milk", fault="unheard_number")["fault"]["played"] is False


def test_words_nobody_understood_fall_back(page: Page) -> None:
    told = page.say("add goat milk", fault="no_match")
    assert told["request"]["request"]["intent"]["name"] == "AMAZON.FallbackIntent"
    assert told["cart"] == []


def test_a_request_sent_twice_is_answered_the_same_and_does_nothing_more(page: Page) -> None:
    told = page.say("add two goat milk", fault="twice")
    assert told["repeat"] == {"same": True}
    assert told["state"]["cart"] == {"milk-goat-nannybrook-qt": 2}


def test_an_answer_that_came_too_late_leaves_what_was_done(page: Page) -> None:
    told = page.say("add goat milk", fault="time_out")
    assert told["lost"]
    assert told["sessionEnded"]
    assert "problem" in told["speech"]
    assert told["then"]["request"]["request"]["error"]["type"] == "ENDPOINT_TIMEOUT"
    assert told["then"]["response"]["response"] == {}
    assert told["state"]["cart"] == {"milk-goat-nannybrook-qt": 1}


def test_a_child_of_the_household_may_not_order(page: Page) -> None:
    user = page.settled["user"]
    status, told = page.post("member", user=user, name="Anna", child=True)
    assert status == 200
    [anna] = told["members"]
    assert anna["name"] == "Anna"
    page.say("add goat milk", person=anna["person"])
    page.say("make it four", person=anna["person"])
    told = page.say("check out", person=anna["person"])
    assert told["turn"]["outcome"] == "checkout.ask_a_grown_up"
    assert told["members"] == [anna]


def test_the_clock_is_set_ahead_for_the_turns(app: App, tmp_path: Path) -> None:
    page = page_of(developed(tmp_path))
    before = page.say("open saffron wagon")["request"]["request"]["timestamp"]
    status, told = page.post("clock", ahead=7 * 86_400)
    assert (status, told["clock"]["ahead"]) == (200, 7 * 86_400)
    after = page.say("open saffron wagon")["request"]["request"]["timestamp"]
    assert after[:10] > before[:10]
    assert page.post("clock", ahead=60)[0] == 400
    assert page.post("clock", ahead=0)[1]["clock"]["ahead"] == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def paths(part: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a session."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [at, *(path for name, value in inner for path in paths(value, (*at, name)))]


def with_at(part: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(part) if isinstance(part, dict) else list(part)
    copy[path[0]] = with_at(part[path[0]], path[1:], value)
    return copy


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_session_that_was_tampered_with_is_refused_or_read_and_never_a_stumble(
    app: App, data: st.DataObject
) -> None:
    page = page_of(app, user="tampered")
    page.say("find oat milk")
    page.say("add a few")
    path = data.draw(st.sampled_from(paths(page.session)))
    session = with_at(page.session, path, data.draw(JSON))
    for asked in ({"text": "two"}, {"silence": True}, {"touch": ["touch", "pick", "x"]}):
        answer = page.client.post("/simulator/say", json={**asked, "session": session})
        assert answer.status_code in (200, 400), (path, session)


def test_a_reprompt_cannot_be_sent_twice_nor_get_lost(page: Page) -> None:
    page.say("find oat milk")
    for fault in ("twice", "time_out"):
        told = page.do(silence=True, fault=fault)
        assert told["fault"]["played"] is False
        assert not told["lost"]
