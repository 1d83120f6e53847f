"""The shop in numbers: its last days, and what shoppers asked in vain."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from skill.cli.common import facts_of, main, open_app, table, tells_what_is_wrong
from skill.commerce.money import Money
from skill.errors import BadInput
from skill.merchants.figures import as_csv, most_unanswered, numbers_of
from skill.speech.spoken import price

_MOST_DAYS = 366
_BARS = 32
_STAGES = {
    "sessions": "sessions",
    "to_search": "looked for something",
    "to_add": "filled the cart",
    "to_checkout": "heard the total",
    "to_order": "ordered",
}
_VERDICTS = {
    "too_few": "too few to tell",
    "no_difference": "no difference to tell",
    "better": "better",
    "worse": "worse",
}


@main.command()
@click.option(
    "--days",
    default=28,
    show_default=True,
    type=click.IntRange(1, _MOST_DAYS),
    help="So many days, today the last.",
)
@click.option(
    "--csv",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the days into FILE as CSV (-: print it).",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as the merchant API tells it.")
@tells_what_is_wrong
def report(days: int, to: Path | None, as_json: bool) -> None:
    """Show the shop's numbers: sessions, orders, how far shoppers come, what was not understood."""
    app = open_app()
    facts = facts_of(app)
    told = numbers_of(app.store, facts, now=app.clock(), count=days)
    if as_json:
        click.echo(json.dumps(told, indent=2))
    elif to is not None and str(to) == "-":
        sys.stdout.write(as_csv(told))
    elif to is not None:
        try:
            to.write_text(as_csv(told), "utf-8", newline="")
        except OSError as error:
            raise BadInput(
                f"{to} cannot be written: {error.strerror}; name another file with --csv"
            ) from error
        click.echo(f"{days} days in {to}")
    else:
        Console().print(Group(Text(facts.name, style="bold"), *_sheets(told)))


@main.command()
@click.option("--erase", "text", metavar="TEXT", help="Forget one sentence, whoever said it.")
@click.option("--erase-all", is_flag=True, help="Forget all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print them as the merchant API tells them.")
@tells_what_is_wrong
def unanswered(text: str | None, erase_all: bool, as_json: bool) -> None:
    """Show what shoppers said in vain, what most said first: only of those who allowed it."""
    app = open_app()
    facts = facts_of(app)
    if text is not None or erase_all:
        if text is not None and erase_all:
            raise BadInput("name one sentence with --erase, or all with --erase-all")
        click.echo(f"{app.store.drop_sentences(text=text)} forgotten")
        return
    found = most_unanswered(app.store)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    told = table("shoppers", "last", "language", "kind", "said")
    for one in found:
        told.add_row(str(one["shoppers"]), one["last"], one["locale"], one["kind"], one["text"])
    none = "nothing is kept"
    if not facts.privacy.sentences_days:
        none += ": write sentences_days under [privacy] of the shop file to collect it"
    Console().print(told if found else none, markup=False)


def _sheets(told: Mapping[str, Any]) -> list[Any]:
    totals = told["totals"]
    head = _table("", "", right=1)
    for name, value in _summary(told):
        head.add_row(name, value)
    funnel = _table("how far sessions came", "", "", right=1)
    most = max(1, told["funnel"][0]["count"])
    for stage in told["funnel"]:
        share = stage["count"] / most
        bar = Text("━" * round(_BARS * share), style="green")
        funnel.add_row(_STAGES[stage["stage"]], str(stage["count"]), bar)
    sheets: list[Any] = [Text(f"{told['from']} to {told['to']}\n", style="dim"), head, Text(), funnel]
    if told["experiments"]:
        sheets += Text(), _experiments(told)
    if not totals["sessions"]:
        sheets.append(Text("\nnobody has talked to the shop on these days", style="dim"))
    return sheets


def _summary(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    totals = told["totals"]

    def amount(minor: int | None) -> str:
        return "–" if minor is None else price(Money(minor, told["currency"]), locale="en-US")

    return [
        ("launches", str(totals["launches"])),
        ("orders", str(totals["orders_placed"])),
        ("order value", amount(totals["order_value"])),
        ("average order", amount(totals["average_order"])),
        ("conversion", _percent(totals["conversion"])),
        ("turns to order", _or_none(totals["turns_to_order"])),
        ("carts left", f"{totals['carts_left']} ({_percent(totals['abandonment'])})"),
        ("value left in carts", amount(totals["value_left"])),
        ("without a person", _percent(totals["automation"])),
        ("turns not understood", f"{totals['misses']} ({_percent(totals['misunderstood'])})"),
        ("corrections", str(totals["corrections"])),
        ("sent for a person", str(totals["hand_overs"])),
        ("ordered again", _percent(totals["repeat"])),
        ("rating", f"{_or_none(totals['rating'])} ({totals['ratings']})"),
        (
            "notices sent / opened / stopped",
            f"{totals['notices_sent']} / {totals['notices_opened']} / {totals['notices_stopped']}",
        ),
    ]


def _experiments(told: Mapping[str, Any]) -> Table:
    sheet = _table("experiment", "wording", "heard", "ordered", "share (95 %)", "against the first")
    for one in told["experiments"]:
        for arm in one["arms"]:
            low, high = arm.get("interval", (None, None))
            share = f"{_percent(arm['share'])} ({_percent(low)} to {_percent(high)})" if arm["heard"] else "–"
            apart = _VERDICTS.get(arm.get("verdict", ""), "")
            if "difference" in arm:
                low, high = (100 * bound for bound in arm["difference"])
                apart += f" ({low:+.1f} to {high:+.1f} points)"
            sheet.add_row(one["id"], arm["id"], str(arm["heard"]), str(arm["ordered"]), share, apart)
    return sheet


def _table(*titles: str, right: int | None = None) -> Table:
    made = Table(box=None, pad_edge=False, header_style="dim", show_header=any(titles))
    for n, title in enumerate(titles):
        made.add_column(title, justify="right" if n == right else "left")
    return made


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _or_none(value: float | int | None) -> str:
    return "–" if value is None else f"{value:g}"
