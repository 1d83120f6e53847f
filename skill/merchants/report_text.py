"""An import report for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from skill.catalogue.problem import Problem
from skill.manual import feed_problem
from skill.merchants.report import NAMES, ImportReport, OfAKind, by_kind

_STYLES = {"error": "bold red", "warning": "bold yellow", "voice": "bold cyan"}
_TITLES = {"error": "lost", "warning": "doubt", "voice": "sound"}
# Rows of one kind that are shown; the page and --json have more.
_SHOWN = 8
_BAR, _COLUMNS = 40, 5


def as_text(report: ImportReport, *, shown: int = _SHOWN, site: str = "") -> RenderableType:
    """Counts first, then each kind once, what, why, how to mend it and where to read on (on `site`, where the
    documentation is published), with its first rows below."""
    kinds = (_kind(one, shown, site) for one in by_kind(report))
    return Group(_headline(report), _bar(report), _counts(report), *kinds)


def _headline(report: ImportReport) -> Text:
    style = "bold red" if not (report.live or report.dry_run) else "bold"
    state = "Rehearsal" if report.dry_run else "Live" if report.live else "Not live"
    text = Text(f"{state}: {report.verdict}", style=style)
    facts = [report.source, *filter(None, (report.dialect, report.form)), f"{report.seconds:.1f} s"]
    if report.version:
        facts.append(f"version {report.version}")
    return text.append(f"\n{' · '.join(facts)}", style="not bold dim")


def _bar(report: ImportReport) -> Text:
    """The share of rows that are fine, doubtful and lost; what is there is never too small to be seen."""
    bar = Text()
    for count, style, sign in (
        (report.clean, "green", "█"),
        (report.doubtful, "yellow", "▓"),
        (report.left_out, "dim", "·"),
        (report.lost, "red", "░"),
    ):
        width = count * _BAR // max(1, report.rows)
        bar.append(sign * max(width, 1 if count else 0), style=style)
    told = f"  {report.clean:,} fine, {report.doubtful:,} sold with doubts, {report.lost:,} lost"
    return bar.append(told + (f", {report.left_out:,} left out" if report.left_out else ""), style="default")


def _counts(report: ImportReport) -> Table:
    table = Table.grid(*(Column(no_wrap=True) for _ in range(_COLUMNS)), padding=(0, 3))
    told = {
        "products": report.products,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "gone": report.gone,
        "errors": report.errors,
        "warnings": report.warnings,
        "on sound": sum(report.voice.values()),
    }
    cells = [f"{count:,} [dim]{name}[/]" for name, count in told.items()]
    table.add_row(*cells[:_COLUMNS])
    table.add_row(*cells[_COLUMNS:])
    return table


def _kind(one: OfAKind, shown: int, site: str) -> RenderableType:
    level = one.kind.level
    head = Text.assemble(("\n", ""), (f"{_TITLES[level]} ", _STYLES[level]), (f"{one.count:,} × ", "bold"))
    head.append(one.what)
    lines: list[RenderableType] = [head, Padding(Text(one.kind.why, style="dim"), (0, 0, 0, 2))]
    lines.append(Padding(Text.assemble(("→ ", "green"), one.mend), (0, 0, 0, 2)))
    lines.append(Padding(Text(f"  {feed_problem(one.code, site=site)}", style="dim"), (0, 0, 0, 2)))
    table = Table.grid(padding=(0, 2))
    for problem in one.problems[:shown]:
        table.add_row(*_row(problem, specific=one.differs))
    if one.problems:
        lines.append(Padding(table, (0, 0, 0, 4)))
    if (more := one.count - min(shown, len(one.problems))) > 0:
        lines.append(Padding(Text(f"and {more:,} more", style="dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _row(problem: Problem, *, specific: bool) -> tuple[str, str, str]:
    place = f"row {problem.row:,}" if problem.row else "the feed"
    about = [escape(problem.what)] if specific else []
    now = problem.values.get("name", "")
    if problem.spoken and problem.spoken != now and problem.field in NAMES:
        about.append(f"{escape(now)} [dim]says[/] [cyan]{escape(problem.spoken)}[/]")
    elif now:
        about.append(escape(now))
    return f"[dim]{place}[/]", escape(problem.sku or problem.field), "\n".join(about)
