"""One shopper's session on one device, and the requests Alexa sends in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from skill.alexa.model import EXTENDED
from skill.alexa.request import SCREEN
from skill.alexa.typed_dialog import WHOLE, Asking, asking_from, asking_json
from skill.alexa.typed_model import Model, deployed
from skill.alexa.typed_slots import APPLICATION, Dynamic, slots_of
from skill.dialogue.turn import Slot
from skill.speech.utterances import Match

_DEVICE, _ENDPOINT = "amzn1.ask.device.TYPED", "https://api.amazonalexa.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One shopper's session between two turns. `asking`: what a dialog waits for; `screen`: on a device that
    draws; `dynamic`: the names the skill sent, by slot type; `reprompt`: what is heard when nothing is said,
    `asked_again` once it was."""

    id: str
    user: str
    locale: str
    new: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)
    asking: Asking | None = None
    person: str | None = None
    screen: bool = False
    dynamic: Dynamic = field(default_factory=dict)
    reprompt: str = ""
    asked_again: bool = False

    @property
    def elicit(self) -> tuple[str, str] | None:
        """Intent and slot that were asked for in free words."""
        asking = self.asking
        return (asking.under.intent, asking.slot) if asking and not asking.confirm else None


def session_json(session: Session) -> dict[str, Any]:
    """A session as JSON, to be kept between two sentences."""
    return asdict(session) | {"asking": asking_json(session.asking) if session.asking else None}


def session_from(raw: Mapping[str, Any]) -> Session:
    """The session `session_json` wrote. Raises TypeError, KeyError or ValueError for anything else."""
    asking = asking_from(raw["asking"]) if raw.get("asking") else None
    session = Session(**{**raw, "asking": asking})
    objects, texts = (session.attributes, session.dynamic), (session.id, session.user, session.locale)
    if not all(isinstance(one, Mapping) for one in objects) or not all(isinstance(t, str) for t in texts):
        raise ValueError("id, user and locale must be text, attributes and dynamic objects")
    if not all(_are_values(values) for values in session.dynamic.values()):
        raise ValueError("dynamic must hold lists of values")
    if not all(isinstance(flag, bool) for flag in (session.new, session.screen, session.asked_again)):
        raise ValueError("new, screen and asked_again must be true or false")
    if not isinstance(session.reprompt, str) or not isinstance(session.person, str | None):
        raise ValueError("reprompt and person must be text")
    return session


def _are_values(values: Any) -> bool:
    """Whether these are values of a type as a directive has them."""
    if not isinstance(values, list) or not all(isinstance(one, Mapping) for one in values):
        return False
    names = [one.get("name") for one in values]
    return all(
        isinstance(name, Mapping)
        and isinstance(name.get("value"), str)
        and isinstance(name.get("synonyms", []), list)
        and all(isinstance(word, str) for word in name.get("synonyms", []))
        for name in names
    )


def alexa_name(intent: str) -> str:
    """What Alexa calls an intent of ours."""
    return "AMAZON.FallbackIntent" if intent == "Fallback" else EXTENDED.get(intent, intent)


def envelope(
    match: Match,
    *,
    session: Session,
    now: datetime,
    request_id: str,
    confirmed: Mapping[str, str] | None = None,
    dialog_state: str | None = None,
    model: Model | None = None,
) -> dict[str, Any]:
    """The request Alexa would send for this match. `confirmed`: what was confirmed or denied of its slots and
    of the WHOLE, `dialog_state` where there is a dialog; `model`: another than the one that is deployed."""
    if opening(match):
        return enveloped("LaunchRequest", session=session, now=now, request_id=request_id)
    name, states = alexa_name(match.intent), confirmed or {}
    intent: dict[str, Any] = {"name": name, "confirmationStatus": states.get(WHOLE, "NONE")}
    model = model or deployed(session.locale)
    if slots := slots_of(name, match.slots, model=model, dynamic=session.dynamic, confirmed=states):
        intent["slots"] = slots
    more = {"dialogState": dialog_state} if dialog_state else {}
    return enveloped("IntentRequest", session=session, now=now, request_id=request_id, intent=intent, **more)


def touched(arguments: Sequence[Any], *, session: Session, now: datetime, request_id: str) -> dict[str, Any]:
    """The request for a touch of what was drawn with these arguments."""
    return enveloped(
        "Alexa.Presentation.APL.UserEvent",
        session=session,
        now=now,
        request_id=request_id,
        token="sayso",
        arguments=list(arguments),
        source={"type": "TouchWrapper", "handler": "Press", "id": ""},
        components={},
    )


def session_ended(
    reason: str, *, session: Session, now: datetime, request_id: str, error: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The request that tells the skill that its session is over. `reason`: "USER_INITIATED", "ERROR" (with
    what it was) or "EXCEEDED_MAX_REPROMPTS"."""
    told: dict[str, Any] = {"reason": reason, **({"error": dict(error)} if error else {})}
    return enveloped("SessionEndedRequest", session=session, now=now, request_id=request_id, **told)


def timed_out(*, session: Session, now: datetime, request_id: str) -> dict[str, Any]:
    """The same when the skill's answer came too late."""
    error = {"type": "ENDPOINT_TIMEOUT", "message": "The skill did not answer in time."}
    return session_ended("ERROR", session=session, now=now, request_id=request_id, error=error)


def opening(match: Match) -> bool:
    """Whether this opens the skill without a wish, which is a request of its own kind."""
    return match.intent in ("LaunchRequest", "Launch") and not match.slots


def spoken(words: Mapping[str, str]) -> dict[str, Slot]:
    """Words that were kept, as slots."""
    return {name: Slot(text) for name, text in words.items()}


def enveloped(type: str, *, session: Session, now: datetime, request_id: str, **more: Any) -> dict[str, Any]:
    """A request of any type, with all that is around it."""
    user, application = {"userId": session.user}, {"applicationId": APPLICATION}
    interfaces = {SCREEN: {"runtime": {"maxVersion": "2024.3"}}} if session.screen else {}
    system: dict[str, Any] = {
        "application": application,
        "user": user,
        "device": {"deviceId": _DEVICE, "supportedInterfaces": interfaces},
        "apiEndpoint": _ENDPOINT,
    }
    if session.person:
        system["person"] = {"personId": session.person}
    return {
        "version": "1.0",
        "session": {
            "new": session.new,
            "sessionId": session.id,
            "application": application,
            "attributes": dict(session.attributes),
            "user": user,
        },
        "context": {"System": system},
        "request": {
            "type": type,
            "requestId": request_id,
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": session.locale,
            **more,
        },
    }
