"""The columns of a feed as types: each says how its text is read, and what of it is in doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from skill.catalogue.feed_text import plain
from skill.catalogue.feed_values import Unclear, measure, money, tenths_of_stars
from skill.commerce.money import Money
from skill.commerce.product import Measure

_MOST = 1_000_000_000
_HOLE = "\ufffd"


@dataclass(slots=True)
class Asides:
    """What a row is read with, and the doubts that come up: column, code, values."""

    currency: str | None
    doubts: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def doubt(self, column: str, unclear: Unclear) -> None:
        self.doubts.append((column, unclear.code, unclear.values))


def _custom(unclear: Unclear) -> PydanticCustomError:
    # The type names one of our kinds; the message is never shown.
    return PydanticCustomError(unclear.code, "unclear", dict(unclear.values))


def _asides(info: ValidationInfo) -> Asides:
    assert isinstance(info.context, Asides)
    return info.context


def _price(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, Money):
        return value
    try:
        return money(str(value), currency=_asides(info).currency)
    except Unclear as unclear:
        raise _custom(unclear) from None


def _sale(value: Any, info: ValidationInfo) -> Any:
    return None if value in ("", None) else _price(value, info)


def _whole(value: Any) -> Any:
    """A name or an id: a hole in it cannot be mended."""
    told = plain(str(value)).strip()
    if _HOLE in told:
        raise _custom(Unclear("garbled"))
    return told


def _told(value: Any, info: ValidationInfo) -> Any:
    told = plain(str(value)).strip()
    if _HOLE in told:
        _asides(info).doubt(str(info.field_name), Unclear("garbled_field"))
        return ""
    return told


def _measure(value: Any, info: ValidationInfo) -> Any:
    if value in ("", None) or isinstance(value, Measure):
        return value or None
    try:
        return measure(str(value))
    except Unclear as unclear:
        _asides(info).doubt(str(info.field_name), unclear)
        return None


def _stars(value: Any, info: ValidationInfo) -> Any:
    try:
        return 0 if value in ("", None) else tenths_of_stars(str(value))
    except Unclear as unclear:
        _asides(info).doubt(str(info.field_name), unclear)
        return 0


def _words(value: Any) -> Any:
    return tuple(re.split(r"[\s,]+", value.strip(" ,"))) if value and isinstance(value, str) else value or ()


def _phrases(value: Any) -> Any:
    return tuple(filter(None, map(str.strip, value.split(";")))) if isinstance(value, str) else value


def _parts(value: Any) -> Any:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def path(value: Any) -> Any:
    return tuple(filter(None, map(str.strip, plain(str(value)).split(">"))))


def _number(value: Any) -> Any:
    return None if value == "" else value


def _doubtful(value: Any, info: ValidationInfo) -> Any:
    """A count the shop can do without."""
    if value in ("", None):
        return None
    told = str(value).strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.0+)?", told):
        return int(told.partition(".")[0])
    _asides(info).doubt(str(info.field_name), Unclear("unreadable_number", text=told[:40]))
    return None


Text = Annotated[str, BeforeValidator(_told)]
Count = Annotated[Annotated[int, Field(ge=0, le=_MOST)] | None, BeforeValidator(_number)]
Doubtful = Annotated[int | None, BeforeValidator(_doubtful)]
Path = Annotated[tuple[str, ...], BeforeValidator(path)]
Name = Annotated[str, BeforeValidator(_whole)]
Price = Annotated[Money, BeforeValidator(_price)]
LowerPrice = Annotated[Money | None, BeforeValidator(_sale)]
Held = Annotated[Measure | None, BeforeValidator(_measure)]
Stars = Annotated[int, BeforeValidator(_stars)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases)]
Parts = Annotated[tuple[str, ...] | None, BeforeValidator(_parts)]
Limit = Annotated[Annotated[int, Field(ge=1, le=_MOST)] | None, BeforeValidator(_number)]
