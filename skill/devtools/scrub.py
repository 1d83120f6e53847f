"""Envelopes without anybody in them: what may be kept of a request and its answer is named here, and all else
is left out, whatever Amazon may send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from skill.alexa.device import SCREEN, draws
from skill.alexa.fields import fields, text, when
from skill.alexa.request import BUILT_IN, KINDS, touch
from skill.alexa.slots import read_slots
from skill.alexa.typed import words
from skill.commerce.merchant import Shopper
from skill.devtools.recording import ANSWERS, ENDED, SILENT, TOUCH, answer
from skill.devtools.recording_form import SHOPPER
from skill.devtools.recording_shopper import CODE
from skill.dialogue.guard import CODE as CODE_SLOT
from skill.intents import everything

# What members of a household are called in place of their names, in turn.
NAMES = ("Alex", "Bo", "Chris", "Dana", "Eli", "Finn", "Gale", "Hal")
STREET, MAILBOX = "1 Test Street", "test@shop.example"
_DIGIT = re.compile(r"\d")
_LOCALE = re.compile(r"[a-z]{2}-[A-Z]{2}")
_SLOT = re.compile(r"[a-z][a-z_]{0,39}")


def scrub(
    raw: Mapping[str, Any],
    *,
    session: str,
    person: str | None = None,
    hidden: Mapping[str, str] | None = None,
    secret: bool = False,
) -> dict[str, Any]:
    """What may be kept of an envelope: the kind of request, its language and time, the intent with what its
    slots hold and resolved to, what was touched, whether the session is new and the device draws. No user,
    person, device, token, position or address is in it. `session` and `person`: stand-ins for the ids (None:
    nobody was recognised); `hidden`: words that name somebody, with what stands in their place; `secret`: a
    voice code is being said, of which no digit is kept."""
    request = fields(raw, "request")
    type_ = text(request.get("type"))
    locale, at = text(request.get("locale")), when(request.get("timestamp"))
    told: dict[str, Any] = {
        "type": type_ if type_ in KINDS or type_ == ENDED else "Unknown",
        "locale": locale if _LOCALE.fullmatch(locale) else "",
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else "",
    }
    if type_ == "IntentRequest":
        told["intent"] = _intent(fields(request, "intent"), hidden or {}, secret)
    if type_ == ENDED:
        told["reason"] = SILENT if request.get("reason") == SILENT else ""
    if type_ == TOUCH and (touched := touch(raw)):
        told["arguments"] = ["touch", touched.act, touched.on]
    system: dict[str, Any] = {
        "user": {"userId": SHOPPER},
        "device": {"supportedInterfaces": {SCREEN: {}} if draws(fields(raw, "context", "System")) else {}},
    }
    if person:
        system["person"] = {"personId": person}
    new = fields(raw, "session").get("new") is True
    return {"session": {"new": new, "sessionId": session}, "context": {"System": system}, "request": told}


def scrubbed_answer(
    response: Mapping[str, Any], *, hidden: Mapping[str, str] | None = None, however: bool = False
) -> dict[str, Any]:
    """What may be kept of a response: what was heard, the reprompt, whether the session ended, and the marks
    of what answers the question on a screen. `hidden` as in `scrub`, `however` as in `without`: a name that
    the shopper said may come back as it was heard."""
    said = fields(response, "response")
    told: dict[str, Any] = {"outputSpeech": _speech(words(said), hidden or {}, however)}
    if reprompt := words(fields(said, "reprompt")):
        told["reprompt"] = {"outputSpeech": _speech(reprompt, hidden or {}, however)}
    if isinstance(said.get("shouldEndSession"), bool):
        told["shouldEndSession"] = said["shouldEndSession"]
    if touches := [found for act in ANSWERS if (found := answer(said.get("directives"), act))]:
        told["directives"] = [{"touches": touches}]
    return {"response": told}


def hidden_words(about: Shopper) -> dict[str, str]:
    """Names and addresses that are kept of a shopper, with what stands in their place: the shop says some."""
    names = dict.fromkeys(member.name for member in about.members.values())
    found = dict(zip(names, _stand_ins(), strict=False))
    if contact := about.contact:
        address = contact.address
        places = (address.city, address.region, address.code) if address else ()
        parts = (contact.name, *contact.name.split())
        found |= {part: "Test" for part in (*places, *parts) if part not in found}
        found |= dict.fromkeys(address.lines if address else (), STREET)
        found[contact.email] = MAILBOX
    return {word: stand_in for word, stand_in in found.items() if word.strip()}


def nameless_contact(known: Mapping[str, Any]) -> dict[str, Any]:
    """What a recording tells of a contact: that there is one, under the words of `hidden_words`."""
    told: dict[str, Any] = {
        "name": "Test",
        "email": MAILBOX,
        "lines": [STREET],
        "city": "Test",
        "code": "Test",
    }
    return {name: value for name, value in told.items() if name in known}


def without(value: str, hidden: Mapping[str, str], *, however: bool = False) -> str:
    """Text with what names somebody in other words; `however` it is written: what was heard comes in small
    letters."""
    if not hidden:
        return value
    by_word = {word.casefold() if however else word: stand_in for word, stand_in in hidden.items()}
    longest = "|".join(map(re.escape, sorted(hidden, key=len, reverse=True)))
    found = re.compile(rf"(?<!\w)(?:{longest})(?!\w)", re.IGNORECASE if however else 0)
    return found.sub(lambda match: by_word.get(match[0].casefold() if however else match[0], "…"), value)


def _stand_ins() -> Iterator[str]:
    return (f"{name}{round or ''}" for round in count() for name in NAMES)


def _intent(raw: Mapping[str, Any], hidden: Mapping[str, str], secret: bool) -> dict[str, Any]:
    name = text(raw.get("name"))
    slots: dict[str, Any] = {}
    for slot, told in read_slots(raw.get("slots")).items():
        if not _SLOT.fullmatch(slot):
            continue
        value = without(told.text, hidden, however=True)
        if slot == CODE_SLOT:
            value = CODE
        elif secret:
            value = _DIGIT.sub("0", value)
        slots[slot] = {"name": slot, "value": value}
        if told.ids:
            values = [{"value": {"id": id}} for id in told.ids]
            matched = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": values}
            slots[slot]["resolutions"] = {"resolutionsPerAuthority": [matched]}
    return {"name": name if name in BUILT_IN or name in everything() else "", "slots": slots}


def names(raw: Mapping[str, Any], hidden: Mapping[str, str]) -> bool:
    """Whether what was said in an envelope names somebody."""
    slots = read_slots(fields(raw, "request", "intent").get("slots")).values()
    return any(without(slot.text, hidden, however=True) != slot.text for slot in slots)


def _speech(heard: str, hidden: Mapping[str, str], however: bool) -> dict[str, str]:
    return {"type": "PlainText", "text": without(heard, hidden, however=however)}
