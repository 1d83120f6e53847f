"""Each guard removed in turn: it is edited out of the product's source, and a short run of checkouts must
then find a broken promise. A survivor is a hole in the bench, or a guard that guards nothing."""

from __future__ import annotations

import inspect
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType
from typing import Any

import pytest

from tests.bench import ROOT
from tests.bench.faults import rush
from tests.bench.faults.checkouts import run
from tests.bench.faults.guards import MUTANTS, Edit, Mutant


class NoSuchGuard(Exception):
    """The source has changed: what was to be taken out is not there. The table has to follow."""


_TESTS = (
    *("tests/storage/test_contract.py", "tests/storage/test_merchant.py", "tests/storage/test_model.py"),
    "tests/merchants/test_telling.py",
)
# Checkouts of one try, how many tries a mutant gets, and a weather that is worse than usual.
CHECKOUTS, TRIES, RATE, BUSY = 40, 5, 0.06, 0.4


@dataclass(frozen=True, slots=True)
class Caught:
    """How a mutant was found out; `by` is empty when it was not."""

    mutant: Mutant
    kind: str
    by: str
    tries: int


@contextmanager
def edited(mutant: Mutant) -> Iterator[None]:
    """The product with this guard taken out, wherever its functions are known already. Raises NoSuchGuard."""
    functions: dict[str, tuple[Any, list[Edit]]] = {}
    for edit in mutant.edits:
        module, _, path = edit.where.partition(":")
        found: Any = import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
        functions.setdefault(edit.where, (inspect.unwrap(found), []))[1].append(edit)
    kept = {where: function.__code__ for where, (function, _) in functions.items()}
    made = {where: _edited(function, edits) for where, (function, edits) in functions.items()}
    for where, (function, _) in functions.items():
        function.__code__ = made[where]
    try:
        yield
    finally:
        for where, (function, _) in functions.items():
            function.__code__ = kept[where]


def _edited(function: Any, edits: list[Edit]) -> CodeType:
    source = inspect.getsource(function)
    for edit in edits:
        pattern = r"\s+".join(map(re.escape, edit.old.split()))
        source, times = re.subn(pattern, edit.new.replace("\\", r"\\"), source)
        if times != 1:
            raise NoSuchGuard(
                f"{edit.where} has {edit.old!r} {times} times, not once: the table has to follow"
            )
    # A method stands indented.
    source = f"if True:\n{source}" if source.startswith(" ") else source
    made: dict[str, Any] = {}
    exec(f"from __future__ import annotations\n{source}", dict(function.__globals__), made)
    code: CodeType = inspect.unwrap(made[function.__name__]).__code__
    return code


def hunted(mutant: Mutant, kind: str, *, seed: str) -> Caught:
    """Runs until a promise is broken, or there were enough; then the stores' own tests are asked."""
    with edited(mutant):
        for attempt in range(1, TRIES + 1):
            try:
                # By turns at a shop that charges cards and one that bills.
                ran = run(
                    kind, CHECKOUTS, seed=f"{seed} {attempt}", rate=RATE, busy=BUSY, cards=attempt % 2 == 1
                )
            except sqlite3.IntegrityError as error:
                return Caught(mutant, kind, f"the file's own check: {error}", attempt)
            if ran.verdict.total:
                return Caught(mutant, kind, next(ran.verdict.said()), attempt)
        if twice := rush.claimed_twice(kind):
            return Caught(mutant, kind, f"{twice} events claimed by several", TRIES)
    return Caught(mutant, kind, _by_tests(mutant, kind), TRIES)


def _by_tests(mutant: Mutant, kind: str) -> str:
    """The first failure of the contract suite, or of telling's tests, with this guard taken out; empty: there
    is none. Some guards stand behind another one, and are missed by a test alone that asks just them."""
    place = {"sqlite": "sqlite", "dynamodb": "ministack"}[kind]
    number = str(MUTANTS.index(mutant))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.faults.mutants",
            number,
            *_TESTS,
            "-x",
            "-k",
            f"{place} or test_telling",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode == 1:
        return next(line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    if done.returncode:
        raise NoSuchGuard(f"{mutant.guard}: the tests did not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    return ""


if __name__ == "__main__":
    with edited(MUTANTS[int(sys.argv[1])]):
        sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
