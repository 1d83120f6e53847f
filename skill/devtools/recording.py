"""Turns as they went, from envelopes and answers, to a recording that can be heard again.

A recording names nobody, and what a store counts up or makes of chance is written as it will be when the
recording is played: numbers of orders, references, marks of questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skill.alexa.device import draws
from skill.alexa.fields import fields, text, when
from skill.alexa.request import BUILT_IN, TOUCHED
from skill.alexa.slots import read_slots
from skill.alexa.typed import Turned, words
from skill.devtools.recording_names import numbers, persons, renamed, shopper_renamed
from skill.dialogue.cases import reference_of
from skill.errors import BadInput

TOUCH, ENDED, SILENT = "Alexa.Presentation.APL.UserEvent", "SessionEndedRequest", "EXCEEDED_MAX_REPROMPTS"
# What is meant by saying nothing.
SILENCE = "Silence"
# What answers a question carries a mark of it, which is another each time.
ANSWERS = ("yes", "no")
# What a request means, by its type; an IntentRequest says so itself.
_MEANT = {"LaunchRequest": "LaunchRequest", TOUCH: "Touch", ENDED: SILENCE}
_CODE = re.compile(r"\b[0-9]{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One turn as it went: the envelope (None: nothing was sent, as at the first silence) and its answer.
    `say`: the words, where they are known; `instead`: the request meant something else than they do.
    `intent`, `hears` and `ended`: where the envelopes do not tell them. `ahead`: seconds that the shop's
    clock was ahead; `twice`: the request came twice; `lost`: its answer never arrived. `reference`: of a
    request for a person that came of this turn, where the envelope's id no longer tells."""

    request: Mapping[str, Any] | None
    response: Mapping[str, Any]
    say: str | None = None
    instead: bool = False
    intent: str = ""
    hears: str | None = None
    ended: bool | None = None
    ahead: int = 0
    twice: bool = False
    lost: bool = False
    reference: str = ""


def request_id(count: int) -> str:
    """The id of a recording's n-th request, from 1, when it is played."""
    return f"request-{count}"


def intent_of(request: Mapping[str, Any]) -> str:
    """What the request of an envelope means, as recordings call it; empty for what is no turn."""
    if request.get("type") == "IntentRequest":
        name = text(fields(request, "intent").get("name"))
        return BUILT_IN.get(name, name) or "Fallback"
    return _MEANT.get(text(request.get("type")), "")


def typed(turned: Turned) -> Exchange:
    """What was typed or touched, as it went."""
    return Exchange(
        request=turned.request,
        response=turned.response,
        say=turned.text or None,
        intent=turned.intent,
        hears=turned.speech,
        ended=turned.ended,
    )


def recording_of(
    exchanges: Sequence[Exchange],
    *,
    wants: str,
    start: Mapping[str, Any],
    end: Mapping[str, Any] | None = None,
    contact: Mapping[str, Any] | None = None,
    sample: str = "",
    linked: bool = True,
    key: Callable[[str], str] = str,
    opens: Callable[[str], bool] = lambda _: False,
) -> dict[str, Any]:
    """The recording of these turns, as JSON. `start` as `recording_shopper.start` gives it, `end` as
    `scenario.state` does (None: nobody knows). `contact`: what came to be known of the shopper. `sample`: the
    shop that need not be named. `key`: what a member of the household is kept under, by person id; `opens`:
    whether four digits are the voice code of the start. Raises BadInput for no turns, and for turns of
    several languages or shoppers."""
    sent = [exchange.request for exchange in exchanges if exchange.request is not None]
    if not sent:
        raise BadInput("there is nothing to record yet: say something first")
    for what, found in (("language", _locale), ("shopper", _user)):
        if len(several := dict.fromkeys(map(found, sent))) > 1:
            raise BadInput(f"a recording is of one {what}, and these turns are of {len(several)}: start anew")
    kept: dict[str, Any] = {**(start.get("shopper") or {}), **({"contact": contact} if contact else {})}
    called = persons((key(voice) for raw in sent if (voice := person(raw))), kept)
    stand_ins = numbers(start, end) | dict(_references(exchanges, start, end))
    turns = list(_turns(exchanges, called=lambda voice: called[key(voice)]))
    shopper = shopper_renamed(kept, called=called, numbers=stand_ins)
    if "voice_code" in shopper:
        said = (code for exchange in exchanges for code in _CODE.findall(exchange.say or ""))
        shopper["voice_code"] = next(filter(opens, said), shopper["voice_code"])
    began = when(fields(sent[0], "request").get("timestamp"))
    shop = text(start.get("shop"))
    made = {
        "wants": wants.strip() or "what was said",
        "locale": _locale(sent[0]),
        "shop": shop if shop != sample else "",
        "now": began.isoformat() if began else start.get("now"),
        "linked": None if linked else False,
        "screen": _screen(sent[0]),
        "letters": start.get("letters") is True,
        "shopper": shopper,
        "turns": renamed(turns, stand_ins),
        "at_the_end": renamed(at_the_end(end, start), stand_ins) if end is not None else None,
    }
    return {name: value for name, value in made.items() if value or (name, value) == ("linked", False)}


def at_the_end(kept: Mapping[str, Any], start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a recording tells of the state a shopper is left in: cart, orders, and how many requests for a
    person there are, but for those of the `start`."""
    told = ("number", "status", "total", "paid", "lines", "coupon", "pickup")
    # Placed in one moment of a clock that stands still, they have no order among themselves.
    newest = sorted(kept["orders"], key=lambda order: (order["placed_at"], order["number"]), reverse=True)
    return {
        "cart": kept["cart"],
        "orders": [{name: order[name] for name in told if name in order} for order in newest],
        "requests": len(kept["requests"]) - len((start or {}).get("references", ())),
    }


def _turns(exchanges: Sequence[Exchange], *, called: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    open_, screen, ahead = False, None, None
    response: Mapping[str, Any] = {}
    for exchange in exchanges:
        raw, said = exchange.request or {}, fields(exchange.response, "response")
        told = _done(exchange, drawn=response)
        if voice := person(raw):
            told["person"] = called(voice)
        if open_ and fields(raw, "session").get("new") is True:
            told["new_session"] = True
        if ahead is not None and exchange.ahead != ahead:
            told["ahead"] = exchange.ahead - ahead
        ahead = exchange.ahead
        if raw:
            if screen is not None and _screen(raw) is not screen:
                told["screen"] = not screen
            screen = _screen(raw)
        told |= {name: True for name in ("twice", "lost") if getattr(exchange, name)}
        meant = exchange.intent or intent_of(fields(raw, "request"))
        told["intent"] = SILENCE if "silence" in told else meant
        heard = words(said) if exchange.hears is None else exchange.hears
        told["hears"] = "" if exchange.lost else heard
        ended = exchange.lost or exchange.ended
        if ended is None:
            ended = said.get("shouldEndSession") is not False
        if ended:
            told["ends"] = True
        # A reprompt leaves the screen as it is.
        open_, response = not ended, exchange.response or response
        yield told


def _done(exchange: Exchange, *, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What the shopper did. `drawn`: the answer before, with what could be touched."""
    request = fields(exchange.request or {}, "request")
    if exchange.request is None or request.get("type") == ENDED:
        return {"silence": True}
    arguments = request.get("arguments")
    if request.get("type") == TOUCH and isinstance(arguments, list):
        answers = len(arguments) == 3 and arguments[1] in ANSWERS and arguments == answer(drawn, arguments[1])
        return {"touch": arguments[:2] if answers else arguments}
    if exchange.say and not exchange.instead:
        return {"say": exchange.say}
    slots = {
        name: {"text": slot.text, "ids": list(slot.ids)} if slot.ids else slot.text
        for name, slot in read_slots(fields(request, "intent").get("slots")).items()
    }
    meant = {"intent": intent_of(request), **({"slots": slots} if slots else {})}
    return {**({"say": exchange.say} if exchange.say else {}), "meant": meant}


def answer(drawn: Any, act: str) -> list[Any] | None:
    """The arguments of a touch that answers the question on a screen; None where nothing does."""
    if isinstance(drawn, list) and len(drawn) == 3 and drawn[:2] == [TOUCHED, act]:
        return drawn
    inner = drawn.values() if isinstance(drawn, Mapping) else drawn if isinstance(drawn, list) else ()
    return next((found for one in inner if (found := answer(one, act))), None)


def _references(
    exchanges: Sequence[Exchange], start: Mapping[str, Any], end: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """References of requests for a person are made of the request's id."""
    before = start.get("references", ())
    new = {case["reference"] for case in (end or {}).get("requests", ())} - set(before)
    sent = [exchange for exchange in exchanges if exchange.request is not None]
    for count, exchange in enumerate(sent, start=1):
        id = text(fields(exchange.request, "request").get("requestId"))
        if (told := exchange.reference or reference_of(id)) in new:
            yield told, reference_of(request_id(count))


def _locale(raw: Mapping[str, Any]) -> str:
    return text(fields(raw, "request").get("locale"))


def _user(raw: Mapping[str, Any]) -> str:
    return text(fields(raw, "context", "System", "user").get("userId"))


def person(raw: Mapping[str, Any]) -> str:
    """The voice that was recognised, by Alexa's id; empty where none was."""
    return text(fields(raw, "context", "System", "person").get("personId"))


def _screen(raw: Mapping[str, Any]) -> bool:
    return draws(fields(raw, "context", "System"))
