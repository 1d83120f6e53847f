"""A worker in a process of its own, to be killed: python -m tests.merchants.worker STORE"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import random

from skill.merchants.lease import Lease
from skill.merchants.rounds import make_rounds
from skill.merchants.telling import tell_due
from skill.merchants.webhooks import webhooks
from skill.storage.open import open_store
from skill.web.post import post

# Short, so that who comes after a dead one does not wait long.
LEASE = HELD = 0.5


def now() -> datetime:
    return datetime.now(UTC)


def main(spec: str) -> None:
    store = open_store(spec, shop="harbor", clock=now)

    def run(*, still: Callable[[], bool]) -> None:
        channels = webhooks(store, post=partial(post, allow_local=True, seconds=0.3), now=now)
        tell_due(store, channels=channels, now=now, chance=random, still=still, held=HELD)

    print("ready", flush=True)
    make_rounds(
        run,
        take=Lease(store, "orders").take,
        clock=now,
        stop=threading.Event(),
        holder=f"{random()}",
        pause=0.02,
        lease=LEASE,
    )


if __name__ == "__main__":
    main(sys.argv[1])
