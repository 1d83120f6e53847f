"""Envelopes as Alexa sends them, for sessions of a shopper who may say anything: a small grammar of requests,
intents and slots, out of the shop's own data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from skill.alexa.model import EXTENDED
from skill.alexa.request import BUILT_IN
from skill.dialogue.touch import ACTS
from skill.intents import everything
from skill.speech.locale import data, locales
from tests.alexa.request_types import TYPES
from tests.fuzz.mutations import NASTY
from tests.talk import ROOT, sample_feed

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
# Nobody answers there: what a device is asked about stays on this machine.
NOWHERE = "http://127.0.0.1:9"
_ODD_LOCALES = ("en-GB", "es-ES", "ar", "DE-de", "", "xx-XX", "e", "\ud800", "zh-Hant-TW", 5, None)
# Of a hundred requests, up to which are launches, answers to what was asked, touches, other types and so on.
_LAUNCH, _ANSWER, _TOUCH, _OTHER, _RECORDED = 3, 21, 27, 36, 40
_SCREENS: Sequence[Mapping[str, Any]] = (
    {},
    {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.3"}}},
    {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "1.0"}}, "AudioPlayer": {}},
    {"Alexa.Presentation.APL": {}, "Geolocation": {}, "Alexa.Tomorrow": {}},
)
# What shoppers come for, so that orders are placed and changed too.
_ERRANDS: Sequence[Sequence[str]] = (
    ("AddToCart", "Checkout", "Yes"),
    ("AddToCart", "AddToCart", "Checkout", "Yes", "OrderStatus", "AmendOrder"),
    ("AmendOrder", "AddToCart", "No", "Yes", "OrderStatus"),
    ("AddToMyOrder", "Yes", "RescheduleOrder", "Yes"),
    ("FindProduct", "NameProduct", "AddToCart", "ReviewCart", "ChangeQuantity", "Checkout", "No"),
    ("Reorder", "Yes", "Checkout", "ChoosePickup", "ChooseWindow", "Yes"),
    ("CancelOrder", "Yes", "ReturnItem", "Yes", "ReportProblem", "CaseStatus"),
    ("SetVoiceCode", "SetVoiceCode", "AddToCart", "Checkout", "Yes", "Checkout"),
    ("WatchPrice", "Yes", "WatchStock", "ReviewAlerts", "StopAlerts"),
    (
        "FindProduct",
        "RefineSearch",
        "SortResults",
        "MoreResults",
        "CompareProducts",
        "SaveForLater",
        "TakeBack",
    ),
)


class Shopper:
    """One shopper's requests: `next_request` follows what the last answer said, which `hear` is told;
    `attributes` are those the open session holds, which may be `new`."""

    def __init__(self, rng: Random, *, name: str) -> None:
        self.rng = rng
        self._name = name
        self._count = 0
        self._sessions = 0
        self._errand: list[str] = []
        self._response: Mapping[str, Any] = {}
        self.attributes: Any = {}
        self._open()

    def hear(self, answer: Mapping[str, Any], *, attributes: Any) -> None:
        """Go on from this answer: `attributes` are those the next request hands back."""
        response = _object(answer.get("response"))
        self._response = response
        self.attributes = attributes
        self.new = False
        if response.get("shouldEndSession") is True or self.rng.random() < 0.02:
            self._open()

    def next_request(self) -> dict[str, Any]:
        """The next envelope, as Alexa would send it."""
        self._count += 1
        roll = self.rng.randrange(100)
        if self.new and roll < 40:
            return self._envelope("LaunchRequest", self._launched())
        if roll < _LAUNCH:
            return self._envelope("LaunchRequest", self._launched())
        if roll < _ANSWER:
            return self._envelope("IntentRequest", self._answering())
        if roll < _TOUCH:
            return self._envelope("Alexa.Presentation.APL.UserEvent", {"arguments": self._touching()})
        if roll < _OTHER:
            type_ = self.rng.choice(sorted(TYPES))
            return self._envelope(type_, json.loads(json.dumps(TYPES[type_])))
        if roll < _RECORDED:
            return self._recorded()
        if self.rng.random() < 0.25:
            return self._envelope("IntentRequest", self._saying(self.rng.choice(_all_intents())))
        self._errand = self._errand or list(self.rng.choice(_ERRANDS))
        return self._envelope("IntentRequest", self._saying(self._errand.pop(0)))

    def _open(self) -> None:
        """A new session, on another device perhaps, in the language of the last one mostly."""
        self._sessions += 1
        self.new = True
        self.attributes = {}
        self._response = {}
        if self._sessions == 1 or self.rng.random() < 0.1:
            self._locale: Any = self.rng.choice(locales())
        self._interfaces = self.rng.choice(_SCREENS)

    def _envelope(self, type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
        rng = self.rng
        user = {"userId": f"amzn1.ask.account.FUZZ-{self._name}"}
        if rng.random() < 0.1:
            user = {**user, "accessToken": rng.choice(("token", *NASTY))}
        application = {"applicationId": SKILL}
        system: dict[str, Any] = {
            "application": application,
            "user": user,
            "device": {"deviceId": "amzn1.ask.device.FUZZ", "supportedInterfaces": self._interfaces},
            "apiEndpoint": NOWHERE,
        }
        if rng.random() < 0.2:
            system["apiAccessToken"] = "token"
        if rng.random() < 0.1:
            system["person"] = {"personId": f"amzn1.ask.person.{rng.randrange(3)}"}
        context: dict[str, Any] = {"System": system}
        if rng.random() < 0.05:
            context["Geolocation"] = {
                "timestamp": "2026-11-21T15:00:00Z",
                "coordinate": {
                    "latitudeInDegrees": 45.5,
                    "longitudeInDegrees": -122.6,
                    "accuracyInMeters": 12,
                },
            }
        locale = rng.choice(_ODD_LOCALES) if rng.random() < 0.02 else self._locale
        # A request is now and then sent twice.
        id = self._count - (rng.random() < 0.03)
        request = {
            "type": type_,
            "requestId": f"amzn1.echo-api.request.{self._name}.{id}",
            "timestamp": "2026-11-21T15:00:00Z",
            "locale": locale,
            **body,
        }
        if type_.startswith(("AlexaSkillEvent.", "Messaging.", "AlexaHouseholdListEvent.", "Reminders.")):
            return {"version": "1.0", "context": context, "request": request}
        session = {
            "new": self.new,
            "sessionId": f"amzn1.echo-api.session.{self._name}.{self._sessions}",
            "application": application,
            "attributes": self.attributes,
            "user": user,
        }
        return {"version": "1.0", "session": session, "context": context, "request": request}

    def _launched(self) -> dict[str, Any]:
        if self.rng.random() < 0.9:
            return {}
        name = self.rng.choice((f"{SKILL}.FindProduct", "AMAZON.PrintPDF", f"{SKILL}.AddToCart"))
        return {"task": {"name": name, "version": "1", "input": {"product": self._value("product")}}}

    def _answering(self) -> dict[str, Any]:
        """What answers the question that is open: the slot asked for, a choice, a number, yes or no."""
        asked = [
            directive
            for directive in self._response.get("directives") or []
            if directive.get("type") == "Dialog.ElicitSlot"
        ]
        if asked and self.rng.random() < 0.7:
            name, slot = asked[0]["updatedIntent"]["name"], asked[0]["slotToElicit"]
            kind = everything()[name].slots.get(slot, "query") if name in everything() else "query"
            kept = {
                name: told for name, told in asked[0]["updatedIntent"]["slots"].items() if told.get("value")
            }
            return self._intent(name, {**kept, slot: self._slot(slot, kind)})
        name = self.rng.choice(
            ("Yes", "Yes", "Yes", "No", "NameProduct", "SayNumber", "Repeat", "MoreResults")
        )
        return self._saying(name)

    def _saying(self, name: str) -> dict[str, Any]:
        if name not in everything():
            return self._intent(name, {"product": self._slot("product", "product")})
        slots = everything()[name].slots
        wanted = ("product", "query", "quantity", "code")
        odds = {slot: 0.8 if slot in wanted else 1 / (1 + len(slots)) for slot in slots}
        filled = {slot: kind for slot, kind in slots.items() if self.rng.random() < odds[slot]}
        return self._intent(name, {slot: self._slot(slot, kind) for slot, kind in filled.items()})

    def _intent(self, name: str, slots: Mapping[str, Any]) -> dict[str, Any]:
        builtin = {meant: alexa for alexa, meant in BUILT_IN.items()}
        name = builtin.get(name, EXTENDED.get(name, name))
        intent = {"name": name, "confirmationStatus": "NONE", "slots": dict(slots)}
        return {"dialogState": self.rng.choice(("STARTED", "IN_PROGRESS", "COMPLETED")), "intent": intent}

    def _touching(self) -> list[Any]:
        """What one of our documents may send, and what it may not."""
        drawn = [directive.get("datasources") for directive in self._response.get("directives") or []]
        seen = [text for text in _texts(drawn) if text] or ["milk-goat-nannybrook-qt"]
        return ["touch", self.rng.choice(sorted(ACTS)), self.rng.choice((*seen, "", self.rng.choice(NASTY)))]

    def _slot(self, name: str, kind: str) -> dict[str, Any]:
        value = self._value(kind)
        raw: dict[str, Any] = {"name": name, "value": value, "confirmationStatus": "NONE", "source": "USER"}
        roll = self.rng.random()
        if roll < 0.05:
            raw["slotValue"] = {
                "type": "List",
                "values": [{"type": "Simple", "value": self._value(kind)} for _ in range(3)],
            }
            del raw["value"]
        elif roll < 0.5 and (ids := self._ids(kind)):
            status = self.rng.choice(("ER_SUCCESS_MATCH",) * 4 + ("ER_SUCCESS_NO_MATCH", "ER_LATER"))
            found = [{"value": {"name": value, "id": id}} for id in ids]
            authority = f"amzn1.er-authority.echo-sdk.{self.rng.choice(('', 'dynamic.'))}{SKILL}.{name}"
            raw["resolutions"] = {
                "resolutionsPerAuthority": [
                    {"authority": authority, "status": {"code": status}, "values": found}
                ]
            }
        return raw

    def _value(self, kind: str) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            return rng.choice(NASTY)
        if kind == "number":
            return rng.choice(("1", "2", "3", "5", "5", "6", "12", "100", "?", "two"))
        if kind in ("digits", "code"):
            return rng.choice(("1234", "1234", "0000", "12345", "?", "two"))
        if kind == "day":
            return rng.choice(
                ("2026-11-21", "2026-11-22", "2026-11-28", "2026-W48", "2026-W48-WE", "2020", "monday")
            )
        if kind == "time":
            return rng.choice(("17:00", "09:30", "MO", "EV", "25:00", "noon"))
        if kind in ("product", "query"):
            title = rng.choice(sample_feed()[1])[1].title
            return " ".join(title.replace(",", "").split()[: rng.randint(1, 5)])
        listed = _listed(kind, self._locale)
        return rng.choice(listed[rng.choice(sorted(listed))] or ["?"]) if listed else "something"

    def _ids(self, kind: str) -> list[str]:
        if kind in ("product", "query"):
            return [product.sku for _, product in self.rng.sample(sample_feed()[1], self.rng.randint(1, 3))]
        return [self.rng.choice(ids)] if (ids := sorted(_listed(kind, self._locale))) else []

    def _recorded(self) -> dict[str, Any]:
        """One of the recorded and documented envelopes, in the name of this shopper mostly."""
        raw: dict[str, Any] = json.loads(self.rng.choice(_recorded()))
        mine = self._envelope("LaunchRequest", {})
        if self.rng.random() < 0.7:
            return {**raw, "session": mine["session"], "context": mine["context"]}
        return raw


def nowhere(raw: Any) -> None:
    """Take every address out of an envelope that could be asked something."""
    system = _object(_object(_object(raw).get("context")).get("System"))
    if isinstance(system, dict) and "apiEndpoint" in system:
        system["apiEndpoint"] = NOWHERE


@lru_cache(maxsize=1)
def _recorded() -> tuple[str, ...]:
    ours = (json.loads(file.read_text("utf-8"))["request"] for file in sorted(_folder("tests/requests")))
    shared = (
        json.loads(file.read_text("utf-8")) for file in sorted(_folder("../shared/data/alexa-requests"))
    )
    return tuple(json.dumps(raw) for raw in (*ours, *shared) if isinstance(raw, dict) and "request" in raw)


def _folder(path: str) -> Any:
    return (ROOT / path).resolve().glob("*.json")


@lru_cache(maxsize=1)
def _all_intents() -> tuple[str, ...]:
    return (*everything(), "AMAZON.SearchIntent", "BookFlight", "AMAZON.Tomorrow")


@lru_cache(maxsize=64)
def _listed(kind: str, locale: Any) -> Mapping[str, Sequence[str]]:
    values = data("types", locale).get(kind)
    return values if isinstance(values, Mapping) else {}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
