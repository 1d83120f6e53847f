"""What the checks hear: each is made to fail by breaking the one thing it listens for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skill.app import App, shopper_key
from skill.certify.check import Candidate
from skill.certify.scratch import Send, skill_door
from skill.certify.voice import response_problems
from skill.commerce.merchant import Shopper
from skill.commerce.payment import Cards
from tests.certify.world import (
    Json,
    Tamper,
    behind,
    faults,
    intent_of,
    looked,
    respeak,
    speech,
    tampered,
    with_facts,
    with_manifest,
)


def at(intent: str, change: Any) -> Tamper:
    """Tamper with the answers to one intent, or request type, alone."""
    return lambda raw, response: change(response) if intent_of(raw) == intent else response


def body(**more: Any) -> Any:
    """Put other things into a response's body; None takes one out."""

    def change(response: Json) -> Json:
        kept = {**response.get("response", {}), **more}
        return {**response, "response": {name: value for name, value in kept.items() if value is not None}}

    return change


def said(old: str, new: str) -> Any:
    return lambda response: respeak(response, old, new)


def only(words: str) -> Any:
    return lambda response: speech(response, words)


APL = {"type": "Alexa.Presentation.APL.RenderDocument", "token": "x", "document": {}}
PAY = {"type": "Connections.SendRequest", "name": "Setup", "payload": {}}
REPROMPT = {"outputSpeech": {"type": "SSML", "ssml": "<speak>Hm?</speak>"}}
BROKEN: list[tuple[str, Tamper, str]] = [
    (
        "answers",
        at("AMAZON.HelpIntent", body(reprompt=None)),
        "Help: the session stays open without a reprompt",
    ),
    ("launch", at("LaunchRequest", said("Saffron Wagon", "the shop")), "does not say its name"),
    ("launch", at("LaunchRequest", body(shouldEndSession=True, reprompt=None)), "hangs up"),
    ("launch-cart", at("LaunchRequest", only("Welcome back. What now?")), "is not mentioned"),
    ("help", at("AMAZON.HelpIntent", only("No idea. What now?")), "does not say what can be done"),
    ("help", at("AMAZON.HelpIntent", body(shouldEndSession=True, reprompt=None)), "hangs up"),
    ("stop", at("AMAZON.StopIntent", body(shouldEndSession=False)), "Stop does not end"),
    ("stop", at("AMAZON.CancelIntent", body(shouldEndSession=False)), "Cancel does not end"),
    ("fallback", at("AMAZON.FallbackIntent", only("What?")), "the same way again"),
    ("fallback", at("AnIntentOfTomorrow", body(shouldEndSession=True)), "AnIntentOfTomorrow hangs up"),
    ("session-ended", at("SessionEndedRequest", body(shouldEndSession=True)), "is answered"),
    ("events", at("AlexaSkillEvent.SkillDisabled", body(shouldEndSession=True)), "is answered"),
    ("screens", at("ReviewCart", body(directives=None)), "is not drawn"),
    ("example-phrases", at("ShowOffers", body(reprompt=None)), "is answered badly"),
    ("browsing", at("FindProduct", body(card={"type": "LinkAccount"})), "looking for a product fails"),
    ("unlinked", at("Checkout", body(card=None)), "no card to link an account"),
    ("consent", at("AMAZON.NoIntent", body(reprompt=None)), "is not taken as one"),
    ("confirmation", at("AMAZON.YesIntent", body(card=None)), "the card lacks"),
    ("confirmation", at("AMAZON.YesIntent", only("Fine.")), "not confirmed by voice"),
    ("amazon-pay", at("Checkout", body(directives=[PAY])), "Connections.SendRequest is sent"),
    ("amazon-pay", at("AMAZON.YesIntent", said("Order", "Paid with Amazon Pay. Order")), "spoken of"),
    ("code-offered", at("AMAZON.YesIntent", said("set one", "go")), "is not offered"),
]


@pytest.mark.parametrize(("check", "tamper", "what"), BROKEN)
def test_a_check_hears_what_is_broken(
    candidate: Candidate, tmp_path: Path, check: str, tamper: Tamper, what: str
) -> None:
    found = faults(tampered(candidate, tmp_path, tamper), check)
    assert any(what in one for one in found), found


@pytest.mark.parametrize("check", sorted({check for check, _, _ in BROKEN} - {"answers"}))
def test_a_check_hears_nothing_where_nothing_is_broken(candidate: Candidate, check: str) -> None:
    assert faults(candidate, check) == []


@pytest.mark.parametrize(
    ("intent", "change", "what"),
    [
        ("Help", body(reprompt=None), "without a reprompt"),
        ("Help", said("?", "."), "without a question"),
        ("Stop", body(reprompt=REPROMPT), "ends with a reprompt"),
        ("Stop", only("Bye & good luck."), "no SSML"),
        ("Stop", only(""), "nothing is said"),
        ("Stop", only("x" * 8_000), "8000 may be"),
        ("Stop", body(more="x" * 120_000), "120000 may be"),
        ("Stop", body(card={"content": "x" * 8_001}), "the card has more"),
        ("Stop", body(directives=[APL]), "without a screen"),
    ],
)
def test_an_answer_that_alexa_would_not_take_is_one_problem(
    candidate: Candidate, intent: str, change: Any, what: str
) -> None:
    talk = candidate.scratch.talk("en-US")
    talk.open()
    turn = talk.intend(intent)
    assert list(response_problems(turn)) == []
    found = list(response_problems(replace(turn, response=change(dict(turn.response)))))
    assert len(found) == 1
    assert what in found[0]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Saffron Wagon", "the seller"),
        (r"\$[\d.]+ delivery", "the delivery charge"),
        (r"\$[\d.]+ tax", "the tax"),
        (r"the total is \$[\d.]+", "the total"),
        (r"It should arrive by", "how and when it arrives"),
        (r": .*?\. With", "the products"),
    ],
)
def test_what_is_not_read_out_before_an_order_is_missed(
    candidate: Candidate, tmp_path: Path, words: str, what: str
) -> None:
    taxed = replace(candidate.facts.terms, tax_rates={"default": 825}, free_delivery_from=None)
    taxing = with_facts(candidate, tmp_path, terms=taxed)

    def silenced(raw: Mapping[str, Any], response: Json) -> Json:
        if intent_of(raw) == "Checkout":
            spoken = response["response"]["outputSpeech"]
            spoken["ssml"] = re.sub(words, "…", spoken["ssml"])
        return response

    assert faults(replace(taxing, locales=("en-US",)), "read-out") == []
    found = faults(tampered(taxing, tmp_path / "tampered", silenced), "read-out")
    assert any(f"before an order, {what} is not said" in one for one in found), found


def meddling(app: App, raw: Mapping[str, Any], about: Shopper) -> None:
    user = raw["context"]["System"]["user"]["userId"]
    app.store.put_shopper(shopper_key(user, secret=app.settings.shopper_secret), about=about)


def shopper_of(app: App, raw: Mapping[str, Any]) -> Shopper:
    user = raw["context"]["System"]["user"]["userId"]
    return app.store.visit(shopper_key(user, secret=app.settings.shopper_secret)).shopper


def forgetting_codes(app: App) -> Send:
    """A shop that takes a yes for the code."""
    send = skill_door(app)

    def door(raw: Mapping[str, Any]) -> Json:
        if intent_of(raw) == "Checkout":
            meddling(app, raw, replace(shopper_of(app, raw), code=""))
        return send(raw)

    return door


def never_locking(app: App) -> Send:
    """A shop that counts no wrong tries."""
    send = skill_door(app)

    def door(raw: Mapping[str, Any]) -> Json:
        meddling(app, raw, replace(shopper_of(app, raw), code_misses=0))
        return send(raw)

    return door


def knowing_no_mailbox(app: App) -> Send:
    """A shop that does not know where a shopper reads letters."""
    send = skill_door(app)

    def door(raw: Mapping[str, Any]) -> Json:
        meddling(app, raw, replace(shopper_of(app, raw), contact=None))
        return send(raw)

    return door


def hearing_yes(app: App) -> Send:
    """A shop that hears a yes in every no."""
    send = skill_door(app)

    def door(raw: Mapping[str, Any]) -> Json:
        if intent_of(raw) == "AMAZON.NoIntent":
            raw["request"]["intent"]["name"] = "AMAZON.YesIntent"
        return send(raw)

    return door


def believing_anybody(app: App) -> Send:
    """A shop to which everybody has an account."""
    send = skill_door(app)

    def door(raw: Mapping[str, Any]) -> Json:
        raw["context"]["System"]["user"]["accessToken"] = "x"
        return send(raw)

    return door


def forgetting_nobody(app: App) -> Send:
    """A shop that overhears that a skill was disabled."""
    send = skill_door(app)
    return lambda raw: {} if intent_of(raw) == "AlexaSkillEvent.SkillDisabled" else send(raw)


@pytest.mark.parametrize(
    ("check", "door", "what"),
    [
        ("code-asked", forgetting_codes, "without the voice code"),
        ("code-locked", never_locking, "do not lock it"),
        ("e-mail", knowing_no_mailbox, "no e-mail holds"),
        ("consent", hearing_yes, "a no is not taken as one"),
        ("unlinked", believing_anybody, "an order was placed without a linked account"),
        ("events", forgetting_nobody, "is not forgotten"),
    ],
)
def test_a_check_sees_what_is_kept(
    candidate: Candidate, tmp_path: Path, check: str, door: Any, what: str
) -> None:
    assert faults(replace(candidate, locales=("en-US",)), check) == []
    found = faults(behind(candidate, tmp_path, door), check)
    assert any(what in one for one in found), found


def test_a_shop_without_mail_is_told_both_halves_of_it(candidate: Candidate, tmp_path: Path) -> None:
    silent = with_facts(candidate, tmp_path, mail=None)
    silent = replace(silent, settings=replace(silent.settings, mail=""))
    assert faults(silent, "e-mail") == [
        "no letters leave this shop: it has no address of its own",
        "no letters leave this deployment",
    ]


def test_nothing_can_be_certified_of_a_shop_where_nothing_can_be_ordered(
    candidate: Candidate, tmp_path: Path
) -> None:
    dear = with_facts(candidate, tmp_path, terms=replace(candidate.facts.terms, minimum_order=10**9))
    for check in ("launch-cart", "unlinked", "read-out", "consent", "confirmation", "e-mail", "amazon-pay"):
        assert faults(dear, check) == ["no products come to an order in this shop"], check
    assert faults(dear, "code-asked")


def test_events_are_subscribed_to_and_no_others(candidate: Candidate) -> None:
    for names, what in (
        ([], ["SKILL_ACCOUNT_LINKED is not subscribed to", "SKILL_DISABLED is not subscribed to"]),
        (
            ["SKILL_ACCOUNT_LINKED", "SKILL_DISABLED", "ITEMS_CREATED"],
            ["ITEMS_CREATED is subscribed to and means nothing to the skill"],
        ),
    ):
        told = with_manifest(candidate, "events/subscriptions", [{"eventName": name} for name in names])
        assert faults(told, "events") == what


def test_interfaces_are_declared_and_no_others(candidate: Candidate) -> None:
    none = with_manifest(candidate, "apis/custom/interfaces", [])
    assert faults(none, "screens") == ["the skill draws, and does not declare it"]
    declared = candidate.package.manifest["apis"]["custom"]["interfaces"]
    more = with_manifest(candidate, "apis/custom/interfaces", [*declared, {"type": "AUDIO_PLAYER"}])
    assert faults(more, "screens") == ["AUDIO_PLAYER is declared and not used"]


def test_a_permission_of_amazon_pay_is_found(candidate: Candidate) -> None:
    asked = with_manifest(candidate, "permissions", [{"name": "payments:autopay_consent"}])
    assert faults(asked, "amazon-pay") == ["payments:autopay_consent is declared"]


@pytest.mark.parametrize(
    ("currency", "code_from", "outcome"),
    [("USD", 10_000, "pass"), ("USD", 10_001, "fail"), ("EUR", 9_000, "by hand")],
)
def test_a_code_is_offered_from_a_hundred_dollars_on(
    candidate: Candidate, tmp_path: Path, currency: str, code_from: int, outcome: str
) -> None:
    terms = replace(candidate.facts.terms, currency=currency, code_from=code_from)
    assert looked(with_facts(candidate, tmp_path, terms=terms), "code-threshold").outcome == outcome


@pytest.mark.parametrize(
    ("cards", "outcome"),
    [
        (None, "not applicable"),
        (Cards(provider="development"), "fail"),
        (Cards(provider="stripe", secret_env="KEY"), "pass"),
    ],
)
def test_cards_are_charged_where_money_is_real(
    candidate: Candidate, tmp_path: Path, cards: Cards | None, outcome: str
) -> None:
    assert looked(with_facts(candidate, tmp_path, cards=cards), "cards").outcome == outcome


def test_a_shop_that_charges_cards_is_tried_without_charging_any(
    candidate: Candidate, tmp_path: Path
) -> None:
    charging = with_facts(candidate, tmp_path, cards=Cards(provider="stripe", secret_env="NO_SUCH_KEY"))
    assert faults(replace(charging, locales=("de-DE",)), "confirmation") == []
