"""Of what a device sent and heard, nothing is kept that tells who it was."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.slots import read_slots
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Member, Shopper
from skill.devtools.scrub import hidden_words, scrub, scrubbed_answer, without

REQUESTS = Path(__file__).parents[1] / "requests"
SENT = [json.loads(file.read_text("utf-8"))["request"] for file in sorted(REQUESTS.glob("*.json"))]
# What a shopper says and touches is what a recording is for.
SAID = ("value", "id", "slots", "arguments")
SECRET = "amzn1.SECRET.{}"


def with_secrets(raw: Any, *, at: int = 0, said: bool = False) -> Any:
    """The envelope with a secret in place of every text that is not what was said, and one more in every
    object."""
    if isinstance(raw, dict):
        inner = {
            name: with_secrets(value, at=at + place, said=name in SAID and isinstance(value, str | list))
            for place, (name, value) in enumerate(raw.items())
        }
        return {**inner, "accessToken": SECRET.format("token")}
    if isinstance(raw, list):
        return raw if said else [with_secrets(value, at=at) for value in raw]
    return SECRET.format(at) if isinstance(raw, str) and not said else raw


def with_types(secret: Any, plain: Any) -> Any:
    """With the types of request and intent that Amazon sends, without which nothing would be read."""
    for path in (("request", "type"), ("request", "intent", "name")):
        source, target = plain, secret
        for name in path[:-1]:
            source, target = (one.get(name) if isinstance(one, dict) else None for one in (source, target))
        if isinstance(source, dict) and path[-1] in source and isinstance(target, dict):
            target[path[-1]] = source[path[-1]]
    return secret


@pytest.mark.parametrize("raw", SENT, ids=[file.stem for file in sorted(REQUESTS.glob("*.json"))])
def test_no_id_token_or_unknown_field_of_an_envelope_is_kept(raw: dict[str, Any]) -> None:
    for secret in (with_secrets(raw), with_types(with_secrets(raw), raw)):
        told = json.dumps(scrub(secret, session="session-1", person="amzn1.ask.person.1"))
        assert "SECRET" not in told


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(SECRET.format("x")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PATHS = (
    ("session", "user"),
    ("session", "attributes"),
    ("session", "sessionId"),
    ("context",),
    ("context", "System", "user"),
    ("context", "System", "person"),
    ("context", "System", "device"),
    ("context", "System", "device", "supportedInterfaces"),
    ("context", "Geolocation"),
    ("request", "requestId"),
    ("request", "locale"),
    ("request", "timestamp"),
    ("request", "reason"),
    ("request", "error"),
    ("request", "type"),
    ("request", "intent", "name"),
    ("request", "dialogState"),
)


@given(raw=st.sampled_from(SENT), changes=st.dictionaries(st.sampled_from(PATHS), anything, max_size=6))
def test_whatever_an_envelope_holds_only_what_is_named_is_kept(
    raw: dict[str, Any], changes: dict[tuple[str, ...], Any]
) -> None:
    sent = deepcopy(raw)
    for path, value in changes.items():
        place: Any = sent
        for name in path[:-1]:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[path[-1]] = value
    told = scrub(sent, session="session-1")
    assert "SECRET" not in json.dumps(told)
    assert set(told) == {"session", "context", "request"}
    assert set(told["session"]) == {"new", "sessionId"}
    assert set(told["context"]["System"]) == {"user", "device"}
    assert set(told["request"]) <= {"type", "locale", "timestamp", "intent", "arguments", "reason"}


@pytest.mark.parametrize(
    "raw",
    [raw for raw in SENT if raw["request"].get("type") == "IntentRequest"],
    ids=lambda raw: str(raw["request"].get("intent", {}).get("name")),
)
def test_what_the_slots_hold_and_resolve_to_is_kept(raw: dict[str, Any]) -> None:
    intent, kept = raw["request"]["intent"], scrub(raw, session="session-1")["request"]["intent"]
    was, now = read_slots(intent.get("slots")), read_slots(kept["slots"])
    assert {name: (slot.text, slot.ids) for name, slot in now.items()} == {
        name: (slot.text, slot.ids) for name, slot in was.items()
    }


def said(**slots: str) -> dict[str, Any]:
    intent = {
        "name": "SayNumber",
        "slots": {name: {"name": name, "value": value} for name, value in slots.items()},
    }
    return {
        "session": {"new": False},
        "request": {"type": "IntentRequest", "locale": "en-US", "intent": intent},
    }


def values(told: dict[str, Any]) -> dict[str, str]:
    return {name: slot["value"] for name, slot in told["request"]["intent"]["slots"].items()}


def test_no_digit_of_a_voice_code_is_kept() -> None:
    assert values(scrub(said(code="4711"), session="s")) == {"code": "0000"}
    assert values(scrub(said(quantity="4711"), session="s", secret=True)) == {"quantity": "0000"}
    assert values(scrub(said(quantity="4711"), session="s")) == {"quantity": "4711"}


ABOUT = Shopper(
    members={"one": Member(name="Kimberly"), "two": Member(name="Will", child=True), "three": Member()},
    contact=Contact(
        name="Kimberly van Dyke",
        email="kim@home.example",
        address=Address(lines=("12 Elm Street", "Back door"), city="Springfield", region="IL", code="62704"),
    ),
)


def test_names_and_addresses_that_the_shop_says_go_by_other_words() -> None:
    heard = "Hi Kimberly. Will added tea, which will go to 12 Elm Street, Back door, Springfield."
    response = {
        "response": {
            "outputSpeech": {"type": "SSML", "ssml": f"<speak>{heard}</speak>"},
            "reprompt": {"outputSpeech": {"type": "SSML", "ssml": "<speak>Kimberly?</speak>"}},
            "card": {"type": "Simple", "title": "Order", "content": "Kimberly van Dyke, kim@home.example"},
            "shouldEndSession": False,
        },
        "sessionAttributes": {"said": heard},
    }
    told = scrubbed_answer(response, hidden=hidden_words(ABOUT))["response"]
    assert told["outputSpeech"]["text"] == (
        "Hi Alex. Bo added tea, which will go to 1 Test Street, 1 Test Street, Test."
    )
    assert told["reprompt"]["outputSpeech"]["text"] == "Alex?"
    assert told["shouldEndSession"] is False
    assert set(told) == {"outputSpeech", "reprompt", "shouldEndSession"}


def test_a_name_that_was_heard_goes_by_another_however_it_is_written() -> None:
    heard = scrub(said(product="kimberly likes tea"), session="s", hidden=hidden_words(ABOUT))
    assert values(heard) == {"product": "Alex likes tea"}


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(
    names=st.lists(words, min_size=1, max_size=4), between=st.lists(st.sampled_from([" ", ", ", ". ", "'s "]))
)
def test_no_name_is_left_in_a_text_whatever_it_is(names: list[str], between: list[str]) -> None:
    hidden = dict.fromkeys(names, "…")
    text = "".join(name + gap for name, gap in zip(names, [*between, *[" "] * len(names)], strict=False))
    left = without(text, hidden)
    assert not set(names) & set(left.replace(",", " ").replace(".", " ").replace("'s", " ").split())
