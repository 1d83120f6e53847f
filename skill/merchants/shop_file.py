"""A shop's facts as its merchant writes them: name, terms, hours and answers in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import get_currency_precision, is_currency
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from skill.commerce.hours import Hours
from skill.commerce.merchant import Facts, Faq
from skill.commerce.totals import Terms
from skill.errors import BadInput
from skill.manual import SHOP_FILE
from skill.merchants.coupon_file import CouponEntry
from skill.merchants.delivery_file import Delivery, Deposit, cash_step, known_days
from skill.merchants.desk_file import DeskEntry
from skill.merchants.experiment_file import ExperimentEntry, each_apart
from skill.merchants.greeting_file import AfterwardsEntry, GreetingEntry
from skill.merchants.hours_file import ExceptEntry
from skill.merchants.linking_file import LinkingEntry
from skill.merchants.mail_file import MailEntry
from skill.merchants.notices_file import NoticesEntry
from skill.merchants.options_file import OptionsEntry
from skill.merchants.payment_file import PaymentEntry
from skill.merchants.privacy_file import PrivacyEntry
from skill.merchants.problems import Fault, faults
from skill.merchants.recommend_file import RecommendEntry
from skill.merchants.returns_file import ReturnsEntry
from skill.merchants.skill_file import SkillEntry
from skill.merchants.store_file import StoreEntry, hours_of
from skill.merchants.written import by_language, each_once
from skill.speech.locale import locales

Minor = Annotated[int, Field(ge=0)]


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


class ShopFile(BaseModel):
    """The shop file. `spoken_name` is what the shop is called in other languages; `tax` holds basis points by
    top category, "default" for the rest; `hours` a span like "08:00-20:00" or "closed" by weekday (mon …
    sun), `hours_except` days with hours of their own; `heard_as` how names nobody spells are heard:
    "La Croix" = ["la croy"]; `linking` whose customers may order (left out: whoever Alexa has linked);
    `payment` how cards are charged (left out: the merchant bills); `privacy` for how long what is kept of
    shoppers; `mail` whom letters to shoppers come from; `desk` the people shoppers are handed over to;
    `returns` for how long things may come back; `notices` what shoppers may be told outside of conversations
    (none: nothing); `options` what may be chosen about a product; `experiment` which wordings are compared;
    `recommend` what is asked before something is recommended, and said unasked; `greeting` what is said
    first, `afterwards` what comes after an order; `skill` what the skill store is told."""

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
    hours_except: list[ExceptEntry] = []
    faq: list[FaqEntry] = []
    heard_as: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    coupon: list[CouponEntry] = []
    store: list[StoreEntry] = []
    linking: LinkingEntry | None = None
    payment: PaymentEntry | None = None
    privacy: PrivacyEntry = PrivacyEntry()
    mail: MailEntry | None = None
    notices: NoticesEntry | None = None
    desk: DeskEntry = DeskEntry()
    returns: ReturnsEntry | None = None
    skill: SkillEntry | None = None
    options: list[OptionsEntry] = []
    experiment: list[ExperimentEntry] = []
    recommend: RecommendEntry = RecommendEntry()
    greeting: GreetingEntry = GreetingEntry()
    afterwards: AfterwardsEntry = AfterwardsEntry()

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
        if value not in _zones():
            raise ValueError(f"{value} is no IANA time zone, as in America/New_York")
        return str(ZoneInfo(value))

    @field_validator("hours")
    @classmethod
    def _weekdays(cls, value: dict[str, str]) -> dict[str, str]:
        return known_days(value)

    @field_validator("coupon")
    @classmethod
    def _codes(cls, value: list[CouponEntry]) -> list[CouponEntry]:
        each_once("code", [entry.code.casefold() for entry in value])
        return value

    @field_validator("store")
    @classmethod
    def _stores(cls, value: list[StoreEntry]) -> list[StoreEntry]:
        each_once("id", [entry.id for entry in value])
        return value

    @field_validator("options")
    @classmethod
    def _groups(cls, value: list[OptionsEntry]) -> list[OptionsEntry]:
        each_once("id", [entry.id for entry in value])
        return value

    @field_validator("experiment")
    @classmethod
    def _experiments(cls, value: list[ExperimentEntry]) -> list[ExperimentEntry]:
        each_apart(value)
        return value

    @field_validator("hours_except")
    @classmethod
    def _special_days(cls, value: list[ExceptEntry]) -> list[ExceptEntry]:
        each_once("date", [entry.day.isoformat() for entry in value])
        return value

    @model_validator(mode="after")
    def _open_at_all(self) -> Self:
        if self.hours_except and not self.hours:
            raise ValueError("hours_except needs hours, from which it is the exception; write [hours]")
        return self

    @model_validator(mode="after")
    def _chargeable(self) -> Self:
        if self.payment:
            self.payment.chargeable(self.currency)
        for entry in self.experiment:
            entry.experiment(language=self.locale[:2])
        return self

    def _opening(self) -> Hours | None:
        hours = hours_of(self.hours)
        special = tuple(entry.special(language=self.locale[:2]) for entry in self.hours_except)
        return replace(hours, special=special) if hours else None

    @model_validator(mode="after")
    def _given(self) -> Self:
        self.afterwards.given(frozenset(entry.code for entry in self.coupon))
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
            hours=self._opening(),
            faqs=tuple(
                Faq(
                    entry.id,
                    tuple(entry.questions),
                    by_language(entry.answer, self.locale[:2]),
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
            notices=self.notices.notifying() if self.notices else None,
            desk=self.desk.desk(),
            returns_days=self.returns.days if self.returns else None,
            skill=self.skill.publishing() if self.skill else None,
            options=tuple(entry.group(language=self.locale[:2]) for entry in self.options),
            experiments=tuple(entry.experiment(language=self.locale[:2]) for entry in self.experiment),
            recommend=self.recommend.recommending(language=self.locale[:2]),
            spans=tuple(entry.span() for entry in self.delivery.window),
            greetings=self.greeting.greetings(language=self.locale[:2]),
            afterwards=self.afterwards.afterwards(),
        )


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    # They are looked for on the disk.
    return frozenset(available_timezones())


def read_shop(path: Path) -> Facts:
    """The facts of a shop file. Raises BadInput naming file, place and remedy."""
    return _read(path).facts()


def read_heard(path: Path) -> Mapping[str, Sequence[str]]:
    """How names are heard, from a shop file. Raises BadInput as `read_shop` does."""
    return _read(path).heard_as


def schema() -> dict[str, Any]:
    """The JSON Schema of a shop file, for editors: "#:schema FILE" in its first line."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ShopFile.model_json_schema()}


def faults_of(path: Path) -> tuple[Fault, ...]:
    """All that is wrong with a shop file, line by line. Raises BadInput where it cannot be read at all."""
    text, raw = _toml(path)
    try:
        ShopFile.model_validate(raw)
    except ValidationError as error:
        return faults(error, text=text, form=ShopFile)
    return ()


def _read(path: Path) -> ShopFile:
    _, raw = _toml(path)
    try:
        return ShopFile.model_validate(raw)
    except ValidationError:
        first, *more = faults_of(path)
        where = f"{path}:{first.line}" if first.line else str(path)
        told = f" (and {len(more)} more; 'sayso shop check' tells all)" if more else ""
        raise BadInput(f"{where}: {first}{told}", topic=SHOP_FILE) from None


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}", topic=SHOP_FILE) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: is not TOML: {error}", topic=SHOP_FILE) from error
