"""A shop's facts as its merchant writes them: name, terms, hours and answers in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import get_currency_precision, is_currency
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from skill.commerce.merchant import WEEKDAYS, Facts, Faq, Hours
from skill.commerce.totals import Terms
from skill.errors import BadInput
from skill.speech.locale import locales

Minor = Annotated[int, Field(ge=0)]
# What pydantic finds wrong, as the writer of a file wants to hear it.
_REMEDIES = {
    "extra_forbidden": "is not known here; correct its name or take it out",
    "missing": "is missing; write it",
}


class Delivery(BaseModel):
    """Amounts in minor units; `days` from order to door."""

    model_config = ConfigDict(extra="forbid")

    fee: Minor = 0
    free_from: Minor | None = None
    minimum_order: Minor = 0
    days: Annotated[int, Field(ge=0, le=60)] = 2


class FaqEntry(BaseModel):
    """One answer, in the shop's language or by locale or language."""

    model_config = ConfigDict(extra="forbid")

    id: str
    questions: Annotated[list[str], Field(min_length=1)]
    answer: str | dict[str, str]


class ShopFile(BaseModel):
    """The shop file. `tax` holds basis points by top category, "default" for the rest; `hours` a span
    like "08:00-20:00" or "closed" by weekday (mon … sun); `heard_as` how names nobody spells are heard:
    "La Croix" = ["la croy"]."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=50)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    locale: Annotated[str, Field(pattern="^[a-z]{2}-[A-Z]{2}$")] = "en-US"
    timezone: str = "UTC"
    tax_inclusive: bool = False
    tax: dict[str, Annotated[int, Field(ge=0, le=10_000)]] = {}
    delivery: Delivery = Delivery()
    hours: dict[str, str] = {}
    faq: list[FaqEntry] = []
    heard_as: dict[str, Annotated[list[str], Field(min_length=1)]] = {}

    @field_validator("currency")
    @classmethod
    def _code(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError(f"{value!r} is no ISO 4217 code, as in USD")
        return value

    @field_validator("locale")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value[:2] not in {locale[:2] for locale in locales()}:
            raise ValueError(f"{value} is not spoken; there is {', '.join(locales())}")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value} is no IANA time zone, as in America/New_York")
        return str(ZoneInfo(value))

    @field_validator("hours")
    @classmethod
    def _weekdays(cls, value: dict[str, str]) -> dict[str, str]:
        for day, span in value.items():
            if day not in WEEKDAYS:
                raise ValueError(f"{day} is none of {', '.join(WEEKDAYS)}")
            parse_span(span)
        return value

    def facts(self) -> Facts:
        """The facts, not yet tied to a catalogue version."""
        spans = {day: span for day, text in self.hours.items() if (span := parse_span(text))}
        return Facts(
            name=self.name,
            catalogue="",
            locale=self.locale,
            timezone=self.timezone,
            terms=Terms(
                currency=self.currency,
                minor_digits=get_currency_precision(self.currency),
                tax_inclusive=self.tax_inclusive,
                tax_rates=self.tax,
                delivery_fee=self.delivery.fee,
                free_delivery_from=self.delivery.free_from,
                minimum_order=self.delivery.minimum_order,
            ),
            hours=Hours(spans) if self.hours else None,
            faqs=tuple(
                Faq(
                    entry.id,
                    tuple(entry.questions),
                    entry.answer if isinstance(entry.answer, dict) else {self.locale[:2]: entry.answer},
                )
                for entry in self.faq
            ),
            delivery_days=self.delivery.days,
        )


def parse_span(text: str) -> tuple[time, time] | None:
    """ "08:00-20:00" as two times, "closed" as None. Raises ValueError."""
    if text == "closed":
        return None
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f'{text!r} is no span; write "08:00-20:00" or "closed"') from None
    if opens >= closes:
        raise ValueError(f"{text!r} closes before it opens")
    return opens, closes


def read_shop(path: Path) -> Facts:
    """The facts of a shop file. Raises BadInput naming file, place and remedy."""
    return _read(path).facts()


def read_heard(path: Path) -> Mapping[str, Sequence[str]]:
    """How names are heard, from a shop file. Raises BadInput as `read_shop` does."""
    return _read(path).heard_as


def _read(path: Path) -> ShopFile:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: is not TOML: {error}") from error
    try:
        return ShopFile.model_validate(raw)
    except ValidationError as error:
        raise BadInput(f"{path}: {first_problem(error)}") from error


def first_problem(error: ValidationError) -> str:
    """The first thing pydantic found wrong, as "place: what"."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole file"
    more = len(error.errors()) - 1
    message = _REMEDIES.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" + (f" (and {more} more)" if more else "")
