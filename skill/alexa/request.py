"""An Alexa request envelope, as raw JSON, to a `Turn`.

Read from the raw JSON and not from the SDK's objects: fields Amazon added after the SDK was frozen are
there, and a field that is missing or odd costs that field, never the turn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from skill.commerce.contact import Coordinates
from skill.commerce.merchant import is_safe_url
from skill.dialogue.turn import AccountEvent, Device, Slot, Touch, Turn

# Alexa's built-in intents by what they mean to the shop.
BUILT_IN = {
    "AMAZON.CancelIntent": "Cancel",
    "AMAZON.FallbackIntent": "Fallback",
    "AMAZON.HelpIntent": "Help",
    "AMAZON.MoreIntent": "MoreResults",
    "AMAZON.NavigateHomeIntent": "Launch",
    "AMAZON.NextIntent": "MoreResults",
    "AMAZON.NoIntent": "No",
    "AMAZON.PageDownIntent": "MoreResults",
    "AMAZON.PageUpIntent": "PreviousResults",
    "AMAZON.PauseIntent": "Stop",
    "AMAZON.PreviousIntent": "PreviousResults",
    "AMAZON.RepeatIntent": "Repeat",
    "AMAZON.ResumeIntent": "Launch",
    "AMAZON.ScrollDownIntent": "MoreResults",
    "AMAZON.ScrollUpIntent": "PreviousResults",
    "AMAZON.StartOverIntent": "Launch",
    "AMAZON.StopIntent": "Stop",
    "AMAZON.YesIntent": "Yes",
}


class Kind(Enum):
    """What a request wants: a turn of conversation, an answer without side effects on whether we could
    serve it, a polite refusal of something this skill never asked for, a note of what happened to an account,
    or silence."""

    TURN = "turn"
    CAN_FULFILL = "can_fulfill"
    UNSUPPORTED = "unsupported"
    ACCOUNT = "account"
    SILENCE = "silence"


_TURNS = frozenset({"LaunchRequest", "IntentRequest", "SessionResumedRequest"})
# Events that concern what is kept about a shopper; that a skill was enabled concerns nothing.
_ACCOUNT = {
    "AlexaSkillEvent.SkillAccountLinked": "linked",
    "AlexaSkillEvent.SkillAccountUnlinked": "unlinked",
    "AlexaSkillEvent.SkillDisabled": "disabled",
}
# When an event happened, best first: some are sent with a name that is spelled otherwise.
_HAPPENED = ("eventCreationTime", "timestamp", "timeStamp")
_TOUCH = "Alexa.Presentation.APL.UserEvent"
# Someone is listening and waits for an answer.
_ANSWERED = frozenset({"Connections.Response", "Display.ElementSelected", _TOUCH})
# What a device with a screen supports.
SCREEN = "Alexa.Presentation.APL"
# The APL our documents are written in: a device with an older one has no screen for us.
NEEDED = (2023, 3)
# The first argument of every touch that our documents send.
TOUCHED = "touch"
# A position that is older, or known less exactly in metres, does not tell which store is the nearest.
_FRESH = timedelta(minutes=15)
_EXACT = 5_000
_NO_NUMBER = 1e9
# Who is asked about a device: in North America, Europe and the Far East.
_AMAZON = (".amazonalexa.com", ".amazon.com")
_MAX_TOKEN = 8_000
_MAX_TEXT = 400
_MAX_NAME = 200


class MalformedRequest(Exception):
    """The envelope lacks what every Alexa request has; the message names the place."""


def kind(raw: Mapping[str, Any]) -> Kind:
    """What to do with this envelope. Types Amazon may add later get silence, which is always valid.
    Raises MalformedRequest when there is no request type at all."""
    type_ = _dict(raw, "request").get("type")
    if not isinstance(type_, str) or not type_:
        raise MalformedRequest("request.type is missing")
    if type_ in _TURNS or touch(raw):
        return Kind.TURN
    if type_ == "CanFulfillIntentRequest":
        return Kind.CAN_FULFILL
    if type_ in _ACCOUNT:
        return Kind.ACCOUNT
    return Kind.UNSUPPORTED if type_ in _ANSWERED else Kind.SILENCE


def application_id(raw: Mapping[str, Any]) -> str:
    """The skill this request is meant for; empty when the envelope does not say. Raises MalformedRequest when
    it names two: the id picks the shop, and one shop must not answer for another."""
    places = (_dict(raw, "context", "System"), _dict(raw, "session"))
    ids = [_dict(place, "application").get("applicationId") for place in places]
    told = dict.fromkeys(id for id in ids if isinstance(id, str) and id)
    if len(told) > 1:
        raise MalformedRequest("context.System.application and session.application differ")
    return next(iter(told), "")


def touch(raw: Mapping[str, Any]) -> Touch | None:
    """What was touched, when one of our documents can have sent it: ["touch", act, on what]. Whether that is
    there to be touched is for the dialogue to say."""
    request = _dict(raw, "request")
    arguments = request.get("arguments")
    if request.get("type") != _TOUCH or not isinstance(arguments, list) or len(arguments) != 3:
        return None
    if arguments[0] != TOUCHED or not all(map(_plain, arguments)):
        return None
    return Touch(arguments[1], arguments[2])


def user_id(raw: Mapping[str, Any]) -> str:
    """The account a request speaks for. Raises MalformedRequest when it names none."""
    for place in (_dict(raw, "context", "System"), _dict(raw, "session")):
        id = _dict(place, "user").get("userId")
        if isinstance(id, str) and id:
            return id
    raise MalformedRequest("context.System.user.userId is missing")


def account_event(raw: Mapping[str, Any], *, now: datetime) -> AccountEvent:
    """The event in an envelope of Kind.ACCOUNT. One that does not say when it happened, or says a time to
    come, happened now. Raises MalformedRequest when it names nobody."""
    request = _dict(raw, "request")
    told = (_when(request.get(name)) for name in _HAPPENED)
    return AccountEvent(
        kind=_ACCOUNT[request["type"]],
        user=user_id(raw),
        request_id=_text(request.get("requestId")),
        at=min(next((moment for moment in told if moment), now), now),
    )


def turn(raw: Mapping[str, Any], *, now: datetime) -> Turn:
    """The turn in a launch or intent request, or in a touch. Raises MalformedRequest when nobody is
    speaking."""
    request, session, system = _dict(raw, "request"), _dict(raw, "session"), _dict(raw, "context", "System")
    user = _dict(system, "user") or _dict(session, "user")
    touched = touch(raw)
    intent, slots = "Touch" if touched else "Launch", {}
    if request.get("type") == "IntentRequest":
        asked = _dict(request, "intent")
        name = asked.get("name")
        if not isinstance(name, str) or not name:
            raise MalformedRequest("request.intent.name is missing")
        intent = BUILT_IN.get(name, name)
        slots = _slots(asked.get("slots"))
    person = _dict(system, "person").get("personId")
    token = user.get("accessToken")
    return Turn(
        request_id=_text(request.get("requestId")),
        intent=intent,
        now=now,
        locale=_text(request.get("locale")) or "en-US",
        user=user_id(raw),
        slots=slots,
        # A new session has nothing to remember, whatever comes along.
        attributes={} if session.get("new") is True else _dict(session, "attributes"),
        person=person if isinstance(person, str) else None,
        linked=isinstance(token, str) and bool(token),
        token=token if isinstance(token, str) else "",
        screen=_draws(system),
        touch=touched,
        place=_place(_dict(raw, "context", "Geolocation"), now=now),
        device=_device(system),
    )


def _place(located: Mapping[str, Any], *, now: datetime) -> Coordinates | None:
    """Where the device is, as Alexa's location services tell it of devices that move, with the permission of
    their owner."""
    services, coordinate = _dict(located, "locationServices"), _dict(located, "coordinate")
    if services and (services.get("access"), services.get("status")) != ("ENABLED", "RUNNING"):
        return None
    seen = _when(located.get("timestamp"))
    latitude, longitude, exact = (
        _number(coordinate.get(name))
        for name in ("latitudeInDegrees", "longitudeInDegrees", "accuracyInMeters")
    )
    # What is no number is neither within bounds nor exact.
    there = -90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= exact <= _EXACT
    recent = seen is not None and abs(now - seen) <= _FRESH
    return Coordinates(latitude, longitude) if there and recent else None


def _number(value: Any) -> float:
    return float(value) if type(value) in (int, float) and abs(value) < _NO_NUMBER else math.nan


def _device(system: Mapping[str, Any]) -> Device | None:
    """The device, where it can be asked: at Amazon's own hosts alone, or on this machine."""
    named = _dict(system, "device").get("deviceId"), system.get("apiEndpoint"), system.get("apiAccessToken")
    id, endpoint, token = map(_header, named)
    if not (id and token and endpoint and is_safe_url(endpoint)):
        return None
    parts = urlsplit(endpoint)
    amazon = parts.scheme == "https" and (parts.hostname or "").endswith(_AMAZON)
    return Device(id, endpoint.rstrip("/"), token) if amazon or parts.scheme == "http" else None


def _header(value: Any) -> str:
    """Text that can stand in the head of a request, empty when this is none."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value
    return value if plain and len(value) <= _MAX_TOKEN else ""


def _when(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    except (TypeError, ValueError):
        return None


def _draws(system: Mapping[str, Any]) -> bool:
    """Whether the device can draw our documents. A version it does not tell is no obstacle."""
    screen = _dict(system, "device", "supportedInterfaces").get(SCREEN)
    if not isinstance(screen, Mapping):
        return False
    parts = _text(_dict(screen, "runtime").get("maxVersion")).split(".")
    return not all(map(str.isdecimal, parts)) or tuple(map(int, parts)) >= NEEDED


def _slots(raw: Any) -> dict[str, Slot]:
    if not isinstance(raw, Mapping):
        return {}
    slots = {str(name): _slot(slot) for name, slot in raw.items() if isinstance(slot, Mapping)}
    return {name: slot for name, slot in slots.items() if slot.text or slot.ids}


def _slot(raw: Mapping[str, Any]) -> Slot:
    """One slot. Several values said in one slot are joined: the grammar takes them apart again."""
    value = raw.get("value")
    resolutions = [raw.get("resolutions")]
    nested = _dict(raw, "slotValue")
    if value is None and nested.get("type") == "List" and isinstance(nested.get("values"), list):
        parts = [part for part in nested["values"] if isinstance(part, Mapping)]
        value = " and ".join(_text(part.get("value")) for part in parts if part.get("value"))
        resolutions = []
    elif value is None:
        value, resolutions = nested.get("value"), [nested.get("resolutions")]
    text = _text(value).strip()
    ids = tuple(dict.fromkeys(id for part in resolutions for id in _resolved(part)))
    return Slot(text, ids, int(text) if text.isdecimal() and len(text) <= 9 else None)


def _resolved(raw: Any) -> list[str]:
    """The ids of the first authority that matched, dynamic entities before the model's own."""
    authorities = raw.get("resolutionsPerAuthority") if isinstance(raw, Mapping) else None
    if not isinstance(authorities, list):
        return []
    matched = [
        authority
        for authority in authorities
        if isinstance(authority, Mapping) and _dict(authority, "status").get("code") == "ER_SUCCESS_MATCH"
    ]
    matched.sort(key=lambda authority: ".dynamic." not in _text(authority.get("authority")))
    for authority in matched:
        values = authority.get("values")
        ids = [
            _dict(value, "value").get("id")
            for value in (values if isinstance(values, list) else [])
            if isinstance(value, Mapping)
        ]
        if found := [id for id in ids if id and _plain(id)]:
            return found
    return []


def _plain(value: Any) -> bool:
    """Text that can name a thing: no longer than a name, and of letters that can be stored."""
    return isinstance(value, str) and len(value) <= _MAX_NAME and value.isprintable()


def _dict(raw: Any, *path: str) -> Mapping[str, Any]:
    for name in path:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw if isinstance(raw, Mapping) else {}


def _text(value: Any) -> str:
    return value[:_MAX_TEXT] if isinstance(value, str) else str(value) if type(value) is int else ""
