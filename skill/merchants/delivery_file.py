"""What a shop file says of delivery: what it costs, when it comes, and the deposit on what is brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated

from babel.core import get_global
from pydantic import BaseModel, ConfigDict, Field, field_validator

from skill.commerce.window import CLOSES, WEEKDAYS, Span

Minor = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
# A week: who plans further ahead than that delivers by appointment.
_CLOSES = 10_080


class WindowEntry(BaseModel):
    """A span of a day in which orders come to the door: `between` as in "17:00-19:00", where the shop is, on
    each of `days` (mon … sun). Orders for it are taken until `closes` minutes before it begins."""

    model_config = ConfigDict(extra="forbid")

    between: str
    days: Annotated[list[str], Field(min_length=1)] = list(WEEKDAYS)
    closes: Annotated[int, Field(ge=0, le=_CLOSES)] = CLOSES

    @field_validator("between")
    @classmethod
    def _times(cls, value: str) -> str:
        if parse_span(value) is None:
            raise ValueError('"closed" is no window; leave the day out of `days`')
        return value

    @field_validator("days")
    @classmethod
    def _weekdays(cls, value: list[str]) -> list[str]:
        if unknown := next((day for day in value if day not in WEEKDAYS), None):
            raise ValueError(f"{unknown} is none of {', '.join(WEEKDAYS)}")
        return [day for day in WEEKDAYS if day in value]

    def span(self) -> Span:
        times = parse_span(self.between)
        assert times is not None
        return Span(days=tuple(self.days), starts=times[0], ends=times[1], closes=self.closes)


class Delivery(BaseModel):
    """Amounts in minor units; `days` from order to door, where there are no windows. `window`: when orders
    come to the door; a shopper chooses one, or gets the next."""

    model_config = ConfigDict(extra="forbid")

    fee: Minor = 0
    free_from: Minor | None = None
    minimum_order: Minor = 0
    days: Annotated[int, Field(ge=0, le=60)] = 2
    window: list[WindowEntry] = []


class Deposit(BaseModel):
    """What comes back with the bottles, in minor units for one piece: by `category` (the top one), and by
    `sku` where one has another. `taxed`: whether tax is paid on it, at the rate of the product."""

    model_config = ConfigDict(extra="forbid")

    category: dict[str, Minor] = {}
    sku: dict[str, Minor] = {}
    taxed: bool = False


def parse_span(text: str) -> tuple[time, time] | None:
    """ "08:00-20:00" as two times, "closed" as None. Raises ValueError."""
    if text == "closed":
        return None
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f'{text!r} is no span; write "08:00-20:00" or "closed"') from None
    if opens.tzinfo or closes.tzinfo:
        raise ValueError(f"{text!r} names a time zone; a shop keeps the time of its place")
    if opens >= closes:
        raise ValueError(f"{text!r} closes before it opens")
    return opens, closes


def known_days(hours: dict[str, str]) -> dict[str, str]:
    """Hours by weekday as they were written. Raises ValueError when one is none."""
    for day, span in hours.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day} is none of {', '.join(WEEKDAYS)}")
        parse_span(span)
    return hours


def cash_step(currency: str) -> int:
    """How many minor units the smallest coin of a currency is, by CLDR: 5 for CHF, 1 for USD."""
    fractions: Mapping[str, tuple[int, int, int, int]] = get_global("currency_fractions")
    digits, _, cash_digits, step = fractions.get(currency, fractions["DEFAULT"])
    return int(max(1, step) * 10 ** (digits - cash_digits))
