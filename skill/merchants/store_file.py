"""The `[[store]]` of a shop file: where orders are collected, and opening hours as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.contact import Coordinates
from skill.commerce.hours import Hours
from skill.commerce.merchant import Branch
from skill.merchants.delivery_file import known_days, parse_span
from skill.merchants.written import by_language


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
            names=by_language(self.name, language),
            addresses=by_language(self.address, language),
            ready_minutes=self.ready_minutes,
            hours=hours_of(self.hours),
            place=Coordinates(self.latitude or 0.0, self.longitude or 0.0) if known else None,
            postcodes=tuple(self.postcodes),
        )


def hours_of(written: Mapping[str, str]) -> Hours | None:
    """Opening hours by weekday; None where none are written."""
    spans = {day: span for day, text in written.items() if (span := parse_span(text))}
    return Hours(spans) if written else None
