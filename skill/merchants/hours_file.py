"""The `[[hours_except]]` of a shop file: days that are not as their weekday."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skill.commerce.hours import Special
from skill.merchants.delivery_file import parse_span
from skill.merchants.written import by_language


class ExceptEntry(BaseModel):
    """A holiday, or any other day the shop keeps other hours on, or none."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    day: date = Field(alias="date", description="The day, as in 2026-12-25.")
    hours: str = Field(default="closed", description='A span like "09:00-14:00", or "closed".')
    name: str | dict[str, str] = Field(
        default_factory=dict,
        description="What the day is called, in the shop's language or by locale or language.",
    )

    @field_validator("hours")
    @classmethod
    def _span(cls, value: str) -> str:
        parse_span(value)
        return value

    def special(self, *, language: str) -> Special:
        return Special(self.day, parse_span(self.hours), by_language(self.name, language))

    @classmethod
    def of(cls, special: Special) -> ExceptEntry:
        """As it would be written."""
        span = "-".join(at.isoformat("minutes") for at in special.span) if special.span else "closed"
        return cls(date=special.day, hours=span, name=dict(special.names))
