"""Waiting where DynamoDB puts off what it was asked."""

from __future__ import annotations

import random
import time

# With pauses of up to 0.3 s, two seconds at most: a voice turn has eight.
MAX_PAUSES = 9


def pause(pauses: int) -> int:
    """Sleep a little, longer each time and never in step with others; the count of pauses so far.
    Raises TimeoutError after MAX_PAUSES."""
    if pauses == MAX_PAUSES:
        raise TimeoutError("DynamoDB kept putting this off: the table is throttled or its items are locked")
    time.sleep(random.uniform(0, min(0.3, 0.02 * 2**pauses)))
    return pauses + 1
