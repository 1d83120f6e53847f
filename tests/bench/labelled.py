"""Labelled sets of any origin, and what a ranking is worth against one.

A set is a folder: products.jsonl.gz (id, title, brand, category, attrs, description and perhaps price),
queries.tsv (qid, query), qrels.tsv (qid, pid, grade), and where somebody listened heard_thin15.tsv and
heard_tts.tsv (qid, voice, typed, spoken, heard). What is missing is left out of the report.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from skill.commerce.money import Money
from skill.commerce.product import Product
from tests.bench import NotReady

TYPED, SPOKEN, THIN, HEARD = "typed", "spoken", "15 %", "heard"
VARIANTS = (TYPED, SPOKEN, THIN, HEARD)
HEARD_FILES = {THIN: "heard_thin15.tsv", HEARD: "heard_tts.tsv"}
RESAMPLES = 2000
Gain = Literal["linear", "exponential"]
_LEVELS = re.compile(r"\s+>\s+|/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A product as a labelled set has it. `price` is in dollars. `group` to `multipack` are of use to
    scale catalogues alone."""

    id: str
    title: str
    brand: str = ""
    category: str = ""
    attrs: str = ""
    description: str = ""
    price: float = 1.0
    group: str = ""
    colour: str = ""
    size: str = ""
    multipack: int = 1

    @property
    def columns(self) -> tuple[str, str, str, str, str]:
        """All its text, as every engine gets it."""
        return (self.title, self.brand, self.category, self.attrs, self.description)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """`asked`: variant → query id → what was typed, said or heard, once for each voice. `grades`: query
    id → product id → grade."""

    products: Path
    asked: Mapping[str, Mapping[str, tuple[str, ...]]]
    grades: Mapping[str, Mapping[str, float]]


@dataclass(slots=True)
class Values:
    """One measure of one engine: query id → its mean over the voices."""

    of: dict[str, float] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        return sum(self.of.values()) / len(self.of) if self.of else math.nan


def read_records(path: Path) -> Iterator[Record]:
    """The products of a set, as a stream."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            yield Record(
                id=str(raw["id"]),
                title=str(raw["title"]),
                brand=str(raw.get("brand") or ""),
                category=str(raw.get("category") or ""),
                attrs=str(raw.get("attrs") or ""),
                description=str(raw.get("description") or ""),
                price=float(raw.get("price") or 1),
            )


def product_of(record: Record) -> Product:
    """The record as a merchant's feed would give it to us."""
    return Product(
        sku=record.id,
        title=record.title,
        price=Money(max(1, round(record.price * 100)), "USD"),
        brand=record.brand,
        category=tuple(part.strip() for part in _LEVELS.split(record.category) if part.strip()),
        description=f"{record.attrs} {record.description}".strip(),
        group=record.group,
        colour=record.colour,
        size=record.size,
        multipack=record.multipack,
    )


def read_set(folder: Path) -> LabelledSet:
    """Raises NotReady when the folder holds no products, queries or judgements."""
    for name in ("products.jsonl.gz", "queries.tsv", "qrels.tsv"):
        if not (folder / name).exists():
            raise NotReady(f"{folder} is no labelled set: it has no {name}")
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows(folder / "qrels.tsv"):
        grades[row["qid"]][row["pid"]] = float(row["grade"])
    asked: dict[str, dict[str, tuple[str, ...]]] = {variant: {} for variant in VARIANTS}
    asked[TYPED] = {row["qid"]: (row["query"],) for row in _rows(folder / "queries.tsv")}
    for variant, name in HEARD_FILES.items():
        if not (folder / name).exists():
            continue
        for row in _rows(folder / name):
            qid = row["qid"]
            asked[variant][qid] = (*asked[variant].get(qid, ()), row["heard"])
            if row.get("spoken"):
                asked[SPOKEN][qid] = (row["spoken"],)
    # A query of which no product is any good says nothing about a ranking.
    judged = {qid: dict(of) for qid, of in grades.items() if any(grade > 0 for grade in of.values())}
    kept = {variant: {q: t for q, t in of.items() if q in judged} for variant, of in asked.items()}
    return LabelledSet(folder / "products.jsonl.gz", {v: of for v, of in kept.items() if of}, judged)


def ndcg(ranked: Sequence[str], grades: Mapping[str, float], *, k: int, gain: Gain = "linear") -> float:
    """Normalised discounted cumulative gain of the first `k`, 0 to 1; what nobody judged has grade 0."""
    best = _gains(sorted(grades.values(), reverse=True)[:k], gain)
    return _gains([grades.get(pid, 0.0) for pid in ranked[:k]], gain) / best if best else 0.0


def condensed(ranked: Iterable[str], grades: Mapping[str, float]) -> list[str]:
    """The ranking without what nobody judged."""
    return [pid for pid in ranked if pid in grades]


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """One by the place of the first relevant product among the first `k`, else 0."""
    return next((1 / place for place, pid in enumerate(ranked[:k], start=1) if pid in relevant), 0.0)


def interval(ours: Values, theirs: Values, *, seed: int = 20261122) -> tuple[float, float, float]:
    """Ours less theirs, and between which bounds it lies in 95 of 100 resamples of the same queries
    (paired bootstrap). Where zero lies between the bounds, it is noise."""
    differences = [value - theirs.of[qid] for qid, value in sorted(ours.of.items())]
    if not differences:
        return math.nan, math.nan, math.nan
    chance, count = Random(seed), len(differences)
    means = sorted(sum(chance.choices(differences, k=count)) / count for _ in range(RESAMPLES))
    low, high = means[round(0.025 * RESAMPLES)], means[round(0.975 * RESAMPLES) - 1]
    return sum(differences) / count, low, high


def _gains(grades: Sequence[float], gain: Gain) -> float:
    return sum(
        (grade if gain == "linear" else 2.0**grade - 1) / math.log2(place + 1)
        for place, grade in enumerate(grades, start=1)
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
