"""The `[[coupon]]` of a shop file: codes that take something off."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from skill.commerce.coupon import Coupon
from skill.merchants.written import by_language

Minor = Annotated[int, Field(ge=0)]


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
        heard = by_language(self.heard, language)
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
            names=by_language(self.name, language),
            heard={language: tuple(said) for language, said in heard.items()},
        )


def _moment(written: datetime | date | None, zone: ZoneInfo, *, after: bool = False) -> datetime | None:
    """The moment a coupon starts or, `after` its last day, ends."""
    if written is None or isinstance(written, datetime):
        return written
    return datetime.combine(written + timedelta(days=int(after)), time(), zone)
