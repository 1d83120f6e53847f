"""The `[[options]]` of a shop file: what shoppers may choose about a product, and what it costs more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.options import ID, Group, Option
from skill.merchants.written import by_language
from skill.speech.locale import locales

Id = Annotated[str, Field(pattern=rf"^{ID}$")]
_Word = Annotated[str, Field(min_length=1, max_length=100)]
Words = _Word | Annotated[dict[str, _Word], Field(min_length=1)]
Ways = list[_Word] | dict[str, list[_Word]]
# As long as what is spelled back in one breath.
_LONGEST = 40
_LANGUAGE = 2
_SPOKEN = frozenset(locale[:_LANGUAGE] for locale in locales())


class OptionEntry(BaseModel):
    """One thing to choose. `name` is what it is called alone ("oat milk"), in the shop's language or by
    language; `form` what it is called inside the product's name where that differs ("großer"), or, where
    several may be taken, one form for each plural category with `{count}` in it. `price`: minor units more
    for each; `most`: how many may be taken of it. `heard`: other ways of saying it; `twice`: ways of saying
    two of it ("double shot")."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    name: Words
    price: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    most: Annotated[int, Field(ge=1, le=20)] = 1
    form: dict[str, str | dict[str, str]] = {}
    heard: Ways = {}
    twice: Ways = {}

    @field_validator("form")
    @classmethod
    def _counted(cls, value: dict[str, str | dict[str, str]]) -> dict[str, str | dict[str, str]]:
        for language, forms in value.items():
            if language not in _SPOKEN:
                raise ValueError(f"{language!r} is not spoken; there is {', '.join(sorted(_SPOKEN))}")
            if isinstance(forms, dict) and set(forms) != _plurals(language):
                raise ValueError(f"{language} needs the forms {', '.join(sorted(_plurals(language)))}")
        return value

    @classmethod
    def of(cls, option: Option) -> OptionEntry:
        """As it would be written."""
        return cls.model_construct(
            id=option.id,
            name=dict(option.names),
            price=option.surcharge,
            most=option.most,
            form={place: dict(forms) for place, forms in option.forms.items()},
            heard=_lists(option.heard),
            twice=_lists(option.twice),
        )

    def option(self, *, language: str) -> Option:
        return Option(
            id=self.id,
            names=by_language(self.name, language),
            surcharge=self.price,
            most=self.most,
            forms={
                place: forms if isinstance(forms, dict) else dict.fromkeys(_plurals(place), forms)
                for place, forms in self.form.items()
            },
            heard=_ways(self.heard, language),
            twice=_ways(self.twice, language),
        )


class OptionsEntry(BaseModel):
    """One group of options, for the products of `category` (any level of theirs) or with these `sku`s. At
    least `least` are chosen, so with 1 it is asked for, and at most `most`; `default` is taken where the
    shopper says nothing. `before`: it is said as an adjective is ("large latte"). `text`: instead of
    options, the shopper's own words in so many characters, for `price` minor units; `heard` is what they say
    before them ("engraved with"), the first as it is read back."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    name: Words
    category: list[str] = []
    sku: list[str] = []
    option: list[OptionEntry] = []
    least: Annotated[int, Field(ge=0, le=20)] = 0
    most: Annotated[int, Field(ge=1, le=20)] = 1
    default: str = ""
    before: bool = False
    text: Annotated[int, Field(ge=0, le=_LONGEST)] = 0
    price: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    heard: Ways = {}

    @model_validator(mode="after")
    def _choosable(self) -> Self:
        ids = [entry.id for entry in self.option]
        if not (self.category or self.sku):
            raise ValueError(f"{self.id!r} is of no product; give it category or sku")
        if bool(ids) is bool(self.text):
            raise ValueError(f"{self.id!r}: give either option or text")
        if len(set(ids)) < len(ids):
            raise ValueError(f"{self.id!r}: an option's id stands twice")
        if self.default and self.default not in ids:
            raise ValueError(f"{self.id!r}: default {self.default!r} is none of its options")
        if self.least > self.most:
            raise ValueError(f"{self.id!r}: least is more than most")
        if self.price and not self.text:
            raise ValueError(f"{self.id!r}: price goes with text; give each option its own")
        return self

    @classmethod
    def of(cls, group: Group) -> OptionsEntry:
        """As it would be written."""
        return cls.model_construct(
            id=group.id,
            name=dict(group.names),
            category=list(group.categories),
            sku=list(group.skus),
            option=[OptionEntry.of(option) for option in group.options],
            least=group.least,
            most=group.most,
            default=group.default,
            before=group.before,
            text=group.length,
            price=group.surcharge if group.length else 0,
            heard=_lists(group.heard),
        )

    def group(self, *, language: str) -> Group:
        return Group(
            id=self.id,
            names=by_language(self.name, language),
            options=tuple(entry.option(language=language) for entry in self.option),
            skus=tuple(self.sku),
            categories=tuple(self.category),
            least=self.least,
            most=self.most,
            default=self.default,
            before=self.before,
            length=self.text,
            surcharge=self.price,
            heard=_ways(self.heard, language),
        )


def _plurals(language: str) -> frozenset[str]:
    """The categories CLDR has for a language."""
    return frozenset({*Locale(language).plural_form.tags, "other"})


def _lists(ways: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {place: list(said) for place, said in ways.items()}


def _ways(written: Ways, language: str) -> dict[str, tuple[str, ...]]:
    return {place[:_LANGUAGE]: tuple(said) for place, said in by_language(written, language).items()}
