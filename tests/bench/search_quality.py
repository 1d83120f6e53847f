"""How good the rankings are: a labelled set, and known items of a second catalogue that nobody tuned to.

All engines get the same products and the same queries in one run. Queries without any good product among the
judged are left out. A query heard in several voices counts once, with the mean of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from skill.catalogue.index import build
from tests.bench import shared
from tests.bench.known_items import KnownItem, category_queries, known_items
from tests.bench.labelled import (
    SPOKEN,
    THIN,
    TYPED,
    VARIANTS,
    LabelledSet,
    Record,
    Values,
    condensed,
    interval,
    ndcg,
    product_of,
    read_records,
    read_set,
    reciprocal_rank,
)
from tests.bench.peers import Bm25s, Engine, Fts5, Ours
from tests.bench.search_table import Line, Part

SET = "data/search/chorus_icecat"
SECOND = "data/search/grocerydb/products.jsonl.gz"
DEPTH = 200
# As many typed queries choose the weights of FTS5's columns; the first of each set.
TUNED_ON = 400
JUDGED, RAW = "judged-only", "raw"
MEASURES = tuple((kind, k) for kind in (JUDGED, RAW) for k in (10, 3))
TARGETS = {(JUDGED, 10, TYPED): "≥ +.015", (JUDGED, 10, SPOKEN): "≥ +.015", (JUDGED, 10, THIN): "≥ +.035"}
# (kind, k, variant) → what an engine reaches there.
Reached = Mapping[tuple[str, int, str], Values]
Ranker = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Engines:
    """Ours and the two beside it, over the same products."""

    ours: Ours
    fts5: Fts5
    bm25s: Bm25s

    @property
    def all(self) -> tuple[Engine, Engine, Engine]:
        return (self.ours, self.fts5, self.bm25s)


def run(*, folder: Path | None = None, depth: int = DEPTH, per_query: bool = False) -> Part:
    """Measure on the labelled set in `folder` alone, or on the shared one and known items. Raises NotReady
    when a set or an engine is not there."""
    chosen = folder or shared(SET)
    lines, notes = _labelled(chosen, depth=depth, per_query=per_query)
    if folder is None:
        more, said = _known(shared(SECOND))
        lines, notes = lines + more, notes + said
    return Part("quality", tuple(lines), tuple(notes))


def reached(engine: Engine, labelled: LabelledSet, *, depth: int) -> Reached:
    """What `engine` reaches, by measure and variant."""
    found: dict[tuple[str, int, str], Values] = {}
    for variant, queries in labelled.asked.items():
        for kind, k in MEASURES:
            found[kind, k, variant] = Values()
        for qid, texts in queries.items():
            grades = labelled.grades[qid]
            raw = [engine.ranked(text, limit=10) for text in texts]
            judged = [condensed(engine.ranked(text, limit=depth), grades) for text in texts]
            for kind, k in MEASURES:
                rankings = raw if kind == RAW else judged
                worth = sum(ndcg(ranked, grades, k=k) for ranked in rankings) / len(rankings)
                found[kind, k, variant].of[qid] = worth
    return found


def _open(records: Sequence[Record], *, folder: Path) -> Engines:
    build(map(product_of, records), folder=folder / "index", version="bench", language="en")
    return Engines(Ours(folder / "index"), Fts5(folder / "fts5.db", records=records), Bm25s(records=records))


def _labelled(folder: Path, *, depth: int, per_query: bool) -> tuple[list[Line], list[str]]:
    labelled, records = read_set(folder), list(read_records(folder / "products.jsonl.gz"))
    sample = dict(islice(labelled.asked[TYPED].items(), TUNED_ON))
    typed = LabelledSet(labelled.products, {TYPED: sample}, labelled.grades)
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        engines = _open(records, folder=Path(name))
        plain = reached(engines.fts5, labelled, depth=depth)
        engines.fts5.tune(lambda engine: reached(engine, typed, depth=depth)[JUDGED, 10, TYPED].mean)
        ours, fts5, bm25s = (reached(engine, labelled, depth=depth) for engine in engines.all)
    lines = []
    for kind, k in MEASURES:
        for variant in (each for each in VARIANTS if each in labelled.asked):
            key = (kind, k, variant)
            what = f"{folder.name}: nDCG@{k} {kind}, {variant}"
            lines.append(_line(what, ours[key], fts5[key], bm25s[key], target=TARGETS.get(key, "")))
    if SPOKEN in labelled.asked:
        lines.append(_spoken_to_typed(folder.name, (ours, fts5, bm25s)))
    if per_query:
        _list(labelled, ours, fts5, bm25s)
    unweighted = " / ".join(
        _short(plain[JUDGED, 10, each].mean) for each in VARIANTS if each in labelled.asked
    )
    notes = [
        f"{folder.name}: {len(labelled.asked[TYPED])} queries with a good product among the judged, "
        f"{len(records):,} products; linear gain; judged-only of the first {depth}.",
        f"FTS5 on {folder.name}: columns weighted {_weights(engines.fts5)}, chosen for it on the typed "
        f"queries; unweighted it has {unweighted} (nDCG@10 judged-only, in the order above).",
    ]
    return lines, notes


def _known(path: Path) -> tuple[list[Line], list[str]]:
    records = list(read_records(path))
    sets = {"known items": known_items(records), "categories": category_queries(records)}
    lines: list[Line] = []
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        engines = _open(records, folder=Path(name))
        items = sets["known items"]
        engines.fts5.tune(lambda engine: _values(engine, items, noised=False, worth=_rank_worth).mean)
        for called, queries in sets.items():
            measures = {"MRR@10": _rank_worth, "success@10": _success}
            if called == "categories":
                measures = {"precision@10": _precision}
            for noised in (False, True):
                for measure, worth in measures.items():
                    ours, fts5, bm25s = (
                        _values(engine, queries, noised=noised, worth=worth) for engine in engines.all
                    )
                    what = f"grocerydb: {called}, {measure}, {'noised' if noised else 'as said'}"
                    lines.append(_line(what, ours, fts5, bm25s))
    counted = " and ".join(f"{len(queries)} {called}" for called, queries in sets.items())
    return lines, [
        f"grocerydb: {counted} over {len(records):,} products, made by `tests/bench/known_items.py`; FTS5 "
        f"weighted {_weights(engines.fts5)}, chosen for it on the items as said."
    ]


Worth = Callable[[Sequence[str], frozenset[str]], float]


def _values(engine: Engine, queries: Sequence[KnownItem], *, noised: bool, worth: Worth) -> Values:
    return Values(
        {
            str(number): worth(engine.ranked(item.noised if noised else item.spoken, limit=10), item.relevant)
            for number, item in enumerate(queries)
        }
    )


def _rank_worth(ranked: Sequence[str], relevant: frozenset[str]) -> float:
    return reciprocal_rank(ranked, relevant, k=10)


def _success(ranked: Sequence[str], relevant: frozenset[str]) -> float:
    return float(any(pid in relevant for pid in ranked[:10]))


def _precision(ranked: Sequence[str], relevant: frozenset[str]) -> float:
    return sum(pid in relevant for pid in ranked[:10]) / 10


def _line(what: str, ours: Values, fts5: Values, bm25s: Values, *, target: str = "") -> Line:
    difference, low, high = interval(ours, max(fts5, bm25s, key=lambda values: values.mean))
    against = f"{_signed(difference)} ({_signed(low)} to {_signed(high)})"
    figures = (_short(values.mean) for values in (ours, fts5, bm25s))
    return Line(
        what=what,
        **dict(zip(("ours", "fts5", "bm25s"), figures, strict=True)),
        against=against,
        target=target,
    )


def _spoken_to_typed(name: str, all_reached: Iterable[Reached]) -> Line:
    ratios = [each[JUDGED, 10, SPOKEN].mean / each[JUDGED, 10, TYPED].mean for each in all_reached]
    ours, fts5, bm25s = (f"{ratio:.3f}" for ratio in ratios)
    what = f"{name}: spoken ÷ typed, nDCG@10 judged-only"
    return Line(what=what, ours=ours, fts5=fts5, bm25s=bm25s, target="≥ .99")


def _list(labelled: LabelledSet, ours: Reached, fts5: Reached, bm25s: Reached) -> None:
    """Every query on its own, our worst losses first within a variant (tab separated)."""
    print("variant\tqid\tours\tfts5\tbm25s\tours-best\tasked")
    best = fts5 if fts5[JUDGED, 10, TYPED].mean >= bm25s[JUDGED, 10, TYPED].mean else bm25s
    for variant, queries in labelled.asked.items():
        key = (JUDGED, 10, variant)
        for qid in sorted(queries, key=lambda qid: (ours[key].of[qid] - best[key].of[qid], qid)):
            each = [values[key].of[qid] for values in (ours, fts5, bm25s)]
            figures = "\t".join(f"{value:.3f}" for value in (*each, each[0] - best[key].of[qid]))
            print(f"{variant}\t{qid}\t{figures}\t{' | '.join(queries[qid])}")
    sys.stdout.flush()


def _weights(engine: Fts5) -> str:
    return ", ".join(f"{weight:g}" for weight in engine.weights)


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1).replace("-", "−")
