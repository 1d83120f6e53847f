"""What is owed for an order and what moved: a pure account of one order's money.

Money moves in movements, each asked for under a key of its own that is kept before anybody is asked: whoever
asks again under it, after a crash or a lost answer, asks for the same movement. An order is settled when what
is collected is what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

INVOICE = "invoice"
CARD = "card"
PROVIDERS = ("stripe", "development")
# Currencies a provider cannot charge to the unit: Stripe wants the last of three decimals to be 0, and says
# two things about the shilling of Uganda. https://docs.stripe.com/currencies
NOT_CHARGED = {"stripe": frozenset({"BHD", "JOD", "KWD", "OMR", "TND", "UGX"})}
# What may come of a charge in development, one word a try, the last one for all that follow.
OUTCOMES = ("approved", "declined", "funds", "expired", "action", "none", "unknown")
# A movement is "due" until its outcome is known. "action": the bank wants to see the shopper first. A charge
# that came too late for its order is "unwanted" until it is known to be "void".
STATES = ("due", "done", "declined", "action", "unwanted", "void")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """How a shop charges cards: by a provider of `PROVIDERS`, whose secret the environment variable
    `secret_env` holds. An order that is not paid is kept for `hold_minutes`. `card`: what comes of a charge
    where no money is real ("development"): words of `OUTCOMES`, with commas between."""

    provider: str
    secret_env: str = ""
    hold_minutes: int = 120
    card: str = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """`minor` units of the order's currency to the shop, or back where it is negative. `key` tells it apart
    from every other; `tries` counts how often the shopper had it tried; `reference` is the provider's name
    for it (a refund: of the charge it belongs to)."""

    key: str
    minor: int
    state: str = "due"
    tries: int = 1
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """`method`: "invoice" (the merchant bills) or "card". `customer` is who the payment provider knows the
    shopper as."""

    method: str = INVOICE
    customer: str = ""
    movements: tuple[Movement, ...] = ()

    @property
    def collected(self) -> int:
        """What the shop has of it now, in minor units."""
        return sum(movement.minor for movement in self.movements if movement.state == "done")

    @property
    def open(self) -> Movement | None:
        """The first movement whose outcome is to be found out."""
        return next((m for m in self.movements if m.state in ("due", "unwanted")), None)

    @property
    def refunded(self) -> int:
        """What went back of it, in minor units."""
        return -sum(
            movement.minor for movement in self.movements if movement.minor < 0 and movement.state == "done"
        )

    @property
    def owed(self) -> int:
        """What the shopper was to have back and the provider refused to give, in minor units."""
        return -sum(movement.minor for movement in self.movements if _refused_refund(movement))

    @property
    def refused(self) -> Movement | None:
        """The charge that waits for the shopper: declined, or to be agreed to with their bank."""
        return next((m for m in self.movements if m.minor > 0 and m.state in ("declined", "action")), None)


def charged(order: str, minor: int, *, customer: str) -> Payment:
    """The payment of an order about to be placed: its first charge goes by the order's own id. What costs
    nothing is charged to nobody."""
    first = (Movement(key=order, minor=minor),) if minor else ()
    return Payment(method=CARD, customer=customer, movements=first)


def with_movement(payment: Payment, movement: Movement) -> Payment:
    """The payment with this movement in place of the one of its key, or added."""
    known = {m.key: m for m in payment.movements}
    return replace(payment, movements=tuple({**known, movement.key: movement}.values()))


def towards(payment: Payment, target: int, *, order: str) -> Payment:
    """The payment with the movements due that bring what is collected to `target` minor units. Nothing else
    is decided while a movement is open; a charge nobody waits for any longer becomes unwanted; a refund goes
    to the charges it came from, the newest first; one that was refused is not asked for again by itself.
    Billed orders have no movements."""
    if payment.method == INVOICE:
        return payment
    moves = list(payment.movements)
    if target <= payment.collected:
        for at, move in enumerate(moves):
            if move.minor > 0 and move.state in ("due", "declined", "action"):
                moves[at] = replace(move, state="unwanted")
    settled = replace(payment, movements=tuple(moves))
    if settled.open:
        return settled
    missing = target - settled.collected
    stuck = sum(move.minor for move in moves if _refused_refund(move))
    if missing <= stuck:
        missing -= stuck
    else:
        # Less is owed to the shopper than was refused to them: what is still owed is asked for anew.
        moves = [replace(move, state="void") if _refused_refund(move) else move for move in moves]
    if missing > 0 and settled.refused is None:
        moves.append(Movement(key=_next_key(order, moves), minor=missing))
    for charge in reversed(settled.movements):
        if missing >= 0 or charge.minor <= 0 or charge.state != "done":
            continue
        given = [move for move in moves if move.minor < 0 and move.reference == charge.reference]
        back = sum(move.minor for move in given if move.state in ("due", "done", "declined"))
        part = min(-missing, charge.minor + back)
        if part > 0:
            moves.append(Movement(key=_next_key(order, moves), minor=-part, reference=charge.reference))
            missing += part
    return replace(settled, movements=tuple(moves))


def asked_again(payment: Payment) -> Payment:
    """The payment with every refund that was refused due once more, under its own key."""
    moves = tuple(
        replace(move, state="due", tries=move.tries + 1, reason="") if _refused_refund(move) else move
        for move in payment.movements
    )
    return replace(payment, movements=moves)


def _refused_refund(move: Movement) -> bool:
    return move.minor < 0 and move.state in ("declined", "action")


def _next_key(order: str, moves: list[Movement]) -> str:
    return f"{order}-{len(moves) + 1}" if moves else order
