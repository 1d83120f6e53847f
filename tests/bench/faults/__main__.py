"""Run what is measured under faults, print one table, and put it into docs/benchmarks.md where asked to."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.bench import ROOT, NotReady
from tests.bench.__main__ import DOCUMENT, sectioned
from tests.bench.faults.parts import PARTS, Asked, Line
from tests.bench.faults.world import STORES


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--checkouts", default=10_000, show_default=True, help="For each store.")
@click.option("--rounds", default=100, show_default=True, help="Of kill -9.")
@click.option("--steps", default=100_000, show_default=True, help="Against the model.")
@click.option("--store", type=click.Choice([*STORES, "both"]), default="both", show_default=True)
@click.option("--seed", default="2026", show_default=True, help="The same seed, the same faults.")
@click.option("--write", is_flag=True, help="Put the table into docs/benchmarks.md.")
def main(
    parts: tuple[str, ...], checkouts: int, rounds: int, steps: int, store: str, seed: str, write: bool
) -> None:
    """Measure PARTS (none: all of them). Ends with 1 when a promise was broken or a mutant survived."""
    asked = Asked(
        stores=STORES if store == "both" else (store,),
        seed=seed,
        checkouts=checkouts,
        rounds=rounds,
        steps=steps,
    )
    errors, out = Console(stderr=True), Console(width=160)
    out.print(f"seed {seed}")
    lines: list[Line] = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors) as bars:

        def progress(what: str, steps: int) -> Callable[[], None]:
            task = bars.add_task(what, total=steps)
            return lambda: bars.advance(task)

        for part in parts or PARTS:
            try:
                for line in PARTS[part](asked, progress):
                    lines.append(line)
                    errors.print(f"{'[red]WRONG[/] ' if line.wrong else ''}{line.what}: {line.found}")
            except NotReady as reason:
                errors.print(f"{part}: left out: {reason}")
                lines.append(Line(part, "not measured", (str(reason),)))
    table = Table("What", "Found")
    for line in lines:
        table.add_row(line.what, f"[red]{line.found}[/]" if line.wrong else line.found)
    out.print(table)
    for line in lines:
        for wrong in line.wrong:
            out.print(f"[red]WRONG[/] {wrong}")
    if write:
        text = DOCUMENT.read_text("utf-8")
        DOCUMENT.write_text(sectioned(text, {"faults": section(lines, seed=seed)}), "utf-8")
        out.print(f"written to {DOCUMENT.relative_to(ROOT)}")
    sys.exit(1 if any(line.wrong for line in lines) else 0)


def section(lines: list[Line], *, seed: str) -> str:
    """The table as it stands in the document."""
    today, cores = datetime.now(UTC).date().isoformat(), platform.machine()
    return "\n".join(
        [
            f"Measured {today}, seed {seed} ({cores}, Python {platform.python_version()}).",
            "",
            "| What | Found |",
            "|---|---|",
            *(f"| {line.what} | {line.found.replace('|', '/')} |" for line in lines),
        ]
    )


if __name__ == "__main__":
    main()
