"""The `[greeting]` and `[afterwards]` of a shop file: what is said first, and what comes after an order."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skill.commerce.afterwards import Afterwards
from skill.commerce.greeting import Greetings
from skill.merchants.written import by_language

# One breath, with what is said after it.
Spoken = Annotated[str, Field(min_length=1, max_length=200)]


class GreetingEntry(BaseModel):
    """What is said to who opens the shop for the first time (`new`) and to who comes back (`returning`), in
    the shop's language or by locale or language; left out, the shop's own words are said. What waits in the
    cart or is on its way goes before."""

    model_config = ConfigDict(extra="forbid")

    new: Annotated[
        Spoken | dict[str, Spoken], Field(description="Said to who opens the shop for the first time")
    ] = {}
    returning: Annotated[Spoken | dict[str, Spoken], Field(description="Said to who comes back")] = {}

    @classmethod
    def of(cls, greetings: Greetings) -> GreetingEntry:
        """As it would be written."""
        return cls.model_construct(new=dict(greetings.new), returning=dict(greetings.returning))

    def greetings(self, *, language: str) -> Greetings:
        return Greetings(new=by_language(self.new, language), returning=by_language(self.returning, language))


class AfterwardsEntry(BaseModel):
    """After an order: `rating` asks once how it was; `reward` is the code of a coupon in return for the
    first rating or, with `reward_orders`, for so many orders; `friend` the code of the coupon for who refers
    a friend and for the friend. Both codes are among the shop's coupons."""

    model_config = ConfigDict(extra="forbid")

    rating: Annotated[bool, Field(description="Ask once after an order came how many stars it gets")] = True
    reward: Annotated[str, Field(max_length=30, description="The coupon in return, by its code")] = ""
    reward_orders: Annotated[
        int, Field(ge=0, le=100, description="For so many orders; 0: for the first rating")
    ] = 0
    friend: Annotated[
        str, Field(max_length=30, description="The coupon for a friend and for who referred them")
    ] = ""

    @field_validator("reward", "friend")
    @classmethod
    def _trimmed(cls, value: str) -> str:
        return value.strip()

    @classmethod
    def of(cls, afterwards: Afterwards) -> AfterwardsEntry:
        """As it would be written."""
        return cls.model_construct(
            rating=afterwards.rating,
            reward=afterwards.reward,
            reward_orders=afterwards.reward_orders,
            friend=afterwards.friend,
        )

    def afterwards(self) -> Afterwards:
        return Afterwards(**self.model_dump())

    def given(self, codes: frozenset[str]) -> None:
        """Raises ValueError where a code is none of the shop's coupons."""
        for name, code in (("reward", self.reward), ("friend", self.friend)):
            if code and code not in codes:
                raise ValueError(
                    f"afterwards.{name}: no [[coupon]] has the code {code!r}; write one, or take it out"
                )
