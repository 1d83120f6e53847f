"""How many turns does an order take?

Five typical errands, in every locale, through the Lambda door with the words of errands.json, in the shop of
errand_worlds/<locale>.json. The launch counts. A new order must stand at the end, with exactly the lines that
were wanted: turns to anything else mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from skill.alexa.typed import Turned
from skill.speech.locale import locales
from tests.bench import NotReady, Outcome, WrongAnswer
from tests.bench.utterances import spoken
from tests.talk import Talk, furnish, kept, lambda_door, send_through, shop_name

HERE = Path(__file__).parent
WORLDS = HERE / "errand_worlds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What somebody came for: the lines (pieces by SKU) that must have been ordered, and what is said in
    each locale."""

    wants: str
    order: Mapping[str, int]
    turns: Mapping[str, Sequence[str]]


def errands() -> tuple[Errand, ...]:
    return tuple(Errand(**raw) for raw in json.loads((HERE / "errands.json").read_text("utf-8")))


def played(errand: Errand, *, locale: str) -> tuple[Turned, ...]:
    """The errand's turns. Raises WrongAnswer with the whole conversation when no order, or another than
    the one that was wanted, came of it."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAYSO_CATALOGUES", f"{folder}/catalogues")
        door = lambda_door(f"sqlite:{folder}/shop.db", monkeypatch=patch)
        furnish(door, world=WORLDS / f"{locale}.json")
        before = {order["number"] for order in kept(door)["orders"]}
        talk = Talk(send_through(door), locale=locale, shop=shop_name(door, locale))
        turns = tuple(talk.say(text) for text in errand.turns[locale])
        new = [order for order in kept(door)["orders"] if order["number"] not in before]
    ordered = [order["lines"] for order in new]
    if ordered != [dict(errand.order)]:
        said = "\n".join(f"  > {turn.text}  [{turn.intent}]\n    {turn.speech}" for turn in turns)
        raise WrongAnswer(f"{locale}, {errand.wants}: ordered {ordered}, not {[dict(errand.order)]}\n{said}")
    return turns


def run() -> Outcome:
    """The table of turns. Raises WrongAnswer naming every errand that came to no order, or to another."""
    spoken_here, notes = [], []
    for locale in locales():
        try:
            spoken_here.append(spoken(locale))
        except NotReady as reason:
            notes.append(f"left out: {reason}.")
    wrong: list[str] = []
    lines = [f"| Errand | {' | '.join(spoken_here)} |", "|---|" + "---|" * len(spoken_here)]
    for errand in errands():
        cells = []
        for locale in spoken_here:
            try:
                cells.append(str(len(played(errand, locale=locale))))
            except WrongAnswer as fault:
                wrong.append(str(fault))
        lines.append(f"| {errand.wants} | {' | '.join(cells)} |")
    if wrong:
        raise WrongAnswer("\n".join(wrong))
    return Outcome((), tuple(notes), "\n".join(lines))
