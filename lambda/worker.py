"""The worker on AWS Lambda: it sees to what the orders of all shops are due. Called when the table's stream
says that there is something to tell, and once a minute for what is due again; and every few hours to count
what is bought together, which is due once a day."""

from __future__ import annotations

import logging
import os
import re
import time
from datetime import timedelta
from typing import Any

from skill.deployment import Shops, see_to_all_orders, see_to_pairs
from skill.logs import guard_logs
from skill.merchants.lease import Lease
from skill.merchants.rounds import ORDERS_LEASE
from skill.operations import onlambda
from skill.settings import from_environment

log = logging.getLogger("sayso")
# What the template has the slower schedule say.
COUNT = {"count": "together"}
# Seconds kept for the piece of work in hand when the time is nearly up: one message to one endpoint.
SPARE = 15.0
# Seconds a call by the stream waits for another worker: longer than one that died keeps its lease; and those
# before it asks again.
WAIT, PAUSE = ORDERS_LEASE + 5.0, 1.0
# The partitions of events that wait, of all shops, as skill/storage/layout_orders.py names them.
_WAITING = re.compile(r"#OUT#\d$")
guard_logs()
shops = Shops(from_environment(os.environ))
tell = onlambda.rounds(os.environ)


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Rounds until nothing is due, within the time there is. Called by the schedule, it says how much was
    done (or, told to COUNT, in how many shops it was due); by the table's stream, from which of the records
    on it is to be called again: from the first where its time ran out. Of several workers one works, and what
    is left is the next call's."""

    def left() -> float:
        seconds: float = context.get_remaining_time_in_millis() / 1000
        return seconds

    holder: str = context.aws_request_id
    if event == COUNT:
        ends = time.monotonic() + left() - SPARE
        return {"counted": see_to_pairs(shops, still=lambda: time.monotonic() < ends)}
    if not isinstance(event, dict) or "Records" not in event:
        return {"done": rounds(holder=holder, seconds=left())}
    if new := [record["dynamodb"]["SequenceNumber"] for record in event["Records"] if is_news(record)]:
        rounds(holder=holder, seconds=left(), wait=WAIT)
    late = new[:1] if left() <= SPARE else []
    return {"batchItemFailures": [{"itemIdentifier": number} for number in late]}


def is_news(record: Any) -> bool:
    """Whether a record of the stream says that there is something to tell. The template's filter lets nothing
    else through; should it ever, the worker does not answer to its own writes."""
    partition: str = record["dynamodb"]["Keys"]["PK"]["S"]
    return record["eventName"] == "INSERT" and _WAITING.search(partition) is not None


def rounds(*, holder: str, seconds: float, wait: float = 0.0, local: bool = False) -> int:
    """How much was done within `seconds`. `wait`: for so many of them, until another worker is done: it may
    have looked for the last time before what this call is about was written. `local`: this machine's own
    addresses may be posted to."""
    begun = time.monotonic()
    ends = begun + seconds - SPARE
    lease, clock = Lease(shops.main.store, "orders"), shops.main.clock

    def still() -> bool:
        now = clock()
        return time.monotonic() < ends and lease.take(
            holder, now=now, until=now + timedelta(seconds=ORDERS_LEASE)
        )

    while not still():
        if time.monotonic() + PAUSE > min(begun + wait, ends):
            return 0
        time.sleep(PAUSE)
    total = 0
    while still() and (done := see_to_all_orders(shops, local=local, still=still, tell=tell)):
        total += done
    # Given back, if it is still ours.
    now = clock()
    lease.take(holder, now=now, until=now)
    return total
