"""What devices said and heard, taken down as it goes: one line of JSON a turn, without anybody in it.

For a developer who tries a shop with a device of their own. What is written was scrubbed before."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from skill.alexa.fields import fields, text
from skill.alexa.request import Kind, application_id, attributes, kind, user_id
from skill.devtools.recording import ENDED, person, request_id
from skill.devtools.recording_names import numbers, persons, renamed, shopper_renamed
from skill.devtools.recording_shopper import contact, start
from skill.devtools.scenario import state
from skill.devtools.scrub import hidden_words, nameless_contact, names, scrub, scrubbed_answer
from skill.dialogue.cases import reference_of
from skill.dialogue.guard import CODE
from skill.errors import BadInput
from skill.logs import fault
from skill.shop import Stocking

log = logging.getLogger("sayso")
Answer = Callable[[Any], dict[str, Any]]
# Sessions that are remembered; older ones begin anew.
_SESSIONS = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a skill's shoppers are kept, and under which key a user, or a member of a household, is; and
    whether e-mail leaves there."""

    store: Stocking
    key: Callable[[str], str]
    clock: Callable[[], datetime]
    letters: bool = False


@dataclass(slots=True)
class _Session:
    """A session that goes on: its stand-in, what was kept before it, the household by key, how many requests
    there were, references of requests for a person with their stand-ins, and whether somebody was `named`."""

    id: str
    start: dict[str, Any]
    persons: list[str]
    requests: int = 0
    references: dict[str, str] = field(default_factory=dict)
    named: bool = False


class Taking:
    """`answer`, and each turn appended to `file`. `kept`: where the shoppers of a skill (application id) are
    kept, None where it is nobody's. A turn that cannot be taken down is answered all the same. Raises
    BadInput where the file cannot be written. May be shared by threads."""

    def __init__(self, answer: Answer, *, file: Path, kept: Callable[[str], Kept | None]) -> None:
        self._answer, self._file, self._kept = answer, file, kept
        self._lock = Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._append("")
        except OSError as error:
            raise BadInput(f"SAYSO_RECORD={file}: cannot be written: {error.strerror}") from error

    def __call__(self, raw: Any) -> dict[str, Any]:
        known = self._begun(raw)
        response = self._answer(raw)
        if known:
            try:
                self._append(json.dumps(self._line(raw, response, *known), ensure_ascii=False) + "\n")
            except Exception as error:
                log.error("a turn was not taken down: %s", fault(error))
        return response

    def _begun(self, raw: Any) -> tuple[Kept, _Session] | None:
        """The session of a turn, and where its shopper is kept; None for what is no turn."""
        try:
            id = text(fields(raw, "session").get("sessionId"))
            if not id or not _is_turn(raw) or (kept := self._kept(application_id(raw))) is None:
                return None
            with self._lock:
                session = self._sessions.get(id)
            if session is None or fields(raw, "session").get("new") is True:
                shopper = kept.key(user_id(raw))
                before = start(kept.store, shopper, now=kept.clock(), letters=kept.letters)
                members = list(before["shopper"].get("members", ()))
                session = _Session(f"session-{secrets.token_hex(6)}", before, members)
            with self._lock:
                self._sessions[id] = session
                self._sessions.move_to_end(id)
                session.requests += 1
                while len(self._sessions) > _SESSIONS:
                    self._sessions.popitem(last=False)
            return kept, session
        except Exception as error:
            log.error("a turn was not taken down: %s", fault(error))
            return None

    def _line(
        self, raw: Mapping[str, Any], response: Mapping[str, Any], kept: Kept, session: _Session
    ) -> dict[str, Any]:
        """A turn and what is kept after it; with the first of a session, what was kept before."""
        shopper, request = kept.key(user_id(raw)), fields(raw, "request")
        about, end = kept.store.visit(shopper).shopper, state(kept.store, shopper)
        hidden = hidden_words(about)
        if voice := person(raw):
            voice = kept.key(voice)
            session.persons += [voice] if voice not in session.persons else []
        called = persons(session.persons, {})
        reference = reference_of(request_id(session.requests))
        new = [case for case in end["requests"] if case["reference"] not in session.start["references"]]
        if (told := reference_of(text(request.get("requestId")))) in {case["reference"] for case in new}:
            session.references.setdefault(told, reference)
        order_numbers = numbers(session.start, end)
        stand_ins = {**order_numbers, **session.references}
        asked = fields(attributes(raw), "question").get("awaiting") == CODE
        session.named = session.named or names(raw, hidden)
        sent = scrub(raw, session=session.id, person=called.get(voice), hidden=hidden, secret=asked)
        if "intent" in sent["request"]:
            sent["request"]["intent"] = renamed(sent["request"]["intent"], stand_ins)
        line: dict[str, Any] = {
            "request": sent,
            "response": renamed(scrubbed_answer(response, hidden=hidden, however=session.named), stand_ins),
            "reference": reference,
            "contact": nameless_contact(contact(about)),
            "end": {
                "cart": end["cart"],
                "orders": renamed(end["orders"], order_numbers),
                "requests": [{"reference": renamed(case["reference"], session.references)} for case in new],
            },
        }
        if session.requests == 1:
            line["start"] = _nameless(session.start, called=called, numbers=order_numbers, hidden=hidden)
        return line

    def _append(self, line: str) -> None:
        """One write of the whole line, by its owner alone to be read."""
        with self._lock:
            file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, line.encode("utf-8", "replace"))
            finally:
                os.close(file)


def _is_turn(raw: Mapping[str, Any]) -> bool:
    return kind(raw) is Kind.TURN or fields(raw, "request").get("type") == ENDED


def _nameless(
    begun: Mapping[str, Any],
    *,
    called: Mapping[str, str],
    numbers: Mapping[str, str],
    hidden: Mapping[str, str],
) -> dict[str, Any]:
    """What was kept before a session, without names."""
    known = {name: value for name, value in begun["shopper"].items() if name != "contact"}
    shopper = shopper_renamed(known, called=called, numbers=numbers)
    if "members" in shopper:
        shopper["members"] = {
            person: {**member, "name": hidden.get(member["name"], member["name"])}
            for person, member in shopper["members"].items()
        }
    return {"now": begun["now"], "shop": begun["shop"], "letters": begun["letters"], "shopper": shopper}
