"""A feed imported while somebody looks on: how far it is, and what came of it in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants.importing import Source, import_feed, watched
from skill.merchants.publish import ASKS_FROM, Place, Wanted
from skill.merchants.report import ImportReport

_NO_SHOP = (
    "there is no shop to put it into: choose your shop file (TOML) as well; "
    "skill/devtools/sample/shop.toml is one to begin with"
)
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far imports are, by what whoever sent one calls it: "stage" ("reading", counted in bytes, or
    "indexing", in products), "done" and "of". May be shared by threads."""

    _under_way: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, token: str) -> dict[str, Any]:
        """How far it is; empty of what has not begun, is over, or is another process's."""
        return self._under_way.get(token, {})

    @contextmanager
    def telling(self, token: str) -> Iterator[Tell]:
        """Within, what is told is known by this token."""

        def tell(stage: str, done: int, of: int) -> None:
            self._under_way[token] = {"stage": stage, "done": min(done, of), "of": of}

        try:
            yield tell
        finally:
            self._under_way.pop(token, None)


def imported(
    source: Source, *, size: int, place: Place, wanted: Wanted, tell: Tell
) -> tuple[str, ImportReport]:
    """Import a feed of `size` bytes; the report and its id, as `import_feed` gives them. Raises BadInput
    where there is no shop, or another import is in the way."""
    try:
        return import_feed(
            replace(source, stream=watched(source.stream, size, partial(tell, "reading"))),
            place=place,
            wanted=wanted,
            progress=partial(tell, "indexing"),
        )
    except CatalogueNotLinked as error:
        raise BadInput(_NO_SHOP) from error


def summary(id: str, report: ImportReport) -> dict[str, Any]:
    """A report without its findings: counts and a verdict. `asks`: it would take out so much that it is done
    only when asked for expressly."""
    before = report.changed + report.unchanged + report.gone
    counted = ("rows", "clean", "doubtful", "lost", "left_out", "products", "new", "changed", "gone")
    return {
        "id": id,
        "when": report.when.isoformat(),
        "source": report.source,
        "dialect": report.dialect,
        "form": report.form,
        "verdict": report.verdict,
        "version": report.version,
        "live": report.live,
        "dry_run": report.dry_run,
        "asks": "too_much_gone" in report.counts or (report.dry_run and report.gone * ASKS_FROM > before),
        "seconds": report.seconds,
        **{name: getattr(report, name) for name in counted},
    }
