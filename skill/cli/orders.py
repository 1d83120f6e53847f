"""Orders whose money does not stand as it should, for the shop's own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import click
from rich.console import Console

from skill.app import App
from skill.cli.common import facts_of, main, open_app, table, tells_what_is_wrong
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.payment import asked_again
from skill.errors import BadInput
from skill.merchants.money import settle_open
from skill.paying import Payments, settle
from skill.selling import every_order
from skill.speech.spoken import money

# Refunds that were refused are looked for among the orders of so many days.
_DAYS = 90
_STATES = {
    "due": "being charged",
    "declined": "refused",
    "action": "the bank asks the shopper",
    "unwanted": "being withdrawn",
}


@main.group()
def orders() -> None:
    """The money of orders: what is open, and settling it."""


@orders.command()
@tells_what_is_wrong
def unpaid() -> None:
    """Show orders that wait for their payment, charges nobody heard the end of, and refunds still owed."""
    app = open_app()
    facts_of(app)
    told = table("order", "placed", "status", "paid", "owed", "money")
    for order in _unpaid(app):
        told.add_row(
            order.number,
            order.placed_at.isoformat(timespec="minutes"),
            order.status,
            _amount(order.payment.collected, order),
            _amount(order.payment.owed, order),
            _state(order),
        )
    Console().print(told if told.rows else "no order waits for money", markup=False)


@orders.command("settle")
@click.argument("number", required=False)
@tells_what_is_wrong
def settle_(number: str | None) -> None:
    """Settle what is open now: all of it, or the order NUMBER, whose refused refunds are asked for again."""
    app = open_app()
    facts = facts_of(app)
    payments = app.payments(facts)
    if payments is None:
        raise BadInput(
            "this shop charges no cards as things are: write [payment] in its shop file, and set the "
            "variable that it names in secret_env"
        )
    if number is None:
        changed = settle_open(app.store, payments=payments, now=app.clock, hold=facts.hold)
        for after in changed:
            click.echo(_line(after))
        click.echo(f"{len(changed)} orders changed")
        return
    order = app.store.numbered(number)
    if order is None:
        raise BadInput(f"no order has the number {number}")
    click.echo(_line(_settled(order, app, payments)))


def _settled(order: Order, app: App, payments: Payments) -> Order:
    again = replace(order, payment=asked_again(order.payment))
    if again != order:
        if not app.store.change_order(order, changed=again):
            raise BadInput(f"order {order.number} is just being settled; run the command again")
        order = replace(again, version=order.version + 1)
    return settle(order, books=app.store, payments=payments, now=app.clock)


def _unpaid(app: App) -> Iterator[Order]:
    """Oldest first what is open, then what is owed."""
    seen = set()
    for order in app.store.unsettled(before=app.clock() + timedelta(seconds=1), limit=1000):
        seen.add(order.id)
        yield order
    for order in every_order(app.store, since=app.clock() - timedelta(days=_DAYS)):
        if order.payment.owed and order.id not in seen:
            yield order


def _line(order: Order) -> str:
    paid = _amount(order.payment.collected, order)
    return f"{order.number}: {order.status}, {paid} paid" + (f", {_state(order)}" if _state(order) else "")


def _state(order: Order) -> str:
    """The movement that is to be looked at, if any."""
    open = order.payment.open or order.payment.refused
    if open is None:
        return "a refund was refused" if order.payment.owed else ""
    if open.minor < 0:
        return "being given back"
    return _STATES[open.state] + (f" ({open.reason})" if open.reason else "")


def _amount(minor: int, order: Order) -> str:
    return money(Money(minor, order.totals.total.currency), locale="en-US")
