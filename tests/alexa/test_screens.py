"""Screens: our documents are whole, they are drawn where there is a screen alone, and a touch can do what a
voice can, to what is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.alexa.request import NEEDED
from skill.alexa.screens import drawn as render
from skill.alexa.screens import kept as document
from skill.alexa.typed import Turned
from skill.app import shopper_key
from skill.commerce.cart import Cart, Line
from skill.commerce.money import Money
from skill.dialogue.touch import ACTS
from skill.speech.locale import locales
from tests.talk import ROOT, USER, Talk, kept, send_through

KINDS = ("list", "item", "cart", "order")
RENDERER = ROOT / "skill" / "devtools" / "simulator" / "static" / "apl.js"
OAT, EGGS = "milk-oat-brindle-half-gal", "eggs-large-pennymeadow-12ct"
KB = 1024
RENDER = "Alexa.Presentation.APL.RenderDocument"
# What a device adds to the data we send.
GIVEN = {"viewport", "data", "index", "payload"}


@pytest.fixture
def looking(door: ModuleType) -> Talk:
    """Somebody who talks to a device with a screen."""
    return Talk(send_through(door), screen=True)


def drawn(turned: Turned) -> dict[str, Any] | None:
    """What the answer draws: its document, kind and data."""
    for directive in turned.response["response"].get("directives", []):
        if directive["type"] == RENDER:
            kind = directive["token"].removeprefix("sayso-")
            return {"document": directive["document"], "kind": kind, **directive["datasources"]["payload"]}
    return None


def seen(turned: Turned) -> dict[str, Any]:
    found = drawn(turned)
    assert found, turned.speech
    return found


def cart(door: ModuleType) -> dict[str, int]:
    lines: dict[str, int] = kept(door)["cart"]
    return lines


def button(turned: Turned, act: str) -> list[str]:
    """The arguments of the button that does `act`."""
    return next(action["touch"] for action in seen(turned)["actions"] if action["touch"][1] == act)


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def texts(value: Any) -> Iterator[str]:
    for part in parts(value):
        for inner in part.values():
            several = inner if isinstance(inner, list) else [inner]
            yield from (one for one in several if isinstance(one, str))


def put_in_cart(door: ModuleType, count: int) -> None:
    """A cart of that many different things."""
    store = door.app.store
    shopper = shopper_key(USER, secret=door.app.settings.shopper_secret)
    skus = [row.split("\t")[0] for row in _feed()[1 : count + 1]]
    name, price = "Somebody's rather long name of it, large", Money(399, "USD")
    lines = tuple(Line(sku=sku, quantity=2, name=name, price=price) for sku in skus)
    store.save_cart(Cart(cid="c", lines=lines), shopper=shopper, request_id="before")


def _feed() -> list[str]:
    return (ROOT / "skill/devtools/sample/feed.tsv").read_text("utf-8").splitlines()


@pytest.fixture
def every_screen(looking: Talk) -> dict[str, dict[str, Any]]:
    """What is drawn of each kind in one errand."""
    shown = [
        looking.say("find oat milk"),
        looking.touch("touch", "pick", OAT),
        looking.touch("touch", "pick", "bananas-each"),
        *(looking.touch("touch", "plus", OAT) for _ in range(2)),
        looking.touch("touch", "check_out", ""),
    ]
    return {found["kind"]: found for turned in shown if (found := drawn(turned))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_made_of_what_our_page_draws(kind: str) -> None:
    source = RENDERER.read_text("utf-8")
    can = set(re.findall(r"^  ([A-Z]\w+)\(node", source, re.MULTILINE))
    ours = document(kind)
    used = {part["type"] for part in parts(ours["mainTemplate"]) if "type" in part}
    used |= {part["type"] for part in parts(ours["layouts"]) if "type" in part}
    assert used - ours["layouts"].keys() - {"SendEvent"} <= can
    assert "import" not in ours
    assert ours["type"] == "APL"


@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_named_is_there_for_every_viewport(kind: str) -> None:
    ours = document(kind)
    first = ours["resources"][0]
    assert "when" not in first
    known = {name for group in ("colors", "dimensions", "strings") for name in first[group]}
    bound = texts([ours["mainTemplate"], ours["layouts"]])
    assert {name for text in bound for name in re.findall(r"@(\w+)", text)} <= known


@pytest.mark.parametrize("kind", KINDS)
def test_every_bound_field_is_in_the_data(every_screen: dict[str, dict[str, Any]], kind: str) -> None:
    ours, data = document(kind), every_screen[kind]
    layouts = ours["layouts"].values()
    given = {parameter["name"] for layout in layouts for parameter in layout["parameters"]}
    fields = {"payload": data, "row": data["rows"][0], "labels": data["labels"]}
    fields["one"] = data["sums"][0] if data["sums"] else {"label": "", "amount": "", "main": True}
    fields["action"] = {"label": "", "touch": [], "main": True}
    for text in texts([ours["mainTemplate"], ours["layouts"]]):
        for expression in re.findall(r"\$\{([^}]*)\}", text):
            bare = re.sub(r"'[^']*'", "", expression)
            for name in re.findall(r"(?<![.\w])[A-Za-z_]\w*", bare):
                assert name in GIVEN | given, text
            for owner, field in re.findall(r"\b(\w+)(?:\[0\])?\.(\w+)", bare):
                assert owner not in fields or field in fields[owner], text
            for field in re.findall(r"payload\.rows\[0\]\.(\w+)", bare):
                assert field in data["rows"][0], text


@pytest.mark.parametrize("kind", KINDS)
def test_a_touch_sends_what_the_dialogue_knows(kind: str) -> None:
    sent = [part["arguments"] for part in parts(document(kind)) if part.get("type") == "SendEvent"]
    for arguments in sent:
        assert len(arguments) == 3
        assert all(one.startswith("${") for one in arguments) or arguments[0] == "touch"
    knobs = [part["act"] for part in parts(document(kind)) if part.get("type") == "Knob"]
    assert set(knobs) <= ACTS


def test_nothing_is_drawn_without_a_screen(talk: Talk) -> None:
    for sentence in (
        "open saffron wagon",
        "find oat milk",
        "the first one",
        "what's in my cart",
        "check out",
    ):
        assert drawn(talk.say(sentence)) is None


@pytest.mark.parametrize(
    ("runtime", "draws"),
    [
        ({"maxVersion": "2023.3"}, True),
        ({"maxVersion": "2024.1"}, True),
        ({"maxVersion": "2023.2"}, False),
        ({"maxVersion": "1.8"}, False),
        ({"maxVersion": "newest"}, True),
        ({"maxVersion": None}, True),
        ({}, True),
        (None, True),
    ],
)
def test_only_a_device_that_knows_our_documents_is_sent_one(
    door: ModuleType, looking: Talk, runtime: Any, draws: bool
) -> None:
    request = looking.say("open saffron wagon").request
    device = request["context"]["System"]["device"]
    device["supportedInterfaces"]["Alexa.Presentation.APL"] = {"runtime": runtime}
    sent = send_through(door)({**request, "request": {**request["request"], "requestId": "again"}})
    assert draws == any(one["type"] == RENDER for one in sent["response"].get("directives", []))
    assert {document(kind)["version"] for kind in KINDS} == {".".join(map(str, NEEDED))}


def test_what_is_drawn_is_no_markup_and_what_is_read_aloud_is_as_it_is() -> None:
    row = {"name": "M&M's <b>", "detail": "5 & 6", "price": "$1.00", "touch": ["pick", "m&m"]}
    screen = {"kind": "list", "locale": "en-US", "rtl": False, "rows": [row]}
    (shown,) = render(screen)["datasources"]["payload"]["rows"]
    assert shown["name"] == "M&amp;M's &lt;b&gt;"
    assert shown["called"] == "M&M's <b> 5 & 6"
    labels = [part["accessibilityLabel"] for part in parts(document("list")) if "accessibilityLabel" in part]
    assert not any("row.name" in label or "row.detail" in label for label in labels)


def test_a_turn_without_a_screen_loads_nothing_of_screens(door: ModuleType) -> None:
    program = (
        "import json, runpy, sys; door = runpy.run_path('lambda/handler.py');"
        "door['lambda_handler'](json.load(sys.stdin), None);"
        "print(*(name for name in sys.modules if 'screen' in name or name == 'skill.dialogue.touch'))"
    )
    envelope = json.loads((ROOT / "tests/requests/find.json").read_text("utf-8"))["request"]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input=json.dumps(envelope),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


def test_a_list_shows_what_was_said_in_its_order(looking: Talk) -> None:
    shown = seen(looking.say("find oat milk"))
    assert shown["kind"] == "list"
    assert [row["place"] for row in shown["rows"]] == [1, 2, 3]
    assert shown["rows"][0]["name"] == "Brindle oat milk"
    assert shown["rows"][0]["price"] == "$3.99"
    assert shown["rows"][0]["note"] == "Usually $4.49"


def test_touching_one_of_the_list_is_choosing_it(door: ModuleType, looking: Talk) -> None:
    looking.say("find oat milk")
    answer = looking.touch("touch", "pick", OAT)
    assert cart(door) == {OAT: 1}
    assert seen(answer)["kind"] == "cart"
    assert not answer.ended
    assert answer.reprompt


def test_touching_what_was_not_asked_about_shows_it_and_its_button_adds_it(
    door: ModuleType, looking: Talk
) -> None:
    looking.say("open saffron wagon")
    shown = looking.touch("touch", "pick", EGGS)
    assert seen(shown)["kind"] == "item"
    assert cart(door) == {}
    looking.touch(*button(shown, "add"))
    assert cart(door) == {EGGS: 1}


def test_more_turns_the_page(looking: Talk) -> None:
    first = looking.say("find oat milk")
    second = looking.touch(*button(first, "more"))
    assert seen(second)["rows"][0]["touch"] not in [row["touch"] for row in seen(first)["rows"]]


def test_a_line_is_changed_by_its_buttons(door: ModuleType, looking: Talk) -> None:
    looking.say("find oat milk")
    looking.touch("touch", "pick", OAT)
    looking.touch("touch", "plus", OAT)
    assert cart(door) == {OAT: 2}
    looking.touch("touch", "minus", OAT)
    assert cart(door) == {OAT: 1}
    assert seen(looking.touch("touch", "minus", OAT))["rows"] == []
    looking.say("undo that")
    assert cart(door) == {OAT: 1}
    looking.touch("touch", "remove", OAT)
    assert cart(door) == {}


def test_a_touch_sent_twice_is_one(door: ModuleType, looking: Talk) -> None:
    looking.say("find oat milk")
    looking.touch("touch", "pick", OAT)
    before = looking.session
    first = looking.touch("touch", "plus", OAT)
    again = send_through(door)(first.request)
    assert cart(door) == {OAT: 2}
    assert looking.session.attributes != before.attributes
    assert again["response"]["outputSpeech"] == first.response["response"]["outputSpeech"]


def ready_to_order(looking: Talk) -> Turned:
    looking.say("find oat milk")
    looking.touch("touch", "pick", OAT)
    for _ in range(2):
        looking.touch("touch", "plus", OAT)
    return looking.touch(*button(looking.say("what's in my cart"), "check_out"))


def test_the_order_is_placed_by_the_button_of_what_was_read_out(door: ModuleType, looking: Talk) -> None:
    asked = ready_to_order(looking)
    assert seen(asked)["kind"] == "order"
    assert seen(asked)["sums"][-1]["amount"] in asked.speech
    placed = looking.touch(*button(asked, "yes"))
    (order,) = kept(door)["orders"]
    assert order["lines"] == {OAT: 3}
    assert placed.ended
    assert order["number"] in seen(placed)["title"]


def test_a_yes_drawn_for_another_total_buys_nothing(door: ModuleType, looking: Talk) -> None:
    stale = button(ready_to_order(looking), "yes")
    looking.say("add bananas by the piece")
    looking.say("check out")
    answer = looking.touch(*stale)
    assert kept(door)["orders"] == []
    assert not answer.ended


def test_a_yes_touched_when_nothing_is_asked_is_no_yes(door: ModuleType, looking: Talk) -> None:
    yes = button(ready_to_order(looking), "yes")
    looking.say("no")
    looking.touch(*yes)
    looking.new_session()
    looking.touch(*yes)
    assert kept(door)["orders"] == []
    assert cart(door) == {OAT: 3}


def test_not_now_brings_the_cart_back(looking: Talk) -> None:
    asked = ready_to_order(looking)
    assert seen(looking.touch(*button(asked, "no")))["kind"] == "cart"


def test_a_digression_leaves_the_buttons_of_the_question_good(door: ModuleType, looking: Talk) -> None:
    asked = ready_to_order(looking)
    looking.say("what's in my cart")
    looking.touch(*button(asked, "yes"))
    assert len(kept(door)["orders"]) == 1


def test_an_order_is_drawn_with_its_status(looking: Talk) -> None:
    looking.touch(*button(ready_to_order(looking), "yes"))
    shown = seen(looking.say("where is my order"))
    assert shown["kind"] == "order"
    assert shown["text"].startswith("Placed")
    assert shown["actions"] == []


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
)
ARGUMENTS = st.lists(JUNK, max_size=4) | st.tuples(
    st.sampled_from(["touch", "TOUCH", ""]),
    st.sampled_from([*sorted(ACTS), "place", "__class__"]),
    st.sampled_from(["", OAT, "nope", "../" * 80, "é\ud800", "1", "<script>"]) | st.text(max_size=300),
).map(list)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=ARGUMENTS)
def test_whatever_a_touch_sends_is_answered_and_orders_nothing(
    door: ModuleType, caplog: pytest.LogCaptureFixture, arguments: list[Any]
) -> None:
    caplog.clear()
    somebody = Talk(send_through(door), screen=True)
    somebody.say("find oat milk")
    answer = somebody.touch(*arguments)
    assert answer.speech
    assert not answer.ended
    assert "turn failed" not in caplog.text
    assert kept(door)["orders"] == []


@pytest.mark.parametrize("locale", locales())
def test_a_document_is_in_the_locale_and_its_direction(door: ModuleType, locale: str) -> None:
    shown = seen(Talk(send_through(door), screen=True, locale=locale).say("!launch"))
    assert shown["document"]["lang"] == locale
    assert shown["document"]["layoutDirection"] == ("RTL" if locale == "ar-SA" else "LTR")
    assert shown["rows"]


def test_names_with_signs_of_markup_are_text(door: ModuleType, looking: Talk) -> None:
    put_in_cart(door, 1)
    store, shopper = door.app.store, shopper_key(USER, secret=door.app.settings.shopper_secret)
    mine = store.visit(shopper).cart
    odd = Line(sku="bananas-each", quantity=1, name="M&M's <b>", price=Money(1, "USD"))
    store.save_cart(Cart(cid=mine.cid, lines=(odd,), version=mine.version), shopper=shopper, request_id="odd")
    assert seen(looking.say("what's in my cart"))["rows"][0]["name"] == "M&amp;M's &lt;b&gt;"


def test_a_full_cart_makes_no_long_response(door: ModuleType, looking: Talk) -> None:
    put_in_cart(door, 50)
    answer = looking.say("open saffron wagon")
    assert len(seen(answer)["rows"]) < 50
    assert "more" in seen(answer)["text"]
    assert len(json.dumps(answer.response, ensure_ascii=False).encode()) <= 24 * KB


def test_what_a_screen_reports_by_itself_is_met_with_silence(
    door: ModuleType, looking: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    envelope = looking.touch("touch", "more", "").request
    for name in ("LoadIndexListData", "RuntimeError"):
        report = {"type": f"Alexa.Presentation.APL.{name}", "requestId": name, "token": "sayso-cart"}
        silent = send_through(door)({**envelope, "request": {**envelope["request"], **report}})["response"]
        assert "outputSpeech" not in silent
    assert "could not be drawn" in caplog.text
