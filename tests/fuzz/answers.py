"""What Alexa takes for an answer: the rules of its response format, told here once more by themselves.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any

from tests.alexa.request_types import May, may

# Bytes of a whole answer, and of the attributes we hand out ourselves.
MAX_ANSWER = 120 * 1024
MAX_ATTRIBUTES = 24 * 1024
MAX_TEXT = 8_000
# Of dynamic entities in one directive, synonyms counted.
MAX_ENTITIES = 100
_TAGS = {"speak", "say-as", "break", "p", "s", "sub", "lang", "voice", "prosody", "emphasis"}
_KEYS = {"outputSpeech", "card", "reprompt", "directives", "shouldEndSession", "canFulfillIntent"}
_CARDS = {
    "Simple": {"type", "title", "content"},
    "LinkAccount": {"type"},
    "AskForPermissionsConsent": {"type", "permissions"},
}
_QUESTION = re.compile(r"[?؟]")
# A placeholder nobody filled.
_HOLE = re.compile(r"\{\w*\}|\bNone\b(?! of\b| left\b)|object at 0x")
# The fault of who stays in a session and asks nothing.
UNASKED = "an open session without a question"
_APL = "Alexa.Presentation.APL"


def faults(request: Mapping[str, Any], answer: Any) -> list[str]:
    """What is wrong with this answer to this request; nothing, if Alexa takes it."""
    return list(_faults(request, answer))


def _faults(request: Mapping[str, Any], answer: Any) -> Iterator[str]:
    try:
        size = len(json.dumps(answer, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        yield f"no JSON: {error}"
        return
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        yield "no response"
        return
    if size > MAX_ANSWER:
        yield f"{size} bytes"
    if answer.get("version") != "1.0":
        yield "another version"
    if more := answer.keys() - {"version", "response", "sessionAttributes", "userAgent"}:
        yield f"unknown fields {sorted(more)}"
    kept = answer.get("sessionAttributes", {})
    if not isinstance(kept, dict):
        yield "attributes are no object"
    response = answer["response"]
    if more := response.keys() - _KEYS:
        yield f"unknown fields {sorted(more)} of the response"
    if any(value is None for value in response.values()):
        yield "a field of the response is null"
    yield from _allowed(request, response)
    came = json.dumps(request, ensure_ascii=False)
    for name in ("outputSpeech", "reprompt"):
        if name in response:
            speech = response[name] if name == "outputSpeech" else _object(response[name]).get("outputSpeech")
            yield from (f"{name}: {fault}" for fault in _speech(speech, came))
    if "card" in response:
        yield from _card(response["card"], came)
    yield from _directives(request, response)


def _allowed(request: Mapping[str, Any], response: Mapping[str, Any]) -> Iterator[str]:
    """What this type of request may be answered with, and how a session stays open or ends."""
    body = _object(request.get("request"))
    allowed = may(body.get("type"))
    if allowed is May.NOTHING:
        if response:
            yield f"{body.get('type')} is answered with {sorted(response)}"
        return
    if allowed is May.CAN_FULFILL:
        yield from _fulfil(response)
        return
    if "canFulfillIntent" in response:
        yield "canFulfillIntent, which nobody asked for"
    if not response.get("outputSpeech"):
        yield "nothing is said to who waits"
        return
    said = json.dumps(response["outputSpeech"], ensure_ascii=False)
    if response.get("shouldEndSession") is False:
        if "reprompt" not in response:
            yield "an open session without a reprompt"
        if not _QUESTION.search(said):
            yield f"{UNASKED}: {said}"
    elif response.get("shouldEndSession") is True:
        if "reprompt" in response:
            yield "a closed session with a reprompt"
    else:
        yield "neither open nor closed"


def _fulfil(response: Mapping[str, Any]) -> Iterator[str]:
    if response.keys() != {"canFulfillIntent"}:
        yield f"a CanFulfillIntentRequest is answered with {sorted(response)}"
    told = _object(response.get("canFulfillIntent"))
    if told.get("canFulfill") not in ("YES", "NO", "MAYBE") or told.keys() - {"canFulfill", "slots"}:
        yield f"canFulfillIntent is {told}"
    for slot in _object(told.get("slots", {})).values():
        understood, able = _object(slot).get("canUnderstand"), _object(slot).get("canFulfill")
        if understood not in ("YES", "NO", "MAYBE") or able not in ("YES", "NO"):
            yield f"a slot of canFulfillIntent is {slot}"


def _speech(speech: Any, came: str) -> Iterator[str]:
    ssml = _object(speech).get("ssml")
    if _object(speech).get("type") != "SSML" or not isinstance(ssml, str):
        yield f"no SSML: {speech}"
        return
    if len(ssml) > MAX_TEXT:
        yield f"{len(ssml)} characters"
    try:
        root = ET.fromstring(ssml)
    except ET.ParseError as error:
        yield f"not well-formed: {error}: {ssml}"
        return
    if root.tag != "speak" or not {element.tag for element in root.iter()} <= _TAGS:
        yield f"tags Alexa does not know: {ssml}"
    said = "".join(root.itertext())
    if not said.strip():
        yield "says nothing"
    if (found := _HOLE.search(said)) and found[0] not in came:
        yield f"{found[0]!r} is left in it: {said}"


def _card(card: Any, came: str) -> Iterator[str]:
    kind = _object(card).get("type")
    if kind not in _CARDS or card.keys() - _CARDS[kind]:
        yield f"a card Alexa does not know: {card}"
    elif kind == "Simple" and not card.get("content"):
        yield "an empty card"
    elif kind == "AskForPermissionsConsent" and not card.get("permissions"):
        yield "a card that asks for nothing"
    written = "".join(value for value in _object(card).values() if isinstance(value, str))
    if len(written) > MAX_TEXT:
        yield f"a card of {len(written)} characters"
    if (found := _HOLE.search(written)) and found[0] not in came:
        yield f"{found[0]!r} is left in a card: {written}"


def _directives(request: Mapping[str, Any], response: Mapping[str, Any]) -> Iterator[str]:
    directives = response.get("directives", [])
    if not isinstance(directives, list):
        yield "directives are no list"
        return
    told = may(_object(request.get("request")).get("type"))
    system = _object(_object(request.get("context")).get("System"))
    screen = _APL in _object(_object(system.get("device")).get("supportedInterfaces"))
    kinds = [_object(directive).get("type") for directive in directives]
    if len(set(kinds)) != len(kinds):
        yield f"a directive twice: {kinds}"
    for kind, directive in zip(kinds, directives, strict=True):
        match kind:
            case "Dialog.ElicitSlot":
                if told is not May.ANYTHING or response.get("shouldEndSession") is not False:
                    yield "a slot is asked for where no intent is under way"
                slots = _object(_object(directive.get("updatedIntent")).get("slots"))
                if directive.get("slotToElicit") not in slots:
                    yield f"a slot is asked for that the intent lacks: {directive}"
                if any(name != _object(slot).get("name") for name, slot in slots.items()):
                    yield f"slots under other names: {slots}"
            case "Dialog.UpdateDynamicEntities":
                values = [value for type_ in directive.get("types") or [] for value in type_["values"]]
                count = sum(1 + len(value["name"].get("synonyms") or []) for value in values)
                if count > MAX_ENTITIES or directive.get("updateBehavior") not in ("REPLACE", "CLEAR"):
                    yield f"{count} names, {directive.get('updateBehavior')}"
            case "Alexa.Presentation.APL.RenderDocument":
                if not screen:
                    yield "a document for a device without a screen"
                if not directive.get("token") or not _object(directive.get("document")).get("mainTemplate"):
                    yield "no document"
            case _:
                yield f"an unknown directive {kind}"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
