"""What a warm turn costs in process: CPU time of a launch and of "add … to my cart" through Lambda's handler,
with the sample shop in SQLite on disk, beside an ask-sdk-core skill that does nothing, on the same envelopes.

CPU time and not the clock's, since it is what a busy machine does not falsify. Ours and the peer take turns,
several rounds, and the best round of each counts. Every answer is checked: a turn that adds nothing is none.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from tempfile import TemporaryDirectory
from time import process_time_ns
from typing import Any
from unittest.mock import patch

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response

import skill.alexa.handler
import skill.app
from skill.catalogue.search import CatalogueIndex
from skill.storage.sqlite import SqliteStore
from tests.bench import ROOT, Outcome, Row, WrongAnswer, add_to_cart, environment, launch, percentile, program

Door = Callable[[dict[str, Any], object], dict[str, Any]]
TURNS, ROUNDS, LINES_A_CART = 600, 3, 5
# Each is one product of the sample shop and no other, so that the turn ends with "Added …".
WISHES = ("corn flakes", "sourdough bread", "clover honey", "lemon dish soap", "oatwick oat milk half gallon")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds of one turn."""

    p50: float
    p99: float


def plain_skill() -> Door:
    """The least a skill can be: ask-sdk-core's own Lambda handler, one fixed sentence to everything."""
    builder = SkillBuilder()

    def nothing(handler_input: HandlerInput) -> Response:
        return handler_input.response_builder.speak("Okay.").ask("What else?").response

    builder.request_handler(can_handle_func=lambda _: True)(nothing)
    door: Door = builder.lambda_handler()
    return door


@contextmanager
def our_skill() -> Iterator[Door]:
    """Lambda's handler as it is deployed, on the sample shop in a SQLite file."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        settings = {"SAYSO_STORE": f"sqlite:{folder}/shop.db", "SAYSO_ASSUME_LINKED": "1"}
        command = [program("sayso"), "sample"]
        subprocess.run(command, cwd=ROOT, env=environment(settings), check=True, capture_output=True)
        with patch.dict(os.environ, environment(settings), clear=True):
            door: Door = import_module("lambda.handler").lambda_handler
        yield door


def costs(door: Door, envelopes: Sequence[dict[str, Any]], *, says: str) -> Cost:
    """Answer every envelope once, and check that each answer says `says`."""
    spent = []
    for envelope in envelopes:
        before = process_time_ns()
        answer = door(envelope, None)
        spent.append((process_time_ns() - before) / 1e6)
        if says not in json.dumps(answer):
            raise WrongAnswer(f"expected {says!r} in {answer}")
    return Cost(percentile(spent, 50), percentile(spent, 99))


def launches(round_: int) -> list[dict[str, Any]]:
    """Shoppers who come back; each turn is another one."""
    return [launch(user=f"launch-{round_}-{n}") for n in range(TURNS)]


def additions(round_: int, attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Shoppers in the middle of a session who fill a cart with five different things."""
    return [
        add_to_cart(
            WISHES[n % LINES_A_CART], user=f"add-{round_}-{n // LINES_A_CART}", turn=n, attributes=attributes
        )
        for n in range(TURNS)
    ]


def breakdown(door: Door, envelopes: Sequence[dict[str, Any]]) -> str:
    """Where the CPU time of turns goes: the share of each part, and its mean in milliseconds."""
    spent: dict[str, int] = defaultdict(int)
    busy = False

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            nonlocal busy
            # Only the outermost counts: find searches, the serialiser calls itself.
            if busy:
                return function(*args, **kwargs)
            busy, before = True, process_time_ns()
            try:
                return function(*args, **kwargs)
            finally:
                spent[part] += process_time_ns() - before
                busy = False

        return run

    places: tuple[tuple[str, Any, str], ...] = (
        ("reading the envelope", skill.alexa.handler, "turn"),
        ("store, reading", SqliteStore, "visit"),
        ("store, reading", SqliteStore, "stock"),
        ("store, writing", SqliteStore, "save_cart"),
        ("search", CatalogueIndex, "find"),
        ("catalogue by SKU", CatalogueIndex, "get"),
        ("catalogue, most popular", CatalogueIndex, "popular"),
        ("wording", skill.app, "render"),
        ("writing the response", skill.alexa.handler, "respond"),
    )
    with ExitStack() as patched:
        for part, owner, name in places:
            patched.enter_context(patch.object(owner, name, timed(part, getattr(owner, name))))
        before = process_time_ns()
        for envelope in envelopes:
            door(envelope, None)
        whole = process_time_ns() - before
    spent["everything else"] = whole - sum(spent.values())
    shares = sorted(spent.items(), key=lambda item: -item[1])
    each = whole / len(envelopes) / 1e6
    return ", ".join(f"{part} {ns / whole:.0%} ({each * ns / whole:.2f} ms)" for part, ns in shares)


def run() -> Outcome:
    """Both turns beside the peer, and where ours go."""
    plain = plain_skill()
    best: dict[str, list[Cost]] = defaultdict(list)
    with our_skill() as ours:
        kept = ours(launch(user="first"), None).get("sessionAttributes", {})
        for round_ in range(ROUNDS):
            for name, envelopes, says in (
                ("launch", launches(round_), "Saffron Wagon"),
                ("add", additions(round_, kept), "Added"),
            ):
                best[name].append(costs(ours, envelopes, says=says))
                best[f"plain {name}"].append(costs(plain, envelopes, says="Okay."))
        notes = tuple(
            f"{what}: {breakdown(ours, envelopes)}."
            for what, envelopes in (
                ("a launch", launches(ROUNDS)),
                ("an add to cart", additions(ROUNDS, kept)),
            )
        )
    rows = []
    for name, what in (("launch", "launch"), ("add", "add to cart")):
        for percent in ("p50", "p99"):
            mine = min(getattr(cost, percent) for cost in best[name])
            theirs = min(getattr(cost, percent) for cost in best[f"plain {name}"])
            rows.append(
                Row(
                    what=f"Warm turn, {what}, CPU {percent}",
                    ours=f"{mine:.2f} ms",
                    peer=f"ask-sdk-core, empty handler: {theirs:.2f} ms",
                    ratio=f"{mine / theirs:.1f}",
                )
            )
    return Outcome(tuple(rows), notes)
