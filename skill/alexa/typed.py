"""Typed words through the whole skill: words → envelope → the handler Alexa calls → its response.

What a real device does around the skill is done here: the session's attributes are handed back, a slot
that was asked for takes the next words, and list slots come with the values they resolve to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from skill.alexa.model import EXTENDED
from skill.alexa.request import SCREEN
from skill.dialogue.guard import CODE, is_digits
from skill.dialogue.turn import Slot
from skill.speech.locale import data
from skill.speech.render import plain
from skill.speech.utterances import Match, Matcher

Send = Callable[[dict[str, Any]], dict[str, Any]]
_APPLICATION = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One shopper's session between two turns. `elicit`: intent and slot the skill asked for; `screen`: on a
    device that draws."""

    id: str
    user: str
    locale: str
    new: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)
    elicit: tuple[str, str] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    person: str | None = None
    screen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What came of one sentence: what was understood, what was said, and both envelopes."""

    text: str
    intent: str
    slots: Mapping[str, str]
    speech: str
    reprompt: str | None
    ended: bool
    request: dict[str, Any]
    response: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "heard": {"intent": self.intent, "slots": dict(self.slots)},
            "speech": self.speech,
            "reprompt": self.reprompt,
            "sessionEnded": self.ended,
            "response": self.response,
        }


def turn(
    text: str,
    *,
    session: Session,
    matcher: Matcher,
    send: Send,
    now: datetime,
    request_id: str,
    invocation: str,
) -> tuple[Turned, Session]:
    """Say one sentence in a session. Opening the shop by its name and "!launch" launch; anything else is
    matched."""
    match = understood(text, session=session, matcher=matcher, now=now, invocation=invocation)
    request = envelope(match, session=session, now=now, request_id=request_id)
    return _turned(text, match, session=session, request=request, send=send)


def touch(
    arguments: Sequence[Any], *, session: Session, send: Send, now: datetime, request_id: str
) -> tuple[Turned, Session]:
    """Touch something on the device's screen: `arguments` are those of what was drawn there."""
    request = _around(session) | {
        "request": {
            "type": "Alexa.Presentation.APL.UserEvent",
            "requestId": request_id,
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": session.locale,
            "token": "sayso",
            "arguments": list(arguments),
            "source": {"type": "TouchWrapper", "handler": "Press", "id": ""},
            "components": {},
        }
    }
    return _turned("", Match("Touch", {}, 0.0), session=session, request=request, send=send)


def _turned(
    text: str, match: Match, *, session: Session, request: dict[str, Any], send: Send
) -> tuple[Turned, Session]:
    response = send(request)
    body = response.get("response", {})
    ended = body.get("shouldEndSession") is not False
    turned = Turned(
        text=text,
        intent=match.intent,
        slots={name: slot.text for name, slot in match.slots.items()},
        speech=_words(body.get("outputSpeech")),
        reprompt=_words(body.get("reprompt", {}).get("outputSpeech")) or None,
        ended=ended,
        request=request,
        response=response,
    )
    elicit, kept = _elicited(body)
    after = replace(
        session,
        new=False,
        attributes=response.get("sessionAttributes") or {},
        elicit=elicit,
        kept=kept,
    )
    return turned, after


def understood(text: str, *, session: Session, matcher: Matcher, now: datetime, invocation: str) -> Match:
    """The intent and slots of a sentence, as a device would send them."""
    opening = data("skill", session.locale)["opening"]
    words = text.strip().lower().rstrip(".!?؟")
    opened = {phrase.format(shop=invocation) for phrase in opening["launch"]}
    if words in opened or words == "!launch":
        return Match("LaunchRequest", {}, 0.0)
    asked = (phrase.format(shop=invocation) + " " for phrase in opening["ask"])
    if first := next((phrase for phrase in asked if words.startswith(phrase)), ""):
        text = text.strip()[len(first) :]
    match = matcher.match(text, today=now.date())
    if session.elicit and session.elicit[1] == CODE:
        # A device that waits for four digits takes them as such, and hears any other wish as that.
        if match is None or is_digits(text, language=session.locale[:2]):
            return Match(session.elicit[0], {CODE: Slot(text.strip())}, 0.0)
        return match
    if session.elicit and (match is None or match.intent in ("NameProduct", "SayNumber", session.elicit[0])):
        intent, slot = session.elicit
        inner = match.slots if match and match.intent == intent else {}
        if match and slot == "quantity" and slot not in inner and match.intent != "SayNumber":
            # Whatever is no number is none for Alexa either.
            return match
        value = inner.get(slot) or _bare(match, slot) or Slot(text.strip())
        kept = {name: Slot(value) for name, value in session.kept.items()}
        return Match(intent, {**kept, **inner, slot: value}, 0.0)
    return match or Match("Fallback", {}, 0.0)


def envelope(match: Match, *, session: Session, now: datetime, request_id: str) -> dict[str, Any]:
    """The request Alexa would send for this match."""
    request: dict[str, Any] = {
        "type": "LaunchRequest"
        if match.intent in ("LaunchRequest", "Launch") and not match.slots
        else "IntentRequest",
        "requestId": request_id,
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "locale": session.locale,
    }
    if request["type"] == "IntentRequest":
        name = EXTENDED.get(match.intent, match.intent)
        name = "AMAZON.FallbackIntent" if name == "Fallback" else name
        request["intent"] = {
            "name": name,
            "confirmationStatus": "NONE",
            "slots": {slot: _slot(slot, value) for slot, value in match.slots.items()},
        }
    return _around(session) | {"request": request}


def _around(session: Session) -> dict[str, Any]:
    """All of an envelope but the request itself."""
    user = {"userId": session.user}
    interfaces = {SCREEN: {"runtime": {"maxVersion": "2024.3"}}} if session.screen else {}
    system: dict[str, Any] = {
        "application": {"applicationId": _APPLICATION},
        "user": user,
        "device": {"deviceId": "amzn1.ask.device.TYPED", "supportedInterfaces": interfaces},
        "apiEndpoint": "https://api.amazonalexa.com",
    }
    if session.person:
        system["person"] = {"personId": session.person}
    return {
        "version": "1.0",
        "session": {
            "new": session.new,
            "sessionId": session.id,
            "application": {"applicationId": _APPLICATION},
            "attributes": dict(session.attributes),
            "user": user,
        },
        "context": {"System": system},
    }


def session_json(session: Session) -> dict[str, Any]:
    """A session as JSON, to be kept between two sentences."""
    raw = asdict(session)
    return {**raw, "elicit": list(session.elicit) if session.elicit else None}


def session_from(raw: Mapping[str, Any]) -> Session:
    """The session `session_json` wrote. Raises TypeError or ValueError when it is something else."""
    elicit = raw.get("elicit")
    session = Session(**{**raw, "elicit": (str(elicit[0]), str(elicit[1])) if elicit else None})
    if (
        not isinstance(session.attributes, Mapping)
        or not isinstance(session.screen, bool)
        or not isinstance(session.kept, Mapping)
    ):
        raise ValueError("attributes and kept must be objects")
    return session


def _bare(match: Match | None, slot: str) -> Slot | None:
    """A number or name said alone, as the value of the slot that was asked for."""
    if match is None:
        return None
    if match.intent == "SayNumber":
        return match.slots.get("quantity") if slot in ("quantity", "stars") else None
    return match.slots.get("product") if match.intent == "NameProduct" else None


def _slot(name: str, slot: Slot) -> dict[str, Any]:
    raw: dict[str, Any] = {"name": name, "value": slot.text, "confirmationStatus": "NONE", "source": "USER"}
    if slot.ids:
        raw["resolutions"] = {
            "resolutionsPerAuthority": [
                {
                    "authority": f"amzn1.er-authority.echo-sdk.{_APPLICATION}.{name}",
                    "status": {"code": "ER_SUCCESS_MATCH"},
                    "values": [{"value": {"name": slot.text, "id": id}} for id in slot.ids],
                }
            ]
        }
    return raw


def _elicited(body: Mapping[str, Any]) -> tuple[tuple[str, str] | None, dict[str, str]]:
    for directive in body.get("directives") or []:
        if directive.get("type") == "Dialog.ElicitSlot":
            updated = directive.get("updatedIntent") or {}
            slots = updated.get("slots") or {}
            kept = {name: slot["value"] for name, slot in slots.items() if slot.get("value")}
            return (updated.get("name", ""), directive["slotToElicit"]), kept
    return None, {}


def _words(speech: Mapping[str, Any] | None) -> str:
    if not speech:
        return ""
    return plain(speech.get("ssml") or speech.get("text") or "").strip()
