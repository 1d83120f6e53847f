"""The Lambda door under sessions of made-up and damaged envelopes: `python -m tests.fuzz envelopes --count N
--seed S [--keep FILE]`, the same ones for the same numbers.

Each shopper talks for some sessions, handing back the attributes of each answer, so that deep states are
reached; every other request is damaged. Each answer is held to the rules of tests/fuzz/answers.py.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.fuzz.answers import MAX_ATTRIBUTES, UNASKED, faults
from tests.fuzz.grammar import Shopper, nowhere
from tests.fuzz.mutations import mutate
from tests.talk import furnish, lambda_door

# Requests of one shopper, and of a hundred how many are damaged, and how many hand back damaged attributes.
TALKS = 60
DAMAGED, TAMPERED = 35, 4
# Seconds that one request may take, generous on a machine that does other things too.
SLOW = 5.0
_SHOWN = 10
_FORGOTTEN = "a silent answer forgets the session"
_EVERY = 10
Send = Callable[[Any], Any]


@dataclass
class Found:
    """What came of it: how many requests of each type were answered, what was wrong with which request, the
    seconds of work each took, the largest answer and attributes in bytes."""

    types: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    largest: int = 0
    attributes: int = 0
    placed: int = 0


def main(arguments: Sequence[str]) -> int:
    """The command line: 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz envelopes", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="how many requests")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shopper", type=int, default=0, help="the first of them, to begin again there")
    parser.add_argument(
        "--keep", type=Path, help="write every tenth request with its answer there, as JSON lines"
    )
    options = parser.parse_args(arguments)
    with opened() as send:
        found = run(
            send,
            count=options.count,
            seed=options.seed,
            first=options.shopper,
            keep=options.keep,
            say=partial(print, flush=True),
        )
    print(*told(found), sep="\n")
    return int(bool(found.faults))


@contextmanager
def opened() -> Iterator[Send]:
    """The Lambda door of the sample shop on a store of its own, with JSON on both sides as on AWS."""
    with tempfile.TemporaryDirectory(prefix="sayso-fuzz-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SAYSO_")]:
            patch.delenv(name)
        door = lambda_door(f"sqlite:{folder}/shop.db", monkeypatch=patch)
        furnish(door)

        def send(raw: Any) -> Any:
            return json.loads(json.dumps(door.lambda_handler(json.loads(json.dumps(raw)), None)))

        yield send


def run(
    send: Send,
    *,
    count: int,
    seed: int,
    first: int = 0,
    keep: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Found:
    """Send so many requests, beginning with the shopper `first`, and hold every answer to the rules."""
    found = Found()
    log = _Log()
    logging.getLogger("sayso").addHandler(log)
    kept = keep.open("w", encoding="utf-8") if keep else None
    try:
        shopper = first
        while found.types.total() < count:
            before = len(found.faults)
            name = f"{seed}-{shopper}"
            for raw, answer in _talk(send, Random(name), name=name, found=found, log=log):
                if kept and answer and found.types.total() % _EVERY == 0:
                    line = {"file": name, "request": raw, "status": 200, "response": answer}
                    kept.write(json.dumps(line) + "\n")
                if found.types.total() >= count:
                    break
            shopper += 1
            for fault, where, raw in found.faults[before:]:
                say(f"shopper {where}: {fault}\n    {json.dumps(raw)}")
            if shopper % 50 == 0:
                say(f"{found.types.total()} requests, {len(found.faults)} faults, {_memory()} MB")
    finally:
        logging.getLogger("sayso").removeHandler(log)
        if kept:
            kept.close()
    return found


def told(found: Found) -> Iterator[str]:
    """What was run and found, in lines."""
    took = sorted(found.seconds)
    p99 = took[int(len(took) * 0.99)] if took else 0.0
    yield (
        f"{found.types.total()} requests of {len(found.types)} types, {len(found.faults)} faults; "
        f"CPU a request: p50 {1000 * took[len(took) // 2]:.1f} ms, p99 {1000 * p99:.1f} ms, most "
        f"{1000 * took[-1]:.0f} ms; largest answer {found.largest} bytes, attributes {found.attributes} "
        f"bytes; {found.placed} orders placed; {_memory()} MB"
    )
    for fault, where, _ in found.faults[:_SHOWN]:
        yield f"shopper {where}: {fault}"


def _talk(
    send: Send, rng: Random, *, name: str, found: Found, log: _Log
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """One shopper's requests with their answers; what is wrong is added to `found`."""
    shopper = Shopper(rng, name=name)
    # Attributes are kept by Alexa: a session that was handed others must be answered, and may be odd.
    meddled = False
    for _ in range(TALKS):
        raw: Any = shopper.next_request()
        if rng.randrange(100) < TAMPERED and isinstance(raw.get("session"), dict):
            raw["session"]["attributes"] = mutate(_attributes(raw), rng, times=rng.randint(1, 3))
        if rng.randrange(100) < DAMAGED:
            raw = mutate(raw, rng, times=rng.choice((1, 1, 1, 2, 3, 6)))
        nowhere(raw)
        meddled = (meddled and not shopper.new) or _attributes(raw) != shopper.attributes
        log.lines.clear()
        type_ = _type(raw)
        begun = time.process_time()
        try:
            answer = send(raw)
        except Exception as error:
            found.types[type_] += 1
            found.faults.append((f"raised {type(error).__name__}: {error}", name, raw))
            yield raw, {}
            continue
        seconds = time.process_time() - begun
        found.types[type_] += 1
        found.seconds.append(seconds)
        wrong = [*faults(raw, answer), *log.lines, *_remembered(raw, answer)]
        if meddled:
            wrong = [fault for fault in wrong if not fault.startswith((UNASKED, _FORGOTTEN))]
        if seconds > SLOW:
            wrong.append(f"{seconds:.1f} s")
        found.faults += [(fault, name, raw) for fault in wrong]
        found.largest = max(
            found.largest, len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
        )
        kept = answer.get("sessionAttributes") if isinstance(answer, dict) else None
        found.attributes = max(found.attributes, len(json.dumps(kept)))
        found.placed += _placed(answer)
        shopper.hear(answer, attributes=kept if kept is not None else {})
        yield raw, answer


def _remembered(raw: Any, answer: Any) -> Iterator[str]:
    """What the session remembers: bounded, and not lost where nothing was said."""
    before, after = _attributes(raw), answer.get("sessionAttributes")
    if after and len(json.dumps(after)) > max(MAX_ATTRIBUTES, len(json.dumps(before)) + 2_000):
        yield f"attributes of {len(json.dumps(after))} bytes after {len(json.dumps(before))}"
    ours = isinstance(before, dict) and before.get("v") == 1 and raw["session"].get("new") is False
    if ours and not answer["response"] and len(json.dumps(before)) < MAX_ATTRIBUTES and after != before:
        yield _FORGOTTEN


def _type(raw: Any) -> str:
    request = raw.get("request") if isinstance(raw, dict) else None
    type_ = request.get("type") if isinstance(request, dict) else None
    return type_ if isinstance(type_, str) and len(type_) < 60 else "damaged"


def _attributes(raw: Any) -> Any:
    session = raw.get("session") if isinstance(raw, dict) else None
    return session.get("attributes") if isinstance(session, dict) else None


def _placed(answer: Any) -> bool:
    """Whether this tells of an order: its card names the number."""
    title = (answer["response"].get("card") or {}).get("title") or ""
    return any(map(str.isdigit, title))


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class _Log(logging.Handler):
    """What was logged as an error: a turn that failed inside and was answered with an apology."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
