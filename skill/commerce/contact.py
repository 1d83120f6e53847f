"""Who a shopper is to the carrier and the mail, as their account or their device tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

# A valid e-mail address as the HTML standard has it for its forms (4.10.5.1.5), with a dot in its domain and
# in its name none that mail servers refuse; lengths by RFC 5321, section 4.5.3.1.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"(?=.{{3,254}}\Z)(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")


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


# How long what was told of a shopper counts as known.
FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What account and device tell of a shopper now. `obstacle`, where there is no address: "consent" (the
    shopper has not allowed it), "unset" (the device has none), "away" (nobody answered) or "" (nobody was
    asked). `consent`: the e-mail address is there and not allowed."""

    contact: Contact
    obstacle: str = ""
    consent: bool = False


def fresh(contact: Contact | None, *, now: datetime) -> bool:
    """Whether what is known need not be asked again yet."""
    return contact is not None and contact.at is not None and timedelta() <= now - contact.at < FRESH


def mailbox(text: str) -> str:
    """The e-mail address in `text`; empty when it is none that every mail server takes. It holds no space and
    no line break."""
    text = text.strip()
    return text if _MAILBOX.fullmatch(text) else ""
