"""Linking through the whole skill: who may order, what is kept, and what the events of an account do."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.request import account_event
from skill.app import shopper_key
from skill.commerce.merchant import Linking, Shopper
from skill.commerce.order import Order
from skill.linking import verified as verifying
from skill.linking.verified import Known
from tests.linking.provider import NOW, OTHER, Server, introspecting, linking, token
from tests.linking.test_keys import get_into
from tests.talk import USER, Talk, furnish, kept, lambda_door, send_through


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, known: Known) -> None:
    """What one test learns of a provider is no business of the next."""
    monkeypatch.setattr(verifying, "_PROCESS", known)


@pytest.fixture
def strict(door: ModuleType, server: Server) -> ModuleType:
    """The sample shop with an identity provider."""
    return with_linking(door, linking(server))


def with_linking(door: ModuleType, how: Linking) -> ModuleType:
    store = door.app.store
    store.publish(replace(store.visit("nobody").facts, linking=how), stock={})
    return door


class Linked(Talk):
    """Somebody whose requests carry a token, in both places where Alexa puts it."""

    def __init__(self, door: ModuleType, token: str = "", **options: Any) -> None:
        self.token = token
        send = send_through(door)

        def sent(envelope: dict[str, Any]) -> dict[str, Any]:
            for user in (envelope["session"]["user"], envelope["context"]["System"]["user"]):
                user.pop("accessToken", None)
                if self.token:
                    user["accessToken"] = self.token
            return send(envelope)

        super().__init__(sent, **options)

    def errand(self) -> str:
        """Fill a cart and check out; what is said then."""
        for said in ("add sourdough bread", "add clover honey"):
            self.say(said)
        return self.say("check out").speech


def about(door: ModuleType) -> Shopper:
    found: Shopper = door.app.store.visit(key(door)).shopper
    return found


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def orders(door: ModuleType) -> tuple[Order, ...]:
    found: tuple[Order, ...] = door.app.store.orders(key(door))
    return found


def event(
    door: ModuleType, kind: str, *, at: Any = NOW, id: str = "event-1", **body: Any
) -> Mapping[str, Any]:
    """Let Alexa tell that this happened to the account of USER; what the skill answers."""
    user = {"userId": USER}
    answer = send_through(door)(
        {
            "version": "1.0",
            "context": {"System": {"application": {"applicationId": "x"}, "user": user}},
            "request": {
                "type": f"AlexaSkillEvent.{kind}",
                "requestId": id,
                "timestamp": NOW.isoformat(),
                "eventCreationTime": at.isoformat(),
                "body": body,
            },
        }
    )
    response: Mapping[str, Any] = answer["response"]
    return response


def card(talk: Talk) -> str | None:
    assert talk.last
    kind: str | None = talk.last.response["response"].get("card", {}).get("type")
    return kind


def test_an_order_needs_a_token_that_holds_and_is_the_accounts(strict: ModuleType) -> None:
    talk = Linked(strict, token())
    assert "Shall I" in talk.errand()
    talk.say("yes")
    assert [order.account for order in orders(strict)] == ["ann-7"]
    assert about(strict).account == "ann-7"


def test_the_merchant_is_told_whose_order_it_is(strict: ModuleType) -> None:
    talk = Linked(strict, token())
    talk.errand()
    talk.say("yes")
    [event] = strict.app.store.events()
    told = strict.app.store.placed_order(event.about)
    assert (event.kind, told.account) == ("order.placed", "ann-7")


@pytest.mark.parametrize(
    "made",
    ["", "garbage", token(exp=1), token(OTHER), token(aud="another"), token(iss="https://evil.example")],
)
def test_without_a_token_that_holds_the_shopper_is_asked_to_link(strict: ModuleType, made: str) -> None:
    # Although the sample shop counts everybody as linked: a provider's word is stricter than an assumption.
    talk = Linked(strict, made)
    assert "link your account" in talk.errand()
    assert card(talk) == "LinkAccount"
    assert kept(strict)["cart"]
    assert (orders(strict), about(strict).account) == ((), "")


@pytest.mark.parametrize(
    ("locale", "said", "told"),
    [
        ("en-US", "check out", "cannot check your account"),
        ("de-DE", "zur Kasse", "nicht prüfen"),
        ("ar-SA", "أكمل الطلب", "لا أستطيع التحقق من حسابك"),
    ],
)
def test_a_provider_that_is_away_is_told_and_nobody_is_sent_to_link_again(
    strict: ModuleType, server: Server, locale: str, said: str, told: str
) -> None:
    get_into(server, "failing")
    Linked(strict, token()).say("add sourdough bread")
    talk = Linked(strict, token(), locale=locale)
    heard = talk.say(said)
    assert told in heard.speech
    assert card(talk) is None
    assert not heard.ended
    assert kept(strict)["cart"]


def test_an_account_away_between_question_and_yes_orders_nothing_and_keeps_the_cart(
    strict: ModuleType, server: Server, known: Known
) -> None:
    talk = Linked(strict, token())
    talk.errand()
    known.keys._sets.clear()
    get_into(server, "failing")
    assert "cannot check your account" in talk.say("yes").speech
    assert orders(strict) == ()
    assert kept(strict)["cart"]


def test_introspection_decides_as_well(
    door: ModuleType, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_SECRET", "s")
    with_linking(door, introspecting(server))
    server.serves({"active": True, "sub": "ann-7"})
    talk = Linked(door, "opaque")
    assert "Shall I" in talk.errand()
    assert len(server.seen) == 1


def test_the_account_is_written_once_and_again_when_it_is_another(strict: ModuleType) -> None:
    talk = Linked(strict, token())
    for _ in range(3):
        talk.say("help")
    assert about(strict).version == 1
    strict.app.store.put_shopper(key(strict), about=replace(about(strict), code="sealed", code_misses=2))
    talk.token = token(sub="ben-8")
    talk.say("help")
    changed = about(strict)
    assert (changed.account, changed.code, changed.code_misses) == ("ben-8", "", 0)


def test_a_shop_without_a_provider_goes_by_the_token_alone(
    tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch, linked=False)
    furnish(door)
    assert "link your account" in Linked(door).errand()
    talk = Linked(door, "whatever Alexa sent")
    assert "Shall I" in talk.errand()
    talk.say("yes")
    assert [order.account for order in orders(door)] == [""]


def test_neither_token_nor_subject_is_logged(
    strict: ModuleType, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for made in (token(), token(exp=1), token(OTHER)):
            Linked(strict, made).errand()
        event(strict, "SkillAccountLinked", accessToken=token())
        event(strict, "SkillDisabled")
    assert caplog.records
    for private in ("ann-7", *token().split(".")[1:], USER):
        assert private not in caplog.text


def coded(door: ModuleType, **changed: Any) -> None:
    """Ann has a voice code and a cart, and an order under way."""
    talk = Linked(door, token())
    talk.errand()
    talk.say("yes")
    talk.say("add clover honey")
    told = replace(about(door), code="sealed", code_misses=3, code_at=NOW - timedelta(days=1), **changed)
    door.app.store.put_shopper(key(door), about=told)


def test_linking_anew_takes_the_voice_code_and_nothing_else(strict: ModuleType) -> None:
    coded(strict)
    assert event(strict, "SkillAccountLinked") == {}
    after = about(strict)
    assert (after.code, after.code_misses, after.account) == ("", 0, "ann-7")
    assert kept(strict)["cart"]


def test_unlinking_takes_account_and_voice_code_and_leaves_the_cart(strict: ModuleType) -> None:
    coded(strict, linked=True)
    assert event(strict, "SkillAccountUnlinked") == {}
    after = about(strict)
    assert (after.code, after.account, after.linked) == ("", "", False)
    assert kept(strict)["cart"]
    assert len(orders(strict)) == 1


@pytest.mark.parametrize("status", ["PERSISTED", "NOT_PERSISTED", None])
def test_taking_the_skill_off_erases_whatever_amazon_keeps(strict: ModuleType, status: str | None) -> None:
    coded(strict)
    placed = orders(strict)[0]
    body = {"userInformationPersistenceStatus": status} if status else {}
    assert event(strict, "SkillDisabled", **body) == {}
    assert kept(strict) == {"cart": {}, "orders": [], "requests": []}
    assert about(strict) == Shopper()
    # Its merchant still has to send it.
    still = strict.app.store.order(f"gone-{placed.id}", id=placed.id)
    assert (still.status, still.account) == ("placed", "ann-7")


def test_enabling_the_skill_does_nothing(strict: ModuleType) -> None:
    coded(strict)
    before = (about(strict), kept(strict))
    assert event(strict, "SkillEnabled") == {}
    assert (about(strict), kept(strict)) == before


@pytest.mark.parametrize("kind", ["SkillAccountLinked", "SkillAccountUnlinked", "SkillDisabled"])
def test_events_of_somebody_unknown_make_nothing(strict: ModuleType, kind: str) -> None:
    for id in ("event-1", "event-1", "event-2"):
        event(strict, kind, id=id)
    with sqlite3.connect(strict.app.settings.store.partition(":")[2]) as db:
        assert db.execute("SELECT count(*) FROM shoppers").fetchone() == (0,)


@pytest.mark.parametrize("kind", ["SkillAccountLinked", "SkillAccountUnlinked"])
def test_an_event_told_late_leaves_a_newer_voice_code(strict: ModuleType, kind: str) -> None:
    coded(strict)
    strict.app.store.put_shopper(key(strict), about=replace(about(strict), code_at=NOW))
    event(strict, kind, at=NOW - timedelta(minutes=30))
    assert about(strict).code == "sealed"


def test_a_code_said_after_linking_survives_the_event_told_again(strict: ModuleType) -> None:
    talk = Linked(strict, token())
    for said in ("set a voice code", "4 0 7 1", "4 0 7 1"):
        talk.say(said)
    assert about(strict).code_at == NOW
    event(strict, "SkillAccountLinked", at=NOW - timedelta(minutes=1))
    assert about(strict).code


def test_a_late_word_of_disabling_leaves_who_came_back(strict: ModuleType) -> None:
    coded(strict)
    before = (about(strict), kept(strict))
    event(strict, "SkillDisabled", at=NOW - timedelta(minutes=40))
    assert (about(strict), kept(strict)) == before


def test_events_told_again_after_the_end_bring_nothing_back(strict: ModuleType) -> None:
    coded(strict)
    event(strict, "SkillDisabled")
    for kind in ("SkillAccountLinked", "SkillAccountUnlinked", "SkillEnabled", "SkillDisabled"):
        event(strict, kind)
    assert about(strict) == Shopper()


def test_an_event_that_could_not_be_carried_out_is_not_taken_for_received(
    strict: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(shopper: str, *, until: Any) -> None:
        raise TimeoutError("throttled")

    monkeypatch.setattr(strict.app.store, "erase", fail)
    # Lambda reports it as failed, the web door as 500: Alexa tells it again for an hour.
    with pytest.raises(TimeoutError):
        event(strict, "SkillDisabled")
    assert "TimeoutError" in caplog.text
    assert USER not in caplog.text


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.none() | st.text() | st.integers() | st.lists(st.text()) | st.datetimes().map(str)
            for name in ("timestamp", "timeStamp", "eventCreationTime", "body", "requestId")
        },
    )
)
def test_whatever_an_event_says_of_its_time_it_is_not_of_the_future(told: dict[str, Any]) -> None:
    raw = {
        "context": {"System": {"user": {"userId": "u"}}},
        "request": {"type": "AlexaSkillEvent.SkillDisabled", **told},
    }
    found = account_event(raw, now=NOW)
    assert found.kind == "disabled"
    assert found.at <= NOW


@pytest.mark.parametrize(
    ("told", "gone"),
    [
        ({"type": "SkillAccountLinked", "timestamp": "2015-05-13T12:34:56Z"}, False),
        ({"type": "SkillDisabled", "timeStamp": "now", "eventCreationTime": "now"}, True),
        ({"type": "SkillEnabled", "timestamp": "string"}, False),
    ],
)
def test_events_as_they_were_recorded_are_heeded_silently(
    strict: ModuleType, told: dict[str, str], gone: bool
) -> None:
    coded(strict)
    request = {**told, "type": f"AlexaSkillEvent.{told['type']}", "requestId": "string"}
    system = {"application": {"applicationId": "string"}, "user": {"userId": USER}}
    raw = {"version": "string", "context": {"System": system}, "request": request}
    assert send_through(strict)(raw)["response"] == {}
    assert (kept(strict)["cart"] == {}) is gone
