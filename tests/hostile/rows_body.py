"""Requests that are signed as they should be and whose bodies are not to be answered all the same: not what
Alexa sends, not of this moment, not for this shop."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from skill.alexa.envelope import BODY_BYTES, MAX_DEPTH
from tests.hostile.row import Row
from tests.hostile.shop import FOREIGN, SKILL, Shop, add, envelope, moment
from tests.hostile.wire import Post


def _posted(shop: Shop, body: Callable[[], bytes]) -> Post:
    return shop.post(body())


def _row(name: str, reason: str, body: Callable[[], bytes]) -> Row:
    return Row(name, reason, partial(_posted, body=body))


def _deep(levels: int, open: str = "[", close: str = "]") -> bytes:
    return add()[:-1] + b', "extra": ' + (open * levels + close * levels).encode() + b"}"


def _member(text: str) -> bytes:
    """A good request with one more member, as it is written here."""
    return add()[:-1] + b", " + text.encode("utf-8", "surrogatepass") + b"}"


def _at(stamp: Any, **request: Any) -> bytes:
    return add(request={**envelope()["request"], "timestamp": stamp, **request})


def _without(name: str) -> bytes:
    request = envelope()["request"]
    del request[name]
    return add(request=request)


def _for(system: Any, session: Any) -> bytes:
    """A request for these applications; None leaves the whole part out."""
    raw = envelope()
    context = {**raw["context"], "System": {**raw["context"]["System"], "application": system}}
    return add(
        context=context if system is not None else None,
        session={**raw["session"], "application": session} if session is not None else None,
    )


def _id(value: Any) -> dict[str, Any]:
    return {"applicationId": value}


NOT_JSON = {
    "nothing": lambda: b"",
    "white space": lambda: b" \r\n\t",
    "null": lambda: b"null",
    "true": lambda: b"true",
    "a list": lambda: b"[]",
    "a list of a good request": lambda: b"[" + add() + b"]",
    "a number": lambda: b"1",
    "NaN": lambda: b"NaN",
    "a word": lambda: b'"LaunchRequest"',
    "an open brace": lambda: b"{",
    "two braces too many": lambda: add() + b"}}",
    "its end missing": lambda: add()[:-1],
    "two requests": lambda: add() + add(),
    "single quotes": lambda: add().replace(b'"', b"'"),
    "a comma at the end": lambda: add()[:-1] + b",}",
    "a comment": lambda: b"/* hello */" + add(),
    "HTML": lambda: b"<!doctype html>",
    "a form": lambda: b"request=LaunchRequest",
    "Python": lambda: repr(envelope()).encode(),
    "a line end in a string": lambda: add().replace(b"en-US", b"en\nUS"),
    "a NUL in a string": lambda: add().replace(b"en-US", b"en\0US"),
    "a NUL after it": lambda: add() + b"\0",
    "a number of 5,000 digits": lambda: _member('"n": ' + "9" * 5_000),
    "NaN as a member": lambda: _member('"n": NaN'),
    "Infinity as a member": lambda: _member('"n": -Infinity'),
    "a number beyond numbers": lambda: _member('"n": 1e999'),
    "half of a surrogate pair": lambda: _member('"n": "\\ud83d"'),
    "the other half": lambda: _member('"n": "\\uDE00 \\ud83d\\ud83d"'),
    "half of a pair as a name": lambda: _member('"\\udc00": 1'),
    "a bad escape": lambda: _member('"n": "\\x41"'),
    "the request twice": lambda: _member(f'"request": {json.dumps(envelope()["request"])}'),
    "the session twice": lambda: _member('"session": {"new": true}'),
    "the context twice": lambda: _member('"context": {}'),
    "a name twice, far inside": lambda: _member('"a": [{"b": {"c": 1, "c": 2}}]'),
    "a name twice, once escaped": lambda: _member('"vers\\u0069on": "2.0"'),
    "no request": lambda: add(request=None),
    "a word for a request": lambda: add(request="LaunchRequest"),
    "a list for a request": lambda: add(request=[envelope()["request"]]),
    "no request type": lambda: _without("type"),
    "a number for a request type": lambda: _at(moment(), type=7),
    "a list for a request type": lambda: _at(moment(), type=["IntentRequest"]),
}
NOT_UTF8 = {
    "a stray byte": lambda: add().replace(b"en-US", b"en\xff"),
    "a byte cut off": lambda: add().replace(b"en-US", b"en\xe2\x82"),
    "a long slash": lambda: add().replace(b"en-US", b"en\xc0\xaf"),
    "a surrogate": lambda: _member('"n": "\ud800"'),
    "beyond Unicode": lambda: add().replace(b"en-US", b"\xf5\x80\x80\x80"),
    "UTF-16": lambda: add().decode().encode("utf-16"),
    "Latin-1": lambda: add().replace(b"en-US", "Öl".encode("latin-1")),
    "compressed": lambda: gzip.compress(add()),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
}
# Sixteen bits a character, but every byte is one of ASCII.
WIDE = {
    "a byte order mark": lambda: b"\xef\xbb\xbf" + add(),
    "UTF-16 without a mark": lambda: add().decode().encode("utf-16-be"),
    "UTF-32 without a mark": lambda: add().decode().encode("utf-32-le"),
}
DEEP = {
    "one too deep": lambda: _deep(MAX_DEPTH),
    "65 objects deep": lambda: add()[:-1] + b', "x": ' + b'{"a":' * MAX_DEPTH + b"1" + b"}" * 65,
    "1,000 deep": lambda: _deep(1_000),
    "100,000 deep": lambda: _deep(100_000),
    "120,000 open brackets": lambda: b"[" * 120_000,
    "40,000 open objects": lambda: b'{"a":' * 40_000,
    "lists and objects deep": lambda: b'[{"a":' * 30_000,
}
TIMES: dict[str, Callable[[], Any]] = {
    "155 s old": lambda: moment(-155),
    "155 s early": lambda: moment(155),
    "an hour old": lambda: moment(-3_600),
    "a day early": lambda: moment(86_400),
    "a year old": lambda: moment(-365 * 86_400),
    "without a zone": lambda: moment()[:-1],
    "in another zone": lambda: moment()[:-1] + "+05:30",
    "in a zone nobody knows": lambda: moment()[:-1] + "+99:99",
    "a day": lambda: moment()[:10],
    "an hour of no day": lambda: moment()[11:],
    "a word": lambda: "now",
    "empty": lambda: "",
    "blank": lambda: " ",
    "no such day": lambda: "2026-02-30T12:00:00Z",
    "month 13": lambda: "2026-13-01T12:00:00Z",
    "hour 25": lambda: "2026-11-21T25:00:00Z",
    "as in letters": lambda: datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    "the first day": lambda: "0001-01-01T00:00:00+23:59",
    "the last day": lambda: "9999-12-31T23:59:59-23:59",
    "the year 0": lambda: "0000-01-01T00:00:00Z",
    "the year 99999": lambda: "99999-01-01T00:00:00Z",
    "the year -1": lambda: "-0001-01-01T00:00:00Z",
    "the epoch": lambda: "1970-01-01T00:00:00Z",
    "seconds": lambda: int(datetime.now(UTC).timestamp()),
    "milliseconds": lambda: int(datetime.now(UTC).timestamp() * 1000),
    "seconds in a string": lambda: str(int(datetime.now(UTC).timestamp())),
    "a float": lambda: datetime.now(UTC).timestamp(),
    "null": lambda: None,
    "true": lambda: True,
    "a list": lambda: [moment()],
    "an object": lambda: {"time": moment()},
    "with a NUL": lambda: moment() + "\0",
    "with a NUL and more": lambda: moment() + "\0Z",
    "with a space for the T": lambda: moment().replace("T", " "),
    "with a picture for the T": lambda: moment().replace("T", "🕛"),
    "without its hyphens": lambda: moment().replace("-", "").replace(":", ""),
    "by the week": lambda: datetime.now(UTC).strftime("%G-W%V-%uT%H:%M:%SZ"),
    "without its seconds": lambda: moment()[:16] + "Z",
    "with a zone to the second": lambda: moment()[:-1] + "+00:00:00",
    "with digits of another script": lambda: moment().replace("2", "٢"),
    "10,000 characters": lambda: moment() + "0" * 10_000,
}
_EVENT = "AlexaSkillEvent.SkillDisabled"
EVENTS = {
    "an event 61 minutes old": lambda: _at(moment(-3_660), type=_EVENT),
    "an event 61 minutes early": lambda: _at(moment(3_660), type=_EVENT),
    "a subscription 61 minutes old": lambda: _at(
        moment(-3_660), type="AlexaSkillEvent.ProactiveSubscriptionChanged"
    ),
    "half an hour old, nearly an event": lambda: _at(moment(-1_800), type="AlexaSkillEventually"),
    "half an hour old, an event in small letters": lambda: _at(moment(-1_800), type=_EVENT.lower()),
    "half an hour old, an event elsewhere": lambda: _at(
        moment(-1_800), type="X.AlexaSkillEvent.SkillEnabled"
    ),
    "half an hour old, a launch": lambda: _at(moment(-1_800), type="LaunchRequest"),
    "no timestamp": lambda: _without("timestamp"),
}
APPLICATIONS = {
    "another skill": lambda: _for(_id(FOREIGN), _id(FOREIGN)),
    "another in the context": lambda: _for(_id(FOREIGN), _id(SKILL)),
    "another in the session": lambda: _for(_id(SKILL), _id(FOREIGN)),
    "another, no session": lambda: _for(_id(FOREIGN), None),
    "another, no context": lambda: _for(None, _id(FOREIGN)),
    "none at all": lambda: _for(None, None),
    "upper case": lambda: _for(_id(SKILL.upper()), _id(SKILL.upper())),
    "a space after": lambda: _for(_id(SKILL + " "), _id(SKILL + " ")),
    "a NUL after": lambda: _for(_id(SKILL + "\0"), _id(SKILL + "\0")),
    "cut": lambda: _for(_id(SKILL[:-1]), _id(SKILL[:-1])),
    "empty": lambda: _for(_id(""), _id("")),
    "only a prefix": lambda: _for(_id("amzn1.ask.skill."), _id("amzn1.ask.skill.")),
    "a pattern": lambda: _for(_id("%"), _id("%")),
    "SQL": lambda: _for(_id("' OR 1=1 --"), _id("' OR 1=1 --")),
    "100,000 characters": lambda: _for(_id("a" * 100_000), _id("a" * 100_000)),
    "another script": lambda: _for(_id(SKILL.replace("a", "а")), _id(SKILL.replace("a", "а"))),
    "a list": lambda: _for(_id([SKILL]), _id([SKILL])),
    "an object": lambda: _for(_id({"a": SKILL}), _id({"a": SKILL})),
    "a number": lambda: _for(_id(0), _id(0)),
    "true": lambda: _for(_id(True), _id(True)),
    "null": lambda: _for(_id(None), _id(None)),
    "a list in the session": lambda: _for(_id(SKILL), _id([SKILL])),
    "null in the session": lambda: _for(_id(SKILL), _id(None)),
    "an empty application": lambda: _for({}, {}),
    "a word for an application": lambda: _for(SKILL, SKILL),
    "a word for a session": lambda: add(session="session"),
    "a list for a session": lambda: add(session=[]),
    "an empty session": lambda: add(session={}),
    "a list for a context": lambda: add(context=[], session=None),
}
SIZES = {
    "a byte too large": lambda: add().ljust(BODY_BYTES + 1),
    "twice as large": lambda: add().ljust(BODY_BYTES * 2),
    "a megabyte": lambda: add().ljust(1_000_000),
    "a string too long": lambda: add(extra="x" * BODY_BYTES),
}

ROWS = (
    *(_row(f"body: {name}", "json", body) for name, body in {**NOT_JSON, **WIDE}.items()),
    *(_row(f"body not UTF-8: {name}", "utf8", body) for name, body in NOT_UTF8.items()),
    *(_row(f"body {name}", "depth", body) for name, body in DEEP.items()),
    # Whoever reads the body for us may have had enough of it before.
    *(_row(f"body {name}", "", body) for name, body in SIZES.items()),
    *(
        _row(f"timestamp: {name}", "timestamp", lambda stamp=stamp: _at(stamp()))  # type: ignore[misc]
        for name, stamp in TIMES.items()
    ),
    *(_row(f"timestamp: {name}", "timestamp", body) for name, body in EVENTS.items()),
    *(_row(f"application: {name}", "application", body) for name, body in APPLICATIONS.items()),
)
