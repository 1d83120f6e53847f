"""An Alexa request envelope, as raw JSON, to a `Turn`.

Read from the raw JSON and not from the SDK's objects: fields Amazon added after the SDK was frozen are
there, and a field that is missing or odd costs that field, never the turn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from skill.alexa.device import NEEDED as NEEDED
from skill.alexa.device import SCREEN as SCREEN
from skill.alexa.device import device, draws, place
from skill.alexa.fields import fields, plain, shallow, text, when
from skill.alexa.slots import read_slots
from skill.dialogue.turn import AccountEvent, Left, Slot, Touch, Turn

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
    """What a request wants: a turn of conversation, the same where nobody is named who takes it, an answer
    without side effects on whether we could serve it, a polite refusal of something this skill never asked
    for, a note of what happened to an account, or silence."""

    TURN = "turn"
    NOBODY = "nobody"
    CAN_FULFILL = "can_fulfill"
    UNSUPPORTED = "unsupported"
    ACCOUNT = "account"
    SILENCE = "silence"


_TOUCH = "Alexa.Presentation.APL.UserEvent"
_SUBSCRIBED = "AlexaSkillEvent.ProactiveSubscriptionChanged"
# What each request wants, by the name of its type. All others get silence, and most may get nothing else:
# events of audio, the skill, lists, reminders, messages, gadgets, data stores and screens, errors, the end of
# a session, and whatever Amazon may add.
# https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-types-reference.html
KINDS: Mapping[str, Kind] = {
    "LaunchRequest": Kind.TURN,
    "IntentRequest": Kind.TURN,
    # Back from another skill, or from what Alexa itself was asked to do.
    "SessionResumedRequest": Kind.TURN,
    "Connections.Response": Kind.TURN,
    "CanFulfillIntentRequest": Kind.CAN_FULFILL,
    "AlexaSkillEvent.SkillAccountLinked": Kind.ACCOUNT,
    "AlexaSkillEvent.SkillAccountUnlinked": Kind.ACCOUNT,
    "AlexaSkillEvent.SkillDisabled": Kind.ACCOUNT,
    _SUBSCRIBED: Kind.ACCOUNT,
    # Somebody is listening and waits for an answer to what we never offered.
    "Connections.Request": Kind.UNSUPPORTED,
    "Dialog.InputRequest": Kind.UNSUPPORTED,
    "Display.ElementSelected": Kind.UNSUPPORTED,
    _TOUCH: Kind.UNSUPPORTED,
}
# Events that concern what is kept about a shopper; that a skill was enabled concerns nothing.
_ACCOUNT = {
    "AlexaSkillEvent.SkillAccountLinked": "linked",
    "AlexaSkillEvent.SkillAccountUnlinked": "unlinked",
    "AlexaSkillEvent.SkillDisabled": "disabled",
}
_ENDED = "SessionEndedRequest"
_RESUMED = frozenset({"SessionResumedRequest", "Connections.Response"})
# When an event happened, best first: some are sent with a name that is spelled otherwise.
_HAPPENED = ("eventCreationTime", "timestamp", "timeStamp")
# The first argument of every touch that our documents send.
TOUCHED = "touch"
# A task of ours that a link or another skill may start (Quick Links, Skill Connections). It comes from
# outside, so it may look for something and nothing else: no task of anybody's fills a cart.
_TASK = ".FindProduct"
# Bytes of session attributes: what is larger was never ours, and would not fit an answer of 120 KB.
MAX_ATTRIBUTES = 48 * 1024
_MAX_LEVELS = 16
_AS_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class MalformedRequest(Exception):
    """The envelope lacks what every Alexa request has; the message names the place."""


def kind(raw: Mapping[str, Any]) -> Kind:
    """What to do with this envelope. Types Amazon may add later get silence, which is always valid.
    Raises MalformedRequest when there is no request type at all."""
    type_ = fields(raw, "request").get("type")
    if not isinstance(type_, str) or not type_:
        raise MalformedRequest("request.type is missing")
    found = KINDS.get(type_, Kind.SILENCE)
    if found is Kind.UNSUPPORTED and touch(raw):
        found = Kind.TURN
    if found is Kind.TURN and not _user(raw):
        return Kind.NOBODY
    if found is Kind.ACCOUNT and not _user(raw):
        return Kind.SILENCE
    return found


def application_id(raw: Mapping[str, Any]) -> str:
    """The skill this request is meant for; empty when the envelope does not say. Raises MalformedRequest when
    it names two: the id picks the shop, and one shop must not answer for another."""
    places = (fields(raw, "context", "System"), fields(raw, "session"))
    ids = [fields(place, "application").get("applicationId") for place in places]
    told = dict.fromkeys(text(id) for id in ids if isinstance(id, str) and id)
    if len(told) > 1:
        raise MalformedRequest("context.System.application and session.application differ")
    return next(iter(told), "")


def touch(raw: Mapping[str, Any]) -> Touch | None:
    """What was touched, when one of our documents can have sent it: ["touch", act, on what]. Whether that is
    there to be touched is for the dialogue to say."""
    request = fields(raw, "request")
    arguments = request.get("arguments")
    if request.get("type") != _TOUCH or not isinstance(arguments, list) or len(arguments) != 3:
        return None
    if arguments[0] != TOUCHED or not all(map(plain, arguments)):
        return None
    return Touch(arguments[1], arguments[2])


def attributes(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The session's attributes as the last answer left them: none in a new session, whatever comes along,
    and none where there are more than we ever gave out, or what no answer can hold."""
    session = fields(raw, "session")
    kept = session.get("attributes")
    if not isinstance(kept, dict) or session.get("new") is True:
        return {}
    try:
        told = _AS_JSON(kept)
        size = len(told if told.isascii() else told.encode())
    except (ValueError, RecursionError):
        # Numbers that are none, halves of characters, and what goes far too deep.
        return {}
    # So few parts cannot go deep, and more are seldom.
    fits = told.count("{") + told.count("[") <= _MAX_LEVELS or shallow(kept, levels=_MAX_LEVELS)
    return kept if fits and size <= MAX_ATTRIBUTES else {}


def user_id(raw: Mapping[str, Any]) -> str:
    """The account a request speaks for. Raises MalformedRequest when it names none."""
    if user := _user(raw):
        return user
    raise MalformedRequest("context.System.user.userId is missing")


def account_event(raw: Mapping[str, Any], *, now: datetime) -> AccountEvent:
    """The event in an envelope of Kind.ACCOUNT. One that does not say when it happened, or says a time to
    come, happened now. Raises MalformedRequest when it names nobody."""
    request = fields(raw, "request")
    told = (when(request.get(name)) for name in _HAPPENED)
    allowed = fields(request, "body").get("subscriptions")
    return AccountEvent(
        # Who allows no notification any more tells none.
        kind=_ACCOUNT.get(request["type"]) or ("subscribed" if allowed else "unsubscribed"),
        user=user_id(raw),
        request_id=text(request.get("requestId")),
        at=min(next((moment for moment in told if moment), now), now),
    )


def turn(raw: Mapping[str, Any], *, now: datetime) -> Turn:
    """The turn in an envelope of Kind.TURN. An intent without a name was not understood. Raises
    MalformedRequest when nobody is speaking."""
    request, session = fields(raw, "request"), fields(raw, "session")
    system = fields(raw, "context", "System")
    user = fields(system, "user") or fields(session, "user")
    remembered, touched = attributes(raw), touch(raw)
    intent, slots = _meant(request, asked=bool(remembered))
    person, token = fields(system, "person").get("personId"), user.get("accessToken")
    return Turn(
        request_id=text(request.get("requestId")),
        intent="Touch" if touched else intent,
        now=now,
        locale=text(request.get("locale")) or "en-US",
        user=user_id(raw),
        slots=slots,
        attributes=remembered,
        person=person if isinstance(person, str) else None,
        linked=isinstance(token, str) and bool(token),
        token=token if isinstance(token, str) else "",
        screen=draws(system),
        touch=touched,
        place=place(fields(raw, "context", "Geolocation"), now=now),
        device=device(system),
    )


def left(raw: Mapping[str, Any], *, now: datetime) -> Left | None:
    """The conversation that a SessionEndedRequest says is over: its shopper said so, fell silent, or did not
    get our answer. None for everything else."""
    user, kept = _user(raw), attributes(raw)
    if fields(raw, "request").get("type") != _ENDED or not user or not kept:
        return None
    return Left(user=user, attributes=kept, now=now)


def trouble(raw: Mapping[str, Any]) -> str:
    """What Amazon reports to have gone wrong, for the log: what it is and of which kind, never its message,
    which may quote what was said. Empty where nothing did."""
    request = fields(raw, "request")
    type_ = text(request.get("type"))
    told = next((what for name, what in _TROUBLE.items() if type_.startswith(name)), "")
    errors = request.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else request.get("error")
    if not told or not (type_.endswith(("Error", "Encountered")) or isinstance(first, Mapping)):
        return ""
    of = text(fields(first).get("type"))
    return f"{told}: {of if of.isascii() and of.isidentifier() else 'of an unknown kind'}"


_TROUBLE = {
    "Alexa.Presentation.": "a screen could not be drawn",
    "Alexa.DataStore.": "a data store failed",
    "System.ExceptionEncountered": "an answer could not be used",
    _ENDED: "a session broke off",
}


def _meant(request: Mapping[str, Any], *, asked: bool) -> tuple[str, dict[str, Slot]]:
    """The intent and slots of a request. Who comes back to a conversation hears once more where it stood,
    whatever came of what they left for."""
    if request.get("type") in _RESUMED:
        return ("Repeat" if asked else "Launch"), {}
    if request.get("type") != "IntentRequest":
        task = fields(request, "task")
        words = text(fields(task, "input").get("product")).strip()
        found = words and text(task.get("name")).endswith(_TASK)
        return ("FindProduct", {"query": Slot(words)}) if found else ("Launch", {})
    intent = fields(request, "intent")
    name = intent.get("name")
    if not isinstance(name, str) or not name:
        return "Fallback", {}
    return BUILT_IN.get(name, name), read_slots(intent.get("slots"))


def _user(raw: Mapping[str, Any]) -> str:
    for said_in in (fields(raw, "context", "System"), fields(raw, "session")):
        id = fields(said_in, "user").get("userId")
        if isinstance(id, str) and id:
            return id
    return ""
