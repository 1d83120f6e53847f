"""Recordings of what devices heard: of our own log, and of what Amazon's console and commands show.

Any JSON will do that holds requests and their responses, one after the other, in whatever is around them: the
lines of SAYSO_RECORD, the console's "JSON input" and "JSON output", an entry of its device log
(SkillDebugger.CaptureDebuggingInfo) or the answer of `ask smapi get-skill-simulation`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from skill.alexa.fields import fields, text
from skill.alexa.request import Kind, kind
from skill.devtools.recording import ENDED, SILENT, Exchange, intent_of, person, recording_of
from skill.devtools.recording_form import recording
from skill.devtools.scrub import scrub, scrubbed_answer
from skill.errors import BadInput

_DECODER = json.JSONDecoder()
_BEGINS = re.compile(r"[{\[]")
# Objects in each other, more than any log has.
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Row:
    """What was wrong at a line of the log, from 1."""

    line: int
    what: str


@dataclass(slots=True)
class _Heard:
    """One session of the log: its turns, what was kept before and after, and where it begins."""

    line: int
    turns: list[Exchange] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    start: Mapping[str, Any] = field(default_factory=dict)
    end: Mapping[str, Any] | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)


def recordings(log: str, *, sample: str, shop: str = "") -> tuple[list[dict[str, Any]], list[Row]]:
    """A recording of each session in the log, as JSON, scrubbed; and what could not be used. `sample`: the
    shop that recordings need not name; `shop`: that of sessions that do not tell."""
    rows: list[Row] = []
    sessions: dict[str, _Heard] = {}
    for line, entry in _entries(log, rows):
        _take(entry, line, sessions, rows)
    made = []
    for heard in sessions.values():
        start = {"shop": shop, **heard.start}
        wants = f"what a device heard on {_day(heard)}"
        try:
            found = recording_of(
                heard.turns, wants=wants, start=start, end=heard.end, contact=heard.contact, sample=sample
            )
            # As a file would be checked.
            recording(found, called="session")
            made.append(found)
        except BadInput as error:
            rows.append(Row(heard.line, str(error)))
        except (LookupError, TypeError, ValueError, AttributeError):
            rows.append(Row(heard.line, "session: what was kept before and after it is damaged"))
    return made, sorted(rows, key=lambda row: row.line)


def _take(entry: Mapping[str, Any], line: int, sessions: dict[str, _Heard], rows: list[Row]) -> None:
    """One request and its response into the session they are of."""
    raw, response = entry["request"], entry["response"]
    request = fields(raw, "request")
    silent = request.get("type") == ENDED
    if (not silent and kind(raw) is not Kind.TURN) or not intent_of(request):
        rows.append(
            Row(line, f"{text(request.get('type')) or 'a request'} is nothing that a recording holds")
        )
        return
    if silent and request.get("reason") != SILENT:
        # The shopper, or a fault, ended it: nothing to be heard.
        return
    id = text(fields(raw, "session").get("sessionId"))
    if not id:
        rows.append(Row(line, "session.sessionId is missing: nobody knows which turns belong together"))
        return
    heard = sessions.setdefault(id, _Heard(line))
    voice = person(raw)
    if voice and voice not in heard.persons:
        heard.persons.append(voice)
    stand_in = f"amzn1.ask.person.{heard.persons.index(voice) + 1}" if voice else None
    ours = "reference" in entry
    told = scrub(raw, session="session", person=voice if ours else stand_in)
    if not told["request"]["locale"]:
        rows.append(Row(line, "request.locale is missing"))
        return
    heard.turns.append(
        Exchange(
            request=told, response=scrubbed_answer(response), reference=text(entry.get("reference")) or "-"
        )
    )
    heard.start = heard.start or fields(entry, "start")
    heard.end = fields(entry, "end") or heard.end
    heard.contact = fields(entry, "contact") or heard.contact


def _entries(log: str, rows: list[Row]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Requests with the response that follows each, and the line each begins in."""
    waiting: tuple[int, Mapping[str, Any]] | None = None
    for line, value in _values(log, rows):
        for found in _parts(value):
            if "response" in found and "request" in found:
                yield line, found
            elif "request" in found:
                if waiting:
                    rows.append(Row(waiting[0], "no response follows this request"))
                waiting = line, found
            elif waiting:
                yield waiting[0], {"request": waiting[1], "response": found}
                waiting = None
            else:
                rows.append(Row(line, "no request stands before this response"))
    if waiting:
        rows.append(Row(waiting[0], "no response follows this request"))


def _values(log: str, rows: list[Row]) -> Iterator[tuple[int, Any]]:
    """Every JSON object or list in a text, with its line; text in between is passed over."""
    at, line, counted = 0, 1, 0
    while begins := _BEGINS.search(log, at):
        line += log.count("\n", counted, begins.start())
        counted = begins.start()
        try:
            value, at = _DECODER.raw_decode(log, begins.start())
        except (ValueError, RecursionError) as error:
            if begins[0] == "[":
                # The time of an entry, as logs have it before what they tell.
                at = begins.end()
                continue
            rows.append(Row(line, f"is not JSON: {error.args[0] if error.args else 'too deep'}"))
            # What is left of a broken line is no entry either.
            at = log.find("\n", begins.start()) + 1 or len(log)
            continue
        yield line, value


def _parts(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Envelopes and responses in JSON, in the order they stand; an entry of our own log as a whole."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        request, response = fields(value, "request"), fields(value, "response")
        sent = isinstance(request.get("type"), str) and ("session" in value or "context" in value)
        if sent or (fields(request, "request") and response):
            yield value
        elif response and "version" in value:
            yield {"response": response}
        else:
            for inner in value.values():
                yield from _parts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner, depth + 1)


def _day(heard: _Heard) -> str:
    told = (text(fields(turn.request, "request").get("timestamp"))[:10] for turn in heard.turns)
    return next(filter(None, told), "some day")
