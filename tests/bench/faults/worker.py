"""The worker: it settles money and tells the merchant, in the same weather as everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from skill.merchants.money import TURN, settle_open
from skill.merchants.telling import tell_due
from skill.merchants.webhooks import Endpoint, Webhook, add, endpoints, secret_of
from skill.web.post import post
from tests.bench.faults.world import Desk

SECRET = secret_of(b"a merchant's own thirty-two byte")
# An order that is not paid is kept for so long.
HOLD = timedelta(minutes=120)
# Rounds that are enough for anything that is tried again to be done with; and since a round tells a hundred
# events at most, and rests where the merchant has trouble, for each so many events one more.
_ROUNDS, _EVENTS = 60, 10


@dataclass
class Worker:
    """Does rounds at whichever process is given. What it tells by is a clock that is `ahead` of ours,
    a little more each round, so that what failed is due again in good time; money it settles `later` than
    now, as orders are held for hours only."""

    ahead: timedelta = timedelta()
    later: timedelta = TURN + timedelta(seconds=1)
    rounds: int = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def soon(self) -> datetime:
        return datetime.now(UTC) + self.later

    def open(self, desk: Desk, url: str) -> None:
        """Give the shop's merchant a webhook."""
        add(desk.app.store, Endpoint(id="merchant", url=url, secret=SECRET, created=datetime.now(UTC)))

    def round(self, desk: Desk) -> None:
        self.rounds += 1
        self.ahead += timedelta(seconds=60)
        store = desk.app.store
        settle_open(store, payments=desk.bank, now=self.soon, hold=HOLD)
        send = partial(post, allow_local=True, seconds=2.0)
        channels = [
            Webhook(endpoint=one, store=store, post=send, now=lambda: datetime.now(UTC))
            for one in endpoints(store)
        ]
        tell_due(store, channels=channels, now=self.now, chance=desk.weather.die.random, held=30.0)

    def until_quiet(self, desk: Desk) -> bool:
        """Rounds until nothing is due any more; whether that came to be."""
        ever = self.now() + timedelta(days=3650)
        waiting = len(desk.app.store.due_events(now=ever, limit=1_000_000))
        for _ in range(_ROUNDS + waiting // _EVENTS):
            self.ahead += timedelta(days=1)
            self.later += HOLD
            desk.survived(lambda: self.round(desk))
            ever = self.now() + timedelta(days=3650)
            if not desk.app.store.due_events(now=ever, limit=1) and not desk.app.store.unsettled(before=ever):
                return True
        return False
