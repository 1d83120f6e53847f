"""The worker: it settles money and tells the merchant, in the same weather as everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from skill.merchants.telling import tell_due
from skill.merchants.webhooks import Endpoint, Webhook, add, endpoints, secret_of
from skill.paying import settle
from skill.web.post import post
from tests.bench.faults.world import Desk

SECRET = secret_of(b"a merchant's own thirty-two byte")
# Rounds that are enough for anything that is tried again to be done with.
_ROUNDS = 60


@dataclass
class Worker:
    """Does rounds at whichever process is given. Its clock is `ahead` of ours, a little more each round: what
    failed is due again in good time."""

    ahead: timedelta = field(default_factory=timedelta)
    rounds: int = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def open(self, desk: Desk, url: str) -> None:
        """Give the shop's merchant a webhook."""
        add(desk.app.store, Endpoint(id="merchant", url=url, secret=SECRET, created=datetime.now(UTC)))

    def round(self, desk: Desk) -> None:
        self.rounds += 1
        self.ahead += timedelta(seconds=60)
        store = desk.app.store
        for order in store.unsettled(before=self.now()):
            settle(order, books=store, payments=desk.bank, now=self.now)
        send = partial(post, allow_local=True, seconds=2.0)
        channels = [
            Webhook(endpoint=one, store=store, post=send, now=lambda: datetime.now(UTC))
            for one in endpoints(store)
        ]
        tell_due(store, channels=channels, now=self.now, chance=desk.weather.die.random, held=30.0)

    def until_quiet(self, desk: Desk) -> bool:
        """Rounds until nothing is due any more; whether that came to be."""
        for _ in range(_ROUNDS):
            self.ahead += timedelta(days=1)
            desk.survived(lambda: self.round(desk))
            ever = self.now() + timedelta(days=365)
            if not desk.app.store.due_events(now=ever) and not self.open_orders(desk):
                return True
        return False

    def open_orders(self, desk: Desk) -> int:
        """Orders whose money is on its way. What waits for its shopper to mend a card is not."""
        return sum(1 for order in desk.app.store.unsettled(before=self.now()) if order.payment.open)
