"""The `[desk]` of a shop file: the people that shoppers are handed over to."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skill.commerce.contact import mailbox
from skill.commerce.desk import Desk
from skill.merchants.delivery_file import known_days, parse_span


class DeskEntry(BaseModel):
    """Where shoppers' wishes for a person go, and when and how fast somebody answers them."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(
        default="",
        max_length=254,
        description="Where each new case is written to, with its summary; nobody is when left out.",
    )
    minutes: int | None = Field(
        default=None,
        ge=0,
        le=1_440,
        description="How many minutes a shopper usually waits while somebody is there; said to them. "
        "The merchant API reports what it is just now.",
    )
    hours: dict[str, str] = Field(
        default_factory=dict,
        description='When somebody is there: a span like "09:00-17:00" or "closed" by weekday (mon … sun); '
        "as the shop is open when left out.",
    )

    @field_validator("email")
    @classmethod
    def _email(cls, value: str) -> str:
        if value and mailbox(value) != value:
            raise ValueError('is no e-mail address; write "desk@shop.example"')
        return value

    @field_validator("hours")
    @classmethod
    def _weekdays(cls, value: dict[str, str]) -> dict[str, str]:
        return known_days(value)

    def desk(self) -> Desk:
        days = {day: span for day, text in self.hours.items() if (span := parse_span(text))}
        return Desk(email=self.email, minutes=self.minutes, days=days)

    @classmethod
    def of(cls, desk: Desk) -> DeskEntry:
        """As it would be written; what was reported meanwhile is no part of it."""
        spans = {day: "-".join(at.isoformat("minutes") for at in span) for day, span in desk.days.items()}
        return cls(email=desk.email, minutes=desk.minutes, hours=spans)
