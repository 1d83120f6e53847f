"""Who a shopper is to the carrier and the mail, as their account or their device tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an order is brought: `lines` as on a letter, without city and code; `country` by ISO 3166."""

    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known at `at` (None: nothing was asked yet). `customer` is who the payment provider knows them
    as; `source` tells who said so: "account" or "device"."""

    name: str = ""
    email: str = ""
    address: Address | None = None
    customer: str = ""
    source: str = ""
    at: datetime | None = None
