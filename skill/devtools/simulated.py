"""One turn of the conversation page, as a household and its device take part in it: what is said, touched or
not said, by whose voice, and what goes wrong on the way."""

from __future__ import annotations

import secrets
import tomllib
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from threading import local
from typing import Any

from skill.alexa.typed import (
    LAUNCH,
    Session,
    Turned,
    alexa_name,
    meant,
    opens,
    session_ended,
    session_from,
    session_json,
    silence,
    timed_out,
    touch,
    understood,
)
from skill.alexa.typed_model import deployed
from skill.alexa.typed_slots import unheard
from skill.commerce.merchant import Facts, Member
from skill.devtools import told
from skill.devtools.clock import Clock
from skill.devtools.estimating import Estimated
from skill.devtools.matchers import make_ready, matcher_of
from skill.devtools.merchant_shop import trial_json
from skill.devtools.scenario import state
from skill.dialogue.conversation import Conversation, decode
from skill.errors import CartChanged
from skill.operations.turn import TurnRecord
from skill.shop import NOBODY, Catalogue, Stocking
from skill.speech.locale import locales
from skill.speech.utterances import Match

Send = Callable[[dict[str, Any]], dict[str, Any]]
DEFAULT_USER = "amzn1.ask.account.PAGE"
# What can go wrong in a turn.
FAULTS = ("no_match", "unheard_number", "time_out", "twice")
_MOST_WORDS, _MOST_ORDERS, _MOST_MEMBERS, _MOST_NAME = 500, 100, 20, 60
_TRIES = 4


class BadAsk(ValueError):
    """The page asked for something that cannot be; the text says what to send instead."""


class Recorded:
    """Keeps the record of the last turn of each thread: what is told of a turn is told where it was
    answered."""

    def __init__(self) -> None:
        self._here = local()

    def __call__(self, record: TurnRecord) -> None:
        self._here.record = record

    def taken(self) -> TurnRecord | None:
        """The record since this was asked last; None without a turn."""
        record, self._here.record = getattr(self._here, "record", None), None
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """What a page needs of a shop. `key`: what a user's, or a member's, data is kept under; `send` answers an
    envelope, `linked` tells whether a user's requests carry a token; `letters`: the folder they leave into
    (None: they leave otherwise); `due` sees at once to what is due. Threads share it."""

    store: Stocking
    catalogue: Callable[[Facts], Catalogue]
    clock: Callable[[], datetime]
    key: Callable[[str], str]
    send: Send
    linked: Callable[[str], bool]
    recorded: Recorded
    letters: Path | None = None
    due: Callable[[], object] = lambda: None
    # Person ids by their keys, as far as they were ever sent.
    _persons: dict[str, str] = field(default_factory=dict)

    def say(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One turn, as `POST /simulator/say` has it. Raises BadAsk."""
        said, touched, fault = asked.get("text"), asked.get("touch"), asked.get("fault")
        quiet = asked.get("silence") is True
        if not quiet and not isinstance(touched, list) and not (isinstance(said, str) and said.strip()):
            raise BadAsk(
                'send {"text": "…", "session": …} as JSON, or "touch": […] or "silence": true instead'
            )
        if fault is not None and fault not in FAULTS:
            raise BadAsk(f"fault: one of {', '.join(FAULTS)}, or null")
        session = self._session(asked)
        self.recorded.taken()
        happening: dict[str, Any] = {
            "session": session,
            "send": self.send,
            "now": self.clock(),
            "request_id": request_id(),
        }
        played = fault in ("time_out", "twice")
        if quiet:
            turned, after = silence(**happening)
        elif isinstance(touched, list):
            turned, after = touch(touched, **happening)
        else:
            text = str(said)[:_MOST_WORDS]
            match, played = self._heard(text, session, fault or "")
            turned, after = meant(match, text=text, **happening)
        record = self.recorded.taken()
        # Nothing goes wrong on a way that nothing took.
        played = played and bool(turned.request) and not quiet
        turned, came_of_it = self._gone_wrong(turned, after, str(fault) if played else "")
        if turned.ended:
            after = self._fresh(asked, session.user)
        # Whoever has opened the shop listens first: time to make ready for what they say, in any language.
        make_ready([session.locale, *locales()])
        self.recorded.taken()
        return {
            **turned.as_json(),
            "request": turned.request or None,
            "response": turned.response or None,
            "session": session_json(after),
            "fault": {"name": fault, "played": played} if fault else None,
            **came_of_it,
            "turn": told.turn_json(record, estimated=isinstance(self.store, Estimated)),
            **self._conversation(after, session),
            **self.state(session.user),
        }

    def state(self, user: str) -> dict[str, Any]:
        """What there is of a shopper without a turn: `GET /simulator/state`."""
        shopper = self.key(user)
        visit = self.store.visit(shopper)
        orders = self.store.orders(shopper, limit=_MOST_ORDERS)
        return {
            "state": state(self.store, shopper),
            "linked": self.linked(user),
            "cart": told.cart_json(visit.cart),
            "members": told.members_json(visit.shopper, person_of=partial(self._person, user)),
            "messages": told.messages_json(self.letters, about=visit.shopper, orders=orders),
            "clock": told.clock_json(self.clock(), facts=visit.facts, ahead=self._ahead()),
            "trial": trial_json(self.store),
        }

    def add_member(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Add a voice to the household, or change what is known of one: `POST /simulator/member`. Raises
        BadAsk."""
        user, name, child = asked.get("user"), asked.get("name"), asked.get("child", False)
        name = " ".join(name.split()) if isinstance(name, str) else ""
        if not isinstance(user, str) or not user or not isinstance(child, bool):
            raise BadAsk('send {"user": "…", "name": "…", "child": false}')
        if not name or len(name) > _MOST_NAME or not name.isprintable():
            raise BadAsk(f"name: up to {_MOST_NAME} letters")
        shopper, voice = self.key(user), self.key(person_id(user, name))
        for _ in range(_TRIES):
            about = self.store.visit(shopper).shopper
            if voice not in about.members and len(about.members) >= _MOST_MEMBERS:
                raise BadAsk(f"a household has up to {_MOST_MEMBERS} voices")
            members = {**about.members, voice: Member(name=name, child=child)}
            changed = replace(about, members=members)
            if self.store.save_shopper(changed, shopper=shopper, request_id=request_id()):
                return {"members": self.state(user)["members"]}
        raise CartChanged()

    def jump(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Set the clock so many seconds ahead of real time, and see to what is due then:
        `POST /simulator/clock`. Raises BadAsk."""
        ahead = asked.get("ahead")
        if type(ahead) not in (int, float) or not isinstance(ahead, int | float):
            raise BadAsk('send {"ahead": seconds}, 0 for real time')
        if not isinstance(self.clock, Clock):
            raise BadAsk("this shop's clock cannot be set: serve it by one process, with --unsigned")
        try:
            self.clock.set_ahead(timedelta(seconds=ahead))
        except (ValueError, OverflowError) as error:
            raise BadAsk(f"ahead: {error}") from None
        self.due()
        facts = self.store.visit(NOBODY).facts
        return {"clock": told.clock_json(self.clock(), facts=facts, ahead=self._ahead())}

    def shop_name(self, locale: str) -> str:
        """What the shop is called: its invocation."""
        return self.store.visit(NOBODY).facts.called(locale)

    def _heard(self, text: str, session: Session, fault: str) -> tuple[Match, bool]:
        """What Alexa makes of the words, and whether the fault came into it."""
        locale, invocation = session.locale, self.shop_name(session.locale).lower()
        # Who opens the page waits for no matcher.
        if opens(text, locale=locale, invocation=invocation):
            match = LAUNCH
        else:
            match = understood(
                text, session=session, matcher=matcher_of(locale), now=self.clock(), invocation=invocation
            )
        if fault == "no_match":
            return Match("Fallback", {}, 0.0), True
        if fault == "unheard_number":
            types = deployed(session.locale).slots.get(alexa_name(match.intent), {})
            slots = unheard(match.slots, types)
            return replace(match, slots=slots), slots != match.slots
        return match, bool(fault)

    def _gone_wrong(self, turned: Turned, after: Session, fault: str) -> tuple[Turned, dict[str, Any]]:
        """What is heard after all, and what came of a fault on the way."""
        if fault == "time_out":
            return self._lost(turned, after)
        told_of: dict[str, Any] = {"repeat": None, "lost": False, "then": None}
        if fault == "twice":
            again = self.send(turned.request)
            # The session besides remembers when it was asked.
            same = again.get("response") == turned.response.get("response")
            told_of |= {"repeat": {"same": same}, "then": {"request": turned.request, "response": again}}
        return turned, told_of

    def _lost(self, turned: Turned, after: Session) -> tuple[Turned, dict[str, Any]]:
        """The answer came too late: the shopper hears Alexa instead, and the session is over."""
        request = timed_out(session=after, now=self.clock(), request_id=request_id())
        instead = alexa_says("time_out", after.locale)
        return (
            replace(turned, speech=instead, reprompt=None, ended=True),
            {"repeat": None, "lost": True, "then": {"request": request, "response": self.send(request)}},
        )

    def _conversation(self, after: Session, session: Session) -> dict[str, Any]:
        shopper = self.key(session.user)
        facts = self.store.visit(NOBODY).facts
        conversation = Conversation() if after.new else decode(after.attributes)
        called = partial(
            told.names_of,
            catalogue=self.catalogue(facts),
            store=self.store,
            shopper=shopper,
            locale=session.locale,
        )
        return told.conversation_json(conversation, called=called)

    def leave(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The shopper is gone: the shop hears that the session is over, as `POST /simulator/leave` has it.
        Raises BadAsk."""
        session = self._session(asked)
        if not session.new:
            now, id = self.clock(), request_id()
            self.send(session_ended("USER_INITIATED", session=session, now=now, request_id=id))
        return {"left": not session.new}

    def _session(self, asked: Mapping[str, Any]) -> Session:
        """The session the page hands back, or a new one; with the voice that speaks now. Raises BadAsk."""
        person = asked.get("person")
        if person is not None and not (isinstance(person, str) and 0 < len(person) <= 255):
            raise BadAsk("person: the id of a voice, or null")
        if person:
            self._persons[self.key(person)] = person
        if not asked.get("session"):
            return replace(self._fresh(asked), person=person)
        try:
            session = session_from(asked["session"])
            if session.locale not in locales() or not session.user:
                raise ValueError("nobody speaks there")
        except (TypeError, ValueError, KeyError, AttributeError):
            raise BadAsk("session: hand back what the last answer held, or leave it out") from None
        return replace(session, person=person)

    def _fresh(self, asked: Mapping[str, Any], user: str = "") -> Session:
        locale, named = asked.get("locale"), user or asked.get("user")
        return Session(
            id=f"amzn1.echo-api.session.{secrets.token_hex(12)}",
            user=named if isinstance(named, str) and named else DEFAULT_USER,
            locale=locale if isinstance(locale, str) and locale in locales() else locales()[0],
            screen=asked.get("screen") is True,
        )

    def _person(self, user: str, key: str, name: str) -> str | None:
        """The person id behind a member's key: one that was sent, or that we gave them."""
        given = person_id(user, name)
        return given if self.key(given) == key else self._persons.get(key)

    def _ahead(self) -> timedelta | None:
        return self.clock.ahead if isinstance(self.clock, Clock) else None


def request_id() -> str:
    return f"amzn1.echo-api.request.{secrets.token_hex(12)}"


def person_id(user: str, name: str) -> str:
    """The id of a voice of this household, by the name it is given: the same each time."""
    return "amzn1.ask.person." + b32encode(sha256(f"{user}\n{name}".encode()).digest()).decode().rstrip("=")


def alexa_says(key: str, locale: str) -> str:
    """What Alexa itself says around a skill."""
    return _alexa_says()[key][locale[:2]]


@lru_cache(maxsize=1)
def _alexa_says() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("alexa_says.toml").read_text("utf-8"))
