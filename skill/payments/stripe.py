"""Cards charged by Stripe: the shopper's saved payment method, while they only talk.

A charge is a PaymentIntent that is begun first, moving nothing, and confirmed only once its id is on record
(`skill.paying.Begun`): Stripe forgets idempotency keys after a day, and an order may be found later than
that. A shopper who tries again has the same PaymentIntent confirmed again. A charge nobody waits for any more
is cancelled, after which it cannot succeed; a refund is looked for before it is made.
https://docs.stripe.com/payments/paymentintents/lifecycle, https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

from skill.commerce.order import Order
from skill.commerce.payment import NOT_CHARGED, Movement
from skill.commerce.url import is_safe_url
from skill.errors import BadInput
from skill.paying import Begun, Declined, Moved, Outcome, Unknown, Void

if TYPE_CHECKING:
    import stripe
    from stripe import V1Services

API = "https://api.stripe.com"
# Seconds until an answer is no longer waited for. A turn begins a charge and makes it, or withdraws one and
# gives it back, and has six seconds in all.
TO_BEGIN, TO_CHARGE, TO_WITHDRAW, TO_REFUND = 1.5, 3.5, 2.0, 2.5
_TO_CONNECT = 1.0
# Amounts are in a currency's smallest unit as Stripe sees it: https://docs.stripe.com/currencies
_NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_REASONS = {"expired_card": "expired", "insufficient_funds": "funds"}
# More than these wait in line.
_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="stripe")
log = logging.getLogger("sayso")


class Stripe:
    """Implements `skill.paying.Payments` with the account of `secret`; amounts of an order have
    `minor_digits` decimals. Every call ends within the seconds above, `Unknown` where Stripe took longer.
    Safe to share between threads. Raises BadInput for a secret that is none, and for an `api` that others
    could listen to."""

    def __init__(self, secret: str, *, minor_digits: int, api: str = API) -> None:
        if not secret.startswith(("sk_", "rk_")):
            raise BadInput("the secret key of Stripe begins with sk_ or rk_: set the variable to it")
        if not is_safe_url(api):
            raise BadInput(f"{api!r} is no safe address of Stripe: write https://…")
        self._secret, self._api, self._digits = secret, api.rstrip("/"), minor_digits

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        if not movement.reference:
            # The library takes its time to load, which is not the provider's.
            self._client()
            return _within(TO_BEGIN, lambda: self._begun(movement, order))
        return _within(TO_CHARGE, lambda: self._charged(movement, order))

    def refund(self, movement: Movement, *, order: Order) -> Outcome:
        return _within(TO_REFUND, lambda: self._refunded(movement, order))

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:  # noqa: ARG002
        if not movement.reference:
            # What is not on record was never confirmed, and never will be.
            return Void()
        return _within(TO_WITHDRAW, lambda: self._withdrawn(movement))

    def _begun(self, movement: Movement, order: Order, *, instead_of: str = "") -> Outcome:
        customer = order.payment.customer
        amount = self._amount(movement.minor, order)
        if amount is None:
            return Declined("refused")
        if not customer:
            return Declined("no_card")
        # Of one that was refused there is none yet: its next try may be another customer's.
        parts = [movement.key, str(movement.tries) if movement.tries > 1 else "", instead_of]
        intent = self._client().payment_intents.create(
            {
                "amount": amount,
                "currency": order.totals.total.currency.lower(),
                "customer": customer,
                "metadata": _metadata(movement, order),
                "allowed_payment_method_types": ["card"],
            },
            {"idempotency_key": "-".join(filter(None, parts))},
        )
        return Begun(intent.id)

    def _charged(self, movement: Movement, order: Order) -> Outcome:
        client, customer = self._client(), order.payment.customer
        intent = client.payment_intents.retrieve(movement.reference)
        known = _outcome(intent)
        if known is not None:
            return known
        if intent.status == "canceled":
            return self._begun(movement, order, instead_of=intent.id)
        card = self._card(customer) if customer else None
        if card is None:
            return Declined("no_card", intent.id)
        if intent.customer != customer:
            client.payment_intents.update(intent.id, {"customer": customer})
        confirmed = client.payment_intents.confirm(
            intent.id,
            {"payment_method": card, "off_session": True},
            {"idempotency_key": f"{movement.key}-{movement.tries}-{card}"},
        )
        return _outcome(confirmed) or Unknown()

    def _card(self, customer: str) -> str | None:
        """The card a customer pays with: the one they chose, else the newest they saved."""
        client = self._client()
        known = client.customers.retrieve(customer)
        chosen = known.invoice_settings.default_payment_method if known.invoice_settings else None
        if chosen:
            return chosen if isinstance(chosen, str) else chosen.id
        saved = client.payment_methods.list({"customer": customer, "type": "card", "limit": 1})
        return saved.data[0].id if saved.data else None

    def _withdrawn(self, movement: Movement) -> Outcome:
        import stripe

        client = self._client()
        try:
            intent = client.payment_intents.cancel(movement.reference)
        except stripe.InvalidRequestError:
            # It has come to an end already: which one?
            intent = client.payment_intents.retrieve(movement.reference)
        if intent.status == "canceled":
            return Void(intent.id)
        return Moved(intent.id) if intent.status == "succeeded" else Unknown()

    def _refunded(self, movement: Movement, order: Order) -> Outcome:
        client, amount = self._client(), self._amount(-movement.minor, order)
        if amount is None:
            return Declined("refused")
        made = client.refunds.list({"payment_intent": movement.reference, "limit": 100})
        for refund in made.auto_paging_iter():
            ours = refund.metadata is not None and refund.metadata.to_dict().get("movement") == movement.key
            if ours and refund.status not in ("failed", "canceled"):
                return Moved(refund.id)
        refund = client.refunds.create(
            {
                "payment_intent": movement.reference,
                "amount": amount,
                "metadata": _metadata(movement, order),
            },
            {"idempotency_key": movement.key + (f"-{movement.tries}" if movement.tries > 1 else "")},
        )
        return Declined("refused") if refund.status in ("failed", "canceled") else Moved(refund.id)

    def _amount(self, minor: int, order: Order) -> int | None:
        """What Stripe calls the amount; None where it cannot be charged to the unit."""
        currency = order.totals.total.currency
        if currency in NOT_CHARGED["stripe"]:
            return None
        digits = 0 if currency in _NO_DECIMALS else 2
        scaled, rest = divmod(minor * 10**digits, 10**self._digits)
        return None if rest else scaled

    def _client(self) -> V1Services:
        return _client(self._secret, self._api).v1


@lru_cache(maxsize=64)
def _client(secret: str, api: str) -> stripe.StripeClient:
    # Only now: it takes its time, and most turns charge nobody.
    import stripe

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        secret,
        base_addresses={"api": api},
        # Whoever settles the order asks again.
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=(_TO_CONNECT, TO_CHARGE)),
    )


def _metadata(movement: Movement, order: Order) -> dict[str, str]:
    return {"order": order.id, "number": order.number, "movement": movement.key}


def _outcome(intent: stripe.PaymentIntent) -> Outcome | None:
    """What became of a PaymentIntent; None while it can be confirmed, or is cancelled."""
    match intent.status:
        case "succeeded":
            return Moved(intent.id)
        case "processing" | "requires_capture":
            return Unknown()
        case "requires_action":
            return Declined("declined", intent.id, action=True)
        case _:
            return None


def _within(seconds: float, ask: Callable[[], Outcome]) -> Outcome:
    """The answer, if it comes within `seconds`: no timeout of a socket covers the look-up of a name, nor a
    server that sends a byte a second."""
    asked = _pool.submit(_told, ask)
    try:
        return asked.result(timeout=seconds)
    except TimeoutError:
        asked.cancel()
        log.warning("stripe: no answer within %g s", seconds)
        return Unknown()


def _told(ask: Callable[[], Outcome]) -> Outcome:
    """What Stripe's errors mean: https://docs.stripe.com/error-handling"""
    import stripe

    try:
        return ask()
    except stripe.CardError as error:
        return _declined(error)
    except stripe.InvalidRequestError as error:
        intent = error.error.payment_intent if error.error else None
        if error.code == "payment_intent_unexpected_state" or error.http_status in (409, 429):
            # Somebody else is at it, or was.
            return Unknown()
        if error.code == "resource_missing" and error.param == "customer":
            return Declined("no_card")
        log.error("stripe refused a request: %s %s", error.http_status, error.code)
        return Declined("refused", intent.id if intent else "")
    except stripe.StripeError as error:
        log.warning("stripe did not answer: %s %s", type(error).__name__, error.http_status)
        return Unknown()


def _declined(error: stripe.CardError) -> Outcome:
    code = error.code or ""
    decline = (error.error.decline_code if error.error else None) or ""
    if "authentication" in code or "authentication" in decline:
        return Declined("declined", action=True)
    return Declined(_REASONS.get(decline) or _REASONS.get(code) or "declined")
