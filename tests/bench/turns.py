"""What a warm turn costs in process: CPU time of a launch and of "add … to my cart" through Lambda's handler,
beside an ask-sdk-core skill that does nothing, on the same envelopes: in the sample shop, in one of 100,000
products (both in SQLite on disk), and in the sample shop in a DynamoDB that is a process of its own.

CPU time and not the clock's, since it is what a busy machine falsifies least. Ours and the peer take turns,
request by request, several rounds, and the best round of each counts. Every answer is checked: a turn that
adds nothing is none. What is asked for first is a search; what was asked for before is remembered by the
version that was searched, and is measured by itself.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time_ns
from typing import Any
from unittest.mock import patch

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response
from botocore.exceptions import BotoCoreError

import skill.alexa.handler
import skill.app
from skill.catalogue.search import CatalogueIndex
from skill.storage.sqlite import SqliteStore
from tests.bench import (
    ROOT,
    NotReady,
    Outcome,
    Row,
    WrongAnswer,
    add_to_cart,
    environment,
    launch,
    percentile,
)
from tests.bench.cold import sample
from tests.bench.turns_shop import COUNT, NAME, large_shop

Door = Callable[[dict[str, Any], object], dict[str, Any]]
Envelopes = list[dict[str, Any]]
TURNS, ROUNDS, LINES_A_CART = 400, 3, 5
# Each is one product of the sample shop and no other, so that the turn ends with "Added …".
WISHES = ("corn flakes", "sourdough bread", "clover honey", "lemon dish soap", "oatwick oat milk half gallon")
# Of the large shop, things that are asked for again and again.
_USUAL = 50


@dataclass(frozen=True, slots=True)
class Case:
    """Turns of one kind: what the table calls them, the requests of a round, and what each answer says.
    `before`: requests that come before all rounds."""

    what: str
    round: Callable[[int], Envelopes]
    says: str
    before: Envelopes


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


def our_skill(settings: Mapping[str, str]) -> Mapping[str, Any]:
    """Lambda's handler as it is deployed, with this environment: its names, `lambda_handler` among them."""
    with patch.dict(os.environ, environment(settings), clear=True):
        return runpy.run_path(str(ROOT / "lambda" / "handler.py"))


def costs(door: Door, envelopes: Envelopes, *, says: str) -> Cost:
    """Answer every envelope once, and check that each answer says `says`."""
    return _cost([_spent(door, envelope, says=says) for envelope in envelopes])


def _spent(door: Door, envelope: dict[str, Any], *, says: str) -> float:
    before = process_time_ns()
    answer = door(envelope, None)
    spent = (process_time_ns() - before) / 1e6
    if says not in json.dumps(answer):
        raise WrongAnswer(f"expected {says!r} in {answer}")
    return spent


def measured(case: Case, *, ours: Door, peer: Door) -> tuple[Cost, Cost]:
    """Both on every request, one after the other; the best round of each."""
    for envelope in case.before:
        ours(envelope, None)
    rounds: list[tuple[Cost, Cost]] = []
    for number in range(ROUNDS):
        mine, theirs = list[float](), list[float]()
        gc.collect()
        for envelope in case.round(number):
            mine.append(_spent(ours, envelope, says=case.says))
            theirs.append(_spent(peer, envelope, says="Okay."))
        rounds.append((_cost(mine), _cost(theirs)))
    return _best([ours for ours, _ in rounds]), _best([theirs for _, theirs in rounds])


def _cost(spent: Sequence[float]) -> Cost:
    return Cost(percentile(spent, 50), percentile(spent, 99))


def _best(costs: Sequence[Cost]) -> Cost:
    return Cost(min(cost.p50 for cost in costs), min(cost.p99 for cost in costs))


def launches(kind: str, round_: int) -> Envelopes:
    """Shoppers who come back; each turn is another one."""
    return [launch(user=f"{kind}-{round_}-{n}") for n in range(TURNS)]


def additions(kind: str, round_: int, *, wishes: Sequence[str], attributes: dict[str, Any]) -> Envelopes:
    """Shoppers in the middle of a session who fill a cart with five different things."""
    return [
        add_to_cart(
            wishes[n % len(wishes)],
            user=f"{kind}-{round_}-{n // LINES_A_CART}",
            turn=n,
            attributes=attributes,
        )
        for n in range(TURNS)
    ]


def sample_cases(door: Door) -> tuple[Case, ...]:
    """A launch and an addition in the sample shop."""
    kept = _opened(door)
    adding = partial(additions, "add", wishes=WISHES, attributes=kept)
    return (
        Case("launch", partial(launches, "launch"), "Saffron Wagon", launches("warm", 0)[:20]),
        Case("add to cart", adding, "Added", adding(ROUNDS)[:20]),
    )


def large_cases(door: Door, wishes: Sequence[str]) -> tuple[Case, ...]:
    """The same in the large one: things that were asked for before, and things nobody asked for yet."""
    kept = _opened(door)
    adding = partial(additions, attributes=kept)
    usual, fresh = wishes[:_USUAL], wishes[_USUAL:]
    # One round more, to see where the time goes.
    needed = TURNS * (ROUNDS + 1)
    if len(fresh) < needed:
        raise NotReady(f"the large shop has {len(fresh)} wishes, and {needed} are wanted")
    return (
        Case("launch", partial(launches, "launch"), NAME, launches("warm", 0)[:20]),
        Case(
            "add to cart, asked for before",
            partial(adding, "usual", wishes=usual),
            "Added",
            adding("warm", 0, wishes=usual)[:_USUAL],
        ),
        Case(
            "add to cart, asked for the first time",
            lambda round_: adding("fresh", round_, wishes=fresh[TURNS * round_ : TURNS * (round_ + 1)]),
            "Added",
            [],
        ),
    )


def _opened(door: Door) -> dict[str, Any]:
    """The session of somebody who opened the shop."""
    attributes: dict[str, Any] = door(launch(user="first"), None).get("sessionAttributes", {})
    return attributes


def breakdown(door: Door, envelopes: Envelopes) -> str:
    """Where the CPU time of turns goes: the share of each part, and its mean in milliseconds."""
    spent: dict[str, int] = defaultdict(int)
    busy = False

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            nonlocal busy
            # Only the outermost counts: find searches, a part calls another.
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
        ("store, reading", SqliteStore, "orders"),
        ("store, writing", SqliteStore, "save_cart"),
        ("search", CatalogueIndex, "find"),
        ("catalogue by SKU", CatalogueIndex, "get"),
        ("wording", skill.app, "render"),
        ("the screen", skill.app, "_drawn"),
        ("names to listen for", skill.app, "names"),
        ("what the session remembers", skill.app, "decode"),
        ("what the session remembers", skill.app, "encode"),
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
    """Every kind of turn beside the peer, and where ours go."""
    rows: list[Row] = []
    notes: list[str] = []
    peer = plain_skill()
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        rows += _in_sample({"SAYSO_STORE": f"sqlite:{folder / 'sample.db'}"}, "SQLite", peer=peer)
        try:
            shop = large_shop()
        except NotReady as reason:
            notes.append(f"the shop of {COUNT:,} products is left out: {reason}.")
        else:
            door = our_skill(shop.settings(folder))["lambda_handler"]
            cases = large_cases(door, shop.wishes)
            rows += _rows(cases, f"{COUNT:,} products, SQLite", ours=door, peer=peer)
            notes += (
                f"{case.what}, {COUNT:,} products: {breakdown(door, case.round(ROUNDS))}." for case in cases
            )
        try:
            rows += _in_dynamodb(folder, peer=peer)
        except (NotReady, BotoCoreError) as reason:
            # A machine too busy to answer within the store's patience tells nothing of its costs.
            notes.append(f"DynamoDB is left out: {reason}.")
    return Outcome(tuple(rows), tuple(notes))


def _in_dynamodb(folder: Path, *, peer: Door) -> list[Row]:
    """The sample shop in a DynamoDB that spends no CPU time of ours."""
    from skill.storage.dynamodb import connect, create_table
    from tests.programs import ministack

    with ministack(folder) as endpoint:
        create_table(connect(endpoint), "bench")
        settings = {
            "SAYSO_STORE": f"dynamodb:bench@{endpoint}",
            "SAYSO_CATALOGUES": str(folder / "dynamodb"),
        }
        return _in_sample(settings, "DynamoDB", peer=peer)


def _in_sample(settings: dict[str, str], store: str, *, peer: Door) -> list[Row]:
    door = our_skill(sample({**settings, "SAYSO_ASSUME_LINKED": "1"}))["lambda_handler"]
    return _rows(sample_cases(door), f"the sample shop, {store}", ours=door, peer=peer)


def _rows(cases: Sequence[Case], where: str, *, ours: Door, peer: Door) -> list[Row]:
    rows = []
    for case in cases:
        mine, theirs = measured(case, ours=ours, peer=peer)
        for percent in ("p50", "p99"):
            here, there = getattr(mine, percent), getattr(theirs, percent)
            rows.append(
                Row(
                    what=f"Warm turn, {case.what}, {where}, CPU {percent}",
                    ours=f"{here:.2f} ms",
                    peer=f"ask-sdk-core, empty handler: {there:.2f} ms",
                    ratio=f"{here / there:.1f}" if here > there else f"{here / there:.2f}",
                )
            )
    return rows
