"""What one import did, as a merchant is told: counts, and what is wrong, a bounded part of it row by row.

`as_text` is in `report_text`, `as_html` in `report_page`: what they need is loaded where they are used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from skill.catalogue.problem import Kind, Level, Problem, kinds

# Findings kept to be read, in all and of one kind, so that a frequent one leaves room for the others.
MOST, OF_A_KIND = 1_000, 100
# The shape of `as_json`; it grows when a field changes its meaning, not when one is added.
FORMAT = 1
# Columns that a name may stand in: what the shop says in place of it is shown beside it.
NAMES = frozenset({"title", "spoken_title"})
_LEFT_OPEN = re.compile(r"\s*[:,]\s*[\"(]*…\W*$")
LEVELS: tuple[Level, ...] = ("error", "warning", "voice")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The outcome of one import at `when` (aware). `dialect` and `form`: what the feed was taken for
    ("google", "tsv"). `version`: what went live, empty when nothing did. `rows` were read; `products` stand
    in the catalogue now, of which `new`, `changed` and `unchanged`; `gone` were there before. `lost`: rows
    with an error; `left_out`: rows that are well and not for sale (drafts, parents of variants); `doubtful`:
    rows that are sold and have a warning or a finding on how they sound.
    `counts`: findings by code, all of them; `problems`: those kept. `language`: the shop's own."""

    when: datetime
    source: str
    dialect: str = ""
    form: str = ""
    language: str = "en"
    version: str = ""
    rows: int = 0
    products: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    lost: int = 0
    left_out: int = 0
    doubtful: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def live(self) -> bool:
        return bool(self.version) and not self.dry_run

    @property
    def clean(self) -> int:
        """Rows nothing is wrong with."""
        return max(0, self.rows - self.lost - self.left_out - self.doubtful)

    @property
    def verdict(self) -> str:
        """The outcome in one sentence."""
        sold = self.rows - self.lost - self.left_out
        if self.dry_run:
            return f"{sold:,} of {self.rows:,} rows would be for sale. Nothing was changed."
        if not self.live:
            return "Nothing went live. What was live before still is."
        if sold == self.rows:
            return f"All {self.rows:,} rows are for sale."
        others = ((self.lost, "lost"), (self.left_out, "left out"))
        told = " and ".join(f"{count:,} {what}" for count, what in others if count)
        return f"{sold:,} of {self.rows:,} rows are for sale, {told}."

    @property
    def errors(self) -> int:
        return self._of("error")

    @property
    def warnings(self) -> int:
        return self._of("warning")

    @property
    def voice(self) -> Mapping[str, int]:
        """Findings on how products sound, by code."""
        return {code: count for code, count in self.counts.items() if kinds()[code].level == "voice"}

    def _of(self, level: Level) -> int:
        return sum(count for code, count in self.counts.items() if kinds()[code].level == level)


@dataclass(frozen=True, slots=True)
class OfAKind:
    """All findings of one kind: how many there are, and those kept."""

    code: str
    kind: Kind
    count: int
    problems: tuple[Problem, ...]

    @property
    def left_out(self) -> int:
        return self.count - len(self.problems)

    @property
    def what(self) -> str:
        """What it is: as all of them say, or without what they differ in."""
        # "the name holds a code: …" needs no dots.
        return _LEFT_OPEN.sub("", _common({problem.what for problem in self.problems}, self.kind.what))

    @property
    def mend(self) -> str:
        return _common({problem.mend for problem in self.problems}, self.kind.mend)

    @property
    def differs(self) -> bool:
        """Whether each says something of its own."""
        return len({problem.what for problem in self.problems}) > 1


def _common(said: Collection[str], pattern: str) -> str:
    if len(said) == 1:
        return next(iter(said))
    before, *rest = pattern.split("{")
    return before + "".join(f"…{part.partition('}')[2]}" for part in rest)


class Findings:
    """Gathers findings of a feed of any length: all are counted, at most `most` are kept and of no kind
    more than `of_a_kind`."""

    def __init__(self, *, most: int = MOST, of_a_kind: int = OF_A_KIND) -> None:
        self._most, self._of_a_kind = most, of_a_kind
        self._counts: Counter[str] = Counter()
        self._kept: dict[str, list[Problem]] = {}
        self._size = 0
        self._lost, self._doubtful = _Rows(), _Rows()

    def add(self, problem: Problem) -> None:
        """Count a finding, and keep it while there is room for its kind."""
        self._counts[problem.code] += 1
        if problem.row:
            (self._lost if problem.error else self._doubtful).add(problem.row)
        kept = self._kept.setdefault(problem.code, [])
        if len(kept) >= self._of_a_kind:
            return
        if self._size >= self._most:
            largest = max(self._kept.values(), key=len)
            if len(largest) <= len(kept) + 1:
                return
            largest.pop()
            self._size -= 1
        kept.append(problem)
        self._size += 1

    def __len__(self) -> int:
        return self._counts.total()

    def told_in(self, report: ImportReport) -> ImportReport:
        """The report with what was found."""
        kept = sorted((one for of in self._kept.values() for one in of), key=lambda one: (one.row, one.code))
        return replace(
            report,
            counts=dict(sorted(self._counts.items())),
            problems=tuple(kept),
            lost=len(self._lost),
            doubtful=self._doubtful.besides(self._lost),
        )


class _Rows:
    """A set of row numbers, a bit each: an eighth of a megabyte for a million rows."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, row: int) -> None:
        at, bit = row >> 3, 1 << (row & 7)
        if at >= len(self._bits):
            self._bits.extend(bytes(at + 1 - len(self._bits) + len(self._bits) // 8))
        if not self._bits[at] & bit:
            self._bits[at] |= bit
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def besides(self, others: _Rows) -> int:
        """How many of these rows are not among the others."""
        pairs = zip(self._bits, others._bits, strict=False)
        return self._count - sum((one & other).bit_count() for one, other in pairs)


def collect(problems: Iterable[Problem], report: ImportReport) -> ImportReport:
    """The report with all of a stream of findings."""
    findings = Findings()
    for problem in problems:
        findings.add(problem)
    return findings.told_in(report)


def by_kind(report: ImportReport) -> list[OfAKind]:
    """What was found by kind: what loses rows first, and what is most frequent."""
    kept: dict[str, list[Problem]] = {code: [] for code in report.counts}
    for problem in report.problems:
        kept.setdefault(problem.code, []).append(problem)
    found = [
        OfAKind(code, kinds()[code], max(report.counts.get(code, 0), len(of)), tuple(of))
        for code, of in kept.items()
    ]
    return sorted(found, key=lambda one: (LEVELS.index(one.kind.level), -one.count, one.code))


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as JSON values, for the merchant API and `--json`: the fields of ImportReport under their
    names (`when` in ISO 8601), `format`, `errors`, `warnings` and `voice` (counts by level), each of
    `problems` with its `level` and `message`, and `kinds`: what, why and mend by code."""
    told: dict[str, Any] = _adapter().dump_python(report, mode="json")
    for written, problem in zip(told["problems"], report.problems, strict=True):
        written |= {"level": problem.level, "message": str(problem)}
    told["kinds"] = {
        one.code: {"level": one.kind.level, "what": one.kind.what, "why": one.kind.why, "mend": one.kind.mend}
        for one in by_kind(report)
    }
    levels = {"errors": report.errors, "warnings": report.warnings, "voice": sum(report.voice.values())}
    return {"format": FORMAT, **told, **levels}


def from_json(told: Mapping[str, Any]) -> ImportReport:
    """The report that `as_json` told. Raises ValueError when it is none, or of another format."""
    if told.get("format") != FORMAT:
        raise ValueError(f"this is no import report of format {FORMAT}; import the feed again to get one")
    report = _adapter().validate_python(told)
    if unknown := {*report.counts, *(problem.code for problem in report.problems)} - kinds().keys():
        raise ValueError(f"nobody knows these kinds of problems: {', '.join(sorted(unknown))}")
    return report


@cache
def _adapter() -> TypeAdapter[ImportReport]:
    return TypeAdapter(ImportReport)
