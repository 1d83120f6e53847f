"""What counting what is bought together takes, and how far it agrees with a library's association rules.

100,000 baskets of 40,000 shoppers are made, around a hundred themes of a few products each besides what
everybody takes; SAYSO_BENCH_BASKETS="1000000" makes others. Counted are the baskets themselves, put aside and
counted as the command does it, in a process of its own. The same rules are asked of efficient-apriori, with
one basket a shopper: the library counts baskets, we count shoppers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from random import Random

from skill.merchants.together import LEAST_LIFT, MOST, Basket, Together
from tests.bench import NotReady, Outcome, Row, WrongAnswer

BASKETS = 100_000
PRODUCTS, THEMES = 5_000, 400
FLOOR = 5


def made(count: int, *, shoppers: int, seed: int = 1) -> Iterator[Basket]:
    """Baskets as they come of people who buy by theme, take what everybody takes, and something at random."""
    chance = Random(seed)
    themes = [[f"sku-{chance.randrange(PRODUCTS)}" for _ in range(6)] for _ in range(THEMES)]
    # Few products sell most.
    weights = [1 / (place + 1) for place in range(PRODUCTS)]
    names = [f"sku-{place}" for place in range(PRODUCTS)]
    anything = chance.choices(names, weights, k=4 * count)
    for number in range(count):
        theme = themes[min(int(chance.expovariate(1 / 60)), THEMES - 1)]
        bought = chance.sample(theme, chance.randint(1, 4)) if chance.random() < 0.7 else []
        bought += anything[4 * number : 4 * number + chance.randint(1, 4)]
        person = number if shoppers >= count else chance.randrange(shoppers)
        yield Basket(f"shopper-{person}", tuple(dict.fromkeys(bought)))


def counted(count: int, *, shoppers: int) -> dict[str, float]:
    """Seconds of making and of counting, and what came of it, of this process."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    for _ in made(count, shoppers=shoppers):
        pass
    making = time.process_time() - began
    began = time.process_time()
    with closing(Together()) as together:
        together.add(made(count, shoppers=shoppers))
        pairs = sum(len(found) for found in together.pairs(floor=FLOOR))
    spent = time.process_time() - began - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": spent, "peak": peak / 1_024, "before": before / 1_024, "pairs": pairs}


def agreement(count: int) -> tuple[int, int, float, float]:
    """Of the rules a library finds, one basket a shopper: how many there are, how many we found with just its
    figures, and its seconds and ours. Raises NotReady and WrongAnswer."""
    try:
        from efficient_apriori import apriori
    except ImportError as error:
        raise NotReady("efficient-apriori is not installed; pip install -e .[bench]") from error
    baskets = list(made(count, shoppers=count))
    began = time.process_time()
    _, rules = apriori(
        [basket.skus for basket in baskets], min_support=FLOOR / count, min_confidence=0.0, max_length=2
    )
    theirs = {
        (rule.lhs[0], rule.rhs[0]): (rule.confidence, rule.lift)
        for rule in rules
        if rule.count_full >= FLOOR and rule.lift >= LEAST_LIFT
    }
    library = time.process_time() - began
    began = time.process_time()
    with closing(Together()) as together:
        together.add(baskets)
        found = [pair for kept in together.pairs(floor=FLOOR, most=PRODUCTS) for pair in kept]
    own = time.process_time() - began
    ours = {(pair.sku, pair.other): (pair.confidence, pair.lift) for pair in found}
    if not ours:
        raise WrongAnswer("nothing was bought together")
    alike = sum(
        key in ours and all(abs(a - b) < 1e-9 for a, b in zip(ours[key], value, strict=True))
        for key, value in theirs.items()
    )
    if ours.keys() - theirs.keys():
        raise WrongAnswer(f"{len(ours.keys() - theirs.keys())} pairs are in no rule of the library")
    return len(theirs), alike, library, own


def run() -> Outcome:
    """Count, and compare. Raises NotReady and WrongAnswer."""
    size = int(os.environ.get("SAYSO_BENCH_BASKETS", BASKETS))
    done = json.loads(_alone(size))
    rules, alike, library, own = agreement(size)
    rows = (
        Row(
            what=f"{size:,} baskets of {size * 2 // 5:,} shoppers: what goes together",
            ours=f"{done['seconds']:.1f} s, {done['peak'] - done['before']:.0f} MB more at the peak",
        ),
        Row(
            what=f"The same rules, {size:,} baskets",
            ours=f"{own:.1f} s",
            peer=f"efficient-apriori {library:.1f} s",
            ratio=f"{own / library:.2f}",
        ),
    )
    note = (
        f"{done['pairs']:,.0f} pairs of {FLOOR} shoppers or more, {MOST} a product at most; {alike:,} of the"
        f" {rules:,} rules the library finds have just its confidence and lift, and there are no others."
    )
    return Outcome(rows, (note,))


def _alone(size: int) -> str:
    """The count in a process of its own, so that its memory is its own."""
    program = [sys.executable, "-m", "tests.bench.together", str(size)]
    return subprocess.run(program, check=True, capture_output=True, text=True).stdout


def main(arguments: Sequence[str]) -> int:
    """What one process measures of itself, as JSON."""
    size = int(arguments[0])
    print(json.dumps(counted(size, shoppers=size * 2 // 5)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
