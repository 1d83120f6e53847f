"""A shop's facts as its merchant writes them: name, terms, hours and answers in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import get_currency_precision, is_currency
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from skill.commerce.contact import Coordinates
from skill.commerce.coupon import Coupon
from skill.commerce.merchant import Branch, Facts, Faq, Hours
from skill.commerce.totals import Terms
from skill.errors import BadInput
from skill.merchants.delivery_file import Delivery, Deposit, cash_step, known_days, parse_span
from skill.merchants.linking_file import LinkingEntry
from skill.merchants.mail_file import MailEntry
from skill.merchants.payment_file import PaymentEntry
from skill.merchants.privacy_file import PrivacyEntry
from skill.merchants.skill_file import SkillEntry
from skill.speech.locale import locales

Minor = Annotated[int, Field(ge=0)]
# What pydantic finds wrong, as the writer of a file wants to hear it.
_REMEDIES = {
    "extra_forbidden": "is not known here; correct its name or take it out",
    "missing": "is missing; write it",
}


class Orders(BaseModel):
    """`code_from`: the total, in minor units, from which an order asks for the shopper's voice code;
    `cash_rounding`: totals are whole coins of the currency, as where it is paid in cash at the door."""

    model_config = ConfigDict(extra="forbid")

    code_from: Minor = Terms(currency="USD").code_from
    cash_rounding: bool = False


class FaqEntry(BaseModel):
    """One answer, in the shop's language or by locale or language."""

    model_config = ConfigDict(extra="forbid")

    id: str
    questions: Annotated[list[str], Field(min_length=1)]
    answer: str | dict[str, str]


class CouponEntry(BaseModel):
    """A code that takes `percent` (basis points) or `amount` (minor units) off the lines, from `minimum`
    (minor units) on. `starts` and `ends` are a moment with its offset or a day of the shop, the last one
    included. `name` says what it gives, `heard` are other ways of saying the code; both in the shop's
    language or by language. `first_order`: for that one only; `once`: one order a shopper; `public`: told
    to whoever asks for coupons."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(pattern=r"^\w[\w -]{0,29}$")]
    percent: Annotated[int, Field(ge=1, le=10_000)] | None = None
    amount: Annotated[int, Field(ge=1)] | None = None
    minimum: Minor = 0
    starts: AwareDatetime | date | None = None
    ends: AwareDatetime | date | None = None
    first_order: bool = False
    once: bool = True
    public: bool = False
    name: str | dict[str, str] = {}
    heard: list[str] | dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _one_gift(self) -> Self:
        if (self.percent is None) is (self.amount is None):
            raise ValueError("give either percent or amount")
        return self

    def coupon(self, *, language: str, zone: ZoneInfo) -> Coupon:
        heard = self.heard if isinstance(self.heard, dict) else {language: self.heard}
        return Coupon(
            code=self.code,
            percent=self.percent or 0,
            amount=self.amount or 0,
            minimum=self.minimum,
            starts=_moment(self.starts, zone),
            ends=_moment(self.ends, zone, after=True),
            first=self.first_order,
            once=self.once,
            public=self.public,
            names=self.name if isinstance(self.name, dict) else {language: self.name},
            heard={language: tuple(said) for language, said in heard.items()},
        )


class StoreEntry(BaseModel):
    """A store where orders are collected: `name` and `address` as they are said, in the shop's language or
    by locale or language; `ready_minutes` of opening hours to pack an order; `hours` as the shop's when
    left out. Whoever wants the nearest store gets the one nearest to `latitude` and `longitude` (degrees), or
    the one of the `postcodes` that theirs begins with."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=50)]
    name: Annotated[str | dict[str, str], Field(min_length=1)]
    address: Annotated[str | dict[str, str], Field(min_length=1)]
    ready_minutes: Annotated[int, Field(ge=0, le=10_080)] = 120
    hours: dict[str, str] = {}
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    postcodes: list[Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z -]{0,19}$")]] = []

    @field_validator("hours")
    @classmethod
    def _weekdays(cls, value: dict[str, str]) -> dict[str, str]:
        return known_days(value)

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.latitude is None) is not (self.longitude is None):
            raise ValueError("give both latitude and longitude, or neither")
        return self

    def branch(self, *, language: str) -> Branch:
        known = self.latitude is not None and self.longitude is not None
        return Branch(
            id=self.id,
            names=self.name if isinstance(self.name, dict) else {language: self.name},
            addresses=self.address if isinstance(self.address, dict) else {language: self.address},
            ready_minutes=self.ready_minutes,
            hours=_hours(self.hours),
            place=Coordinates(self.latitude or 0.0, self.longitude or 0.0) if known else None,
            postcodes=tuple(self.postcodes),
        )


class ShopFile(BaseModel):
    """The shop file. `spoken_name` is what the shop is called in other languages; `tax` holds basis points by
    top category, "default" for the rest; `hours` a span like "08:00-20:00" or "closed" by weekday (mon …
    sun); `heard_as` how names nobody spells are heard: "La Croix" = ["la croy"]; `linking` whose customers
    may order (left out: whoever Alexa has linked); `payment` how cards are charged (left out: the merchant
    bills); `privacy` for how long what is kept of shoppers; `mail` whom letters to shoppers come from;
    `skill` what the skill store is told."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=50)]
    spoken_name: dict[str, str] = {}
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    locale: Annotated[str, Field(pattern="^[a-z]{2}-[A-Z]{2}$")] = "en-US"
    timezone: str = "UTC"
    tax_inclusive: bool = False
    tax: dict[str, Annotated[int, Field(ge=0, le=10_000)]] = {}
    delivery: Delivery = Delivery()
    deposit: Deposit = Deposit()
    orders: Orders = Orders()
    hours: dict[str, str] = {}
    faq: list[FaqEntry] = []
    heard_as: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    coupon: list[CouponEntry] = []
    store: list[StoreEntry] = []
    linking: LinkingEntry | None = None
    payment: PaymentEntry | None = None
    privacy: PrivacyEntry = PrivacyEntry()
    mail: MailEntry | None = None
    skill: SkillEntry | None = None

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
        return known_days(value)

    @field_validator("coupon")
    @classmethod
    def _codes(cls, value: list[CouponEntry]) -> list[CouponEntry]:
        _each_once("code", [entry.code.casefold() for entry in value])
        return value

    @field_validator("store")
    @classmethod
    def _stores(cls, value: list[StoreEntry]) -> list[StoreEntry]:
        _each_once("id", [entry.id for entry in value])
        return value

    @model_validator(mode="after")
    def _chargeable(self) -> Self:
        if self.payment:
            self.payment.chargeable(self.currency)
        return self

    def facts(self) -> Facts:
        """The facts, not yet tied to a catalogue version."""
        return Facts(
            name=self.name,
            names=self.spoken_name,
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
                code_from=self.orders.code_from,
                sku_deposits=self.deposit.sku,
                deposits=self.deposit.category,
                deposit_taxed=self.deposit.taxed,
                total_step=cash_step(self.currency) if self.orders.cash_rounding else 1,
            ),
            hours=_hours(self.hours),
            faqs=tuple(
                Faq(
                    entry.id,
                    tuple(entry.questions),
                    entry.answer if isinstance(entry.answer, dict) else {self.locale[:2]: entry.answer},
                )
                for entry in self.faq
            ),
            delivery_days=self.delivery.days,
            coupons=tuple(
                entry.coupon(language=self.locale[:2], zone=ZoneInfo(self.timezone)) for entry in self.coupon
            ),
            stores=tuple(entry.branch(language=self.locale[:2]) for entry in self.store),
            linking=self.linking.linking() if self.linking else None,
            cards=self.payment.cards() if self.payment else None,
            privacy=self.privacy.privacy(),
            mail=self.mail.mailing() if self.mail else None,
            skill=self.skill.publishing() if self.skill else None,
            spans=tuple(entry.span() for entry in self.delivery.window),
        )


def _hours(written: Mapping[str, str]) -> Hours | None:
    spans = {day: span for day, text in written.items() if (span := parse_span(text))}
    return Hours(spans) if written else None


def _moment(written: datetime | date | None, zone: ZoneInfo, *, after: bool = False) -> datetime | None:
    """The moment a coupon starts or, `after` its last day, ends."""
    if written is None or isinstance(written, datetime):
        return written
    return datetime.combine(written + timedelta(days=int(after)), time(), zone)


def _each_once(name: str, values: Sequence[str]) -> None:
    if twice := next((value for value in values if values.count(value) > 1), None):
        raise ValueError(f"{name} {twice!r} stands twice")


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
