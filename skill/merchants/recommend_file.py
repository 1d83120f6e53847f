"""The `[recommend]` of a shop file: what is asked before something is recommended, and said unasked."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.recommend import FLOOR, Guide, Option, Preference, Recommending
from skill.merchants.written import by_language, each_once

Minor = Annotated[int, Field(ge=0)]
Said = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]
# What a breath holds besides its options.
Asked = Annotated[str, Field(min_length=1, max_length=90, pattern=r"[^?؟\s]\s*$")]
_QUESTIONS, _OPTIONS = 3, 5


def _ways(words: list[str] | dict[str, list[str]], language: str) -> dict[str, tuple[str, ...]]:
    """Words as they were written, by language: a list is in the shop's own."""
    return {place: tuple(said) for place, said in by_language(words, language).items() if said}


class OptionEntry(BaseModel):
    """One answer to a question. `name` says it, in the shop's language or by locale or language; `heard` are
    other ways of saying it. A product fits when its name, kind or text holds one of `words`, it has all of
    `diet`, and its price in minor units lies between `low` and `high`."""

    model_config = ConfigDict(extra="forbid")

    name: Said | Annotated[dict[str, Said], Field(min_length=1)]
    heard: list[Said] | dict[str, list[Said]] = []
    words: list[Said] = []
    diet: list[Said] = []
    low: Minor | None = None
    high: Minor | None = None

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if not (self.words or self.diet or self.low is not None or self.high is not None):
            raise ValueError("tells no product from another; give words, diet, low or high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is more than high")
        return self

    @classmethod
    def of(cls, option: Option) -> OptionEntry:
        """As it would be written."""
        return cls.model_construct(
            name=dict(option.names),
            heard={place: list(said) for place, said in option.heard.items()},
            words=list(option.words),
            diet=list(option.diet),
            low=option.low,
            high=option.high,
        )

    def option(self, *, language: str) -> Option:
        return Option(
            names=by_language(self.name, language),
            heard=_ways(self.heard, language),
            words=tuple(self.words),
            diet=tuple(self.diet),
            low=self.low,
            high=self.high,
        )


class QuestionEntry(BaseModel):
    """One question: `text` without its question mark, in the shop's language or by locale or language, since
    the first two of `option` are said after it ("Who is it for: a child or an adult?")."""

    model_config = ConfigDict(extra="forbid")

    text: Asked | Annotated[dict[str, Asked], Field(min_length=1)]
    option: Annotated[list[OptionEntry], Field(min_length=2, max_length=_OPTIONS)]

    @classmethod
    def of(cls, asked: Preference) -> QuestionEntry:
        """As it would be written."""
        return cls.model_construct(text=dict(asked.texts), option=list(map(OptionEntry.of, asked.options)))

    def preference(self, *, language: str) -> Preference:
        return Preference(
            texts=by_language(self.text, language),
            options=tuple(entry.option(language=language) for entry in self.option),
        )


class AskEntry(BaseModel):
    """What is asked of whoever wants something of a `category`, written as the feed does, from the widest:
    "Food > Drinks > Coffee". `called`: what that is called where no product's name says so ("gift",
    "present"), in the shop's language or by language."""

    model_config = ConfigDict(extra="forbid")

    category: Annotated[str, Field(min_length=1, max_length=200)]
    question: Annotated[list[QuestionEntry], Field(min_length=1, max_length=_QUESTIONS)]
    called: list[Said] | dict[str, list[Said]] = []

    @field_validator("category")
    @classmethod
    def _parts(cls, value: str) -> str:
        parts = [part.strip() for part in value.split(">")]
        if not all(parts):
            raise ValueError('has an empty part; write "Food > Drinks > Coffee"')
        return " > ".join(parts)

    @classmethod
    def of(cls, guide: Guide) -> AskEntry:
        """As it would be written."""
        return cls.model_construct(
            category=guide.id,
            question=list(map(QuestionEntry.of, guide.questions)),
            called={place: list(words) for place, words in guide.called.items()},
        )

    def guide(self, *, language: str) -> Guide:
        return Guide(
            category=tuple(self.category.split(" > ")),
            questions=tuple(entry.preference(language=language) for entry in self.question),
            called=_ways(self.called, language),
        )


class RecommendEntry(BaseModel):
    """`cross_sell`: one thing that goes with the cart is offered before the total of an order; `coupons`: a
    public coupon that counts for an order, or nearly does, is told at the till; `together`: so many shoppers
    must have bought two things together before anybody hears of it; `ask`: what is asked by category before
    something is recommended."""

    model_config = ConfigDict(extra="forbid")

    cross_sell: bool = False
    coupons: bool = False
    together: Annotated[int, Field(ge=FLOOR, le=1_000)] = FLOOR
    ask: list[AskEntry] = []

    @field_validator("ask")
    @classmethod
    def _each_once(cls, value: list[AskEntry]) -> list[AskEntry]:
        each_once("category", [entry.category for entry in value])
        return value

    @classmethod
    def of(cls, kept: Recommending) -> RecommendEntry:
        """As it would be written."""
        return cls.model_construct(
            cross_sell=kept.cross_sell,
            coupons=kept.coupons,
            together=kept.together,
            ask=list(map(AskEntry.of, kept.guides)),
        )

    def recommending(self, *, language: str) -> Recommending:
        return Recommending(
            cross_sell=self.cross_sell,
            coupons=self.coupons,
            together=self.together,
            guides=tuple(entry.guide(language=language) for entry in self.ask),
        )
