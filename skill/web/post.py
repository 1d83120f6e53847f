"""Sending a message to an address that a merchant names: with the caution of `skill.web.fetch`, and once."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from skill.merchants.sources import NotFetched
from skill.merchants.webhooks import NotSent
from skill.web.lines import Net, Time
from skill.web.places import place_of
from skill.web.request import answered

# Seconds from the first sign to the answer's head.
SECONDS = 10.0
_NET = Net()


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float = SECONDS,
    allow_local: bool = False,
    net: Net = _NET,
) -> int:
    """The status `url` answers with; its body is not read and a redirect not followed. `https:` only, and
    no address that is not public; with `allow_local` this machine's own too, and there `http:`. All within
    `seconds`. Raises NotSent with a reason that can be shown."""
    time = Time(ends=monotonic() + seconds, quiet=seconds)
    try:
        place = place_of(url, allow_local=allow_local)
        with answered(
            place, method="POST", body=body, headers=headers, net=net, time=time, allow_local=allow_local
        ) as response:
            return response.status
    except NotFetched as error:
        if time.left <= 0:
            raise NotSent(f"no answer within {seconds:g} seconds") from error
        # The address stands beside it wherever it is shown.
        raise NotSent(str(error).partition(": ")[2].partition(";")[0]) from error
