"""What has to be true when the storm is over, whatever befell whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from skill.commerce.order import Order
from skill.paying import cost
from skill.selling import every_order
from tests.bench.faults.receiver import Receiver
from tests.bench.faults.shopper import Shopper
from tests.bench.faults.street import Street
from tests.bench.faults.world import Desk

# In this order they stand in the table.
KINDS = (
    "double orders",
    "lost",
    "double charges",
    "wrong charges",
    "stock drift",
    "wrong totals",
    "untold",
    "told wrongly",
)


@dataclass
class Verdict:
    """How often each promise was broken, and the first cases of each in words."""

    orders: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    cases: dict[str, list[str]] = field(default_factory=dict)

    def blame(self, kind: str, case: str, *, times: int = 1) -> None:
        assert kind in KINDS
        self.broken[kind] += times
        if len(cases := self.cases.setdefault(kind, [])) < 3:
            cases.append(case)

    @property
    def total(self) -> int:
        return self.broken.total()

    def said(self) -> Iterator[str]:
        for kind, cases in self.cases.items():
            yield f"{self.broken[kind]} × {kind}: " + "; ".join(cases)


def judge(street: Street, *, stock: Mapping[str, int | None], merchant: Receiver | None) -> Verdict:
    """Compare what shoppers, the merchant and the bank know with what the store holds."""
    verdict = Verdict()
    desk = street.desk
    of_shop = {order.id: order for order in every_order(desk.app.store)}
    verdict.orders = len(of_shop)
    seen: set[str] = set()
    for shopper in street.shoppers:
        orders = {o.id: o for o in desk.app.store.orders(desk.key(shopper.user), limit=99)}
        seen |= orders.keys()
        _shopper(verdict, street, shopper, orders)
    if seen != of_shop.keys():
        verdict.blame("lost", f"shop and shoppers differ over {sorted(seen ^ of_shop.keys())[:3]}")
    _stock(verdict, desk, stock, of_shop)
    _money(verdict, desk, of_shop)
    for id, notes in street.notes.items():
        kept = {note for _, note in of_shop[id].notes} if id in of_shop else set()
        if missing := set(notes) - kept:
            verdict.blame("lost", f"{id}: the merchant's {sorted(missing)}")
    if merchant is not None:
        _told(verdict, merchant, of_shop)
    return verdict


def _shopper(verdict: Verdict, street: Street, shopper: Shopper, orders: Mapping[str, Order]) -> None:
    known = shopper.known
    for id in known.told - orders.keys():
        verdict.blame("lost", f"{id}, which {shopper.user} was told of")
    for id in known.misled:
        verdict.blame("told wrongly", f"{id} stood, and the yes of {shopper.user} was answered otherwise")
    for id, order in orders.items():
        if id not in known.asked:
            verdict.blame("double orders", f"{id}: {shopper.user} never said yes to it")
        elif order.totals.total.minor != known.asked[id]:
            verdict.blame("wrong totals", f"{id}: {known.asked[id]} told, {order.totals.total.minor} kept")
        if id in known.called_off and order.status not in ("cancelled", "refunded"):
            verdict.blame("lost", f"{id}: cancelled, as {shopper.user} was told, and {order.status}")
        paid = order.payment.method == "invoice" or "placed" in dict(order.history)
        if order.status == "cancelled" and paid and id not in known.wished_off:
            verdict.blame("lost", f"{id}: cancelled, and nobody wished it")
    cart = street.desk.app.store.visit(street.desk.key(shopper.user)).cart
    held: Counter[str] = Counter({line.sku: line.quantity for line in cart.lines} if cart else {})
    for order in orders.values():
        held.update({line.sku: line.quantity for line in order.lines})
    for sku, pieces in held.items():
        if pieces > known.wished[sku]:
            verdict.blame(
                "double orders", f"{shopper.user} has {pieces} {sku} and wanted {known.wished[sku]}"
            )
    for sku, pieces in known.added.items():
        # What runs out is rightly taken off at the till.
        if sku != "honey" and held[sku] < pieces:
            verdict.blame("lost", f"{shopper.user} has {held[sku]} {sku} and was told of {pieces}")


def _stock(
    verdict: Verdict, desk: Desk, stock: Mapping[str, int | None], orders: Mapping[str, Order]
) -> None:
    sold: Counter[str] = Counter()
    for order in orders.values():
        if order.status != "cancelled":
            sold.update({line.sku: line.quantity for line in order.lines})
    left = desk.app.store.stock(stock)
    for sku, pieces in stock.items():
        right = None if pieces is None else pieces - sold[sku]
        if left[sku] != right or (right is not None and right < 0):
            verdict.blame("stock drift", f"{sku}: {left[sku]} left, {right} expected")


def _money(verdict: Verdict, desk: Desk, orders: Mapping[str, Order]) -> None:
    bank = desk.bank
    for id, order in orders.items():
        if order.payment.method == "invoice":
            continue
        if bank.charges(id) > 1:
            verdict.blame("double charges", f"{id}: charged {bank.charges(id)} times")
        owed = 0 if order.status == "pending" else cost(order)
        if bank.paid(id) != owed:
            verdict.blame("wrong charges", f"{id} ({order.status}): {bank.paid(id)} paid, {owed} owed")
    for id in {taken.order for taken in bank.books.values()} - orders.keys():
        if bank.paid(id):
            verdict.blame("wrong charges", f"{id}: {bank.paid(id)} paid for no order")


def _told(verdict: Verdict, merchant: Receiver, orders: Mapping[str, Order]) -> None:
    """Each status an order went through is told, each under one id, and nothing else is."""
    due: set[tuple[str, str]] = set()
    for id, order in orders.items():
        passed = [status for status, _ in order.history]
        if "placed" in passed:
            due |= {(f"order.{status}", id) for status in passed if status != "pending"}
    for kind, id in due - merchant.got.keys():
        verdict.blame("untold", f"{id}: {kind}")
    for (kind, id), ids in merchant.got.items():
        if kind == "order.placed" and ((kind, id) not in due or len(ids) > 1):
            verdict.blame("told wrongly", f"{id}: {kind} under {len(ids)} ids")
