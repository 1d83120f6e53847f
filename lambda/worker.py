"""The worker on AWS Lambda: called once a minute, it sees to what the orders of all shops are due."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from typing import Any

from skill.deployment import Shops, see_to_all_orders
from skill.logs import guard_logs
from skill.merchants.lease import Lease
from skill.merchants.rounds import ORDERS_LEASE
from skill.operations import onlambda
from skill.settings import from_environment

log = logging.getLogger("sayso")
# Seconds kept for the piece of work in hand when the time is nearly up: one message to one endpoint.
SPARE = 15.0
guard_logs()
shops = Shops(from_environment(os.environ))
tell = onlambda.rounds(os.environ)


def lambda_handler(_event: Any, context: Any) -> dict[str, int]:
    """Rounds until nothing is due, within the time there is; how much was done. Of several workers one
    works, and what is left is the next call's."""
    return {
        "done": rounds(holder=context.aws_request_id, seconds=context.get_remaining_time_in_millis() / 1000)
    }


def rounds(*, holder: str, seconds: float, local: bool = False) -> int:
    """As `lambda_handler`, within `seconds`. `local`: this machine's own addresses may be posted to."""
    ends = time.monotonic() + seconds - SPARE
    lease, clock = Lease(shops.main.store, "orders"), shops.main.clock

    def still() -> bool:
        now = clock()
        return time.monotonic() < ends and lease.take(
            holder, now=now, until=now + timedelta(seconds=ORDERS_LEASE)
        )

    total = 0
    while still() and (done := see_to_all_orders(shops, local=local, still=still, tell=tell)):
        total += done
    # Given back, if it is still ours.
    now = clock()
    lease.take(holder, now=now, until=now)
    return total
