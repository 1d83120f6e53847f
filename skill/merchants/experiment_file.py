"""The `[[experiment]]` of a shop file: two wordings of one sentence, compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skill.commerce.experiment import Arm, Experiment
from skill.errors import BadInput
from skill.merchants.written import by_language, each_once
from skill.speech.locale import locales, table

_ID = r"^[a-z0-9][a-z0-9-]{0,29}$"
_HOLE = re.compile(r"\{(\w*)\}")
Text = Annotated[str, Field(min_length=1, max_length=400)]


class ArmEntry(BaseModel):
    """One wording: `text` in the shop's language or by locale or language, with the {holes} that the shop's
    own sentence has; left out, the sentence stays as it is. `share`: how many parts of the shoppers hear
    it."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=_ID)]
    text: Text | dict[str, Text] = {}
    share: Annotated[int, Field(ge=1, le=100)] = 1


class ExperimentEntry(BaseModel):
    """A sentence, by its name in the locales as in "launch.first_time", and its wordings: the first is what
    the others are compared with. It runs while it stands here; under another `id` it begins anew."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=_ID)]
    prompt: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]
    arm: Annotated[list[ArmEntry], Field(min_length=2, max_length=4)]

    @model_validator(mode="after")
    def _said(self) -> Self:
        ids = [arm.id for arm in self.arm]
        if len(set(ids)) < len(ids):
            raise ValueError(f"the arms of {self.id!r} need ids of their own")
        for arm in self.arm:
            said = arm.text.items() if isinstance(arm.text, dict) else ()
            for place, text in said:
                self._fits(place, text)
        return self

    def experiment(self, *, language: str) -> Experiment:
        """Raises ValueError where a wording in the shop's language does not fit the sentence."""
        arms = []
        for arm in self.arm:
            if isinstance(arm.text, str):
                self._fits(language, arm.text)
            arms.append(Arm(id=arm.id, texts=by_language(arm.text, language), share=arm.share))
        return Experiment(id=self.id, prompt=self.prompt, arms=tuple(arms))

    @classmethod
    def of(cls, one: Experiment) -> ExperimentEntry:
        """As it would be written."""
        arms = [
            ArmEntry.model_construct(id=arm.id, text=dict(arm.texts), share=arm.share) for arm in one.arms
        ]
        return cls.model_construct(id=one.id, prompt=one.prompt, arm=arms)

    def _fits(self, place: str, text: str) -> None:
        """Raises ValueError for what could not be said in a locale or language."""
        spoken = [locale for locale in locales() if place in (locale, locale[:2])]
        if not spoken:
            raise ValueError(f"{place!r} is not spoken; there is {', '.join(locales())}")
        name, _, own = self.prompt.partition(".")
        try:
            prompt = table(name, spoken[0]).prompts.get(own)
        except (BadInput, KeyError, OSError):
            prompt = None
        if prompt is None:
            raise ValueError(f"no sentence is called {self.prompt!r}; it is a name as in launch.first_time")
        if not isinstance(prompt, str | tuple):
            raise ValueError(f"{self.prompt} is said in several forms, by number; choose another sentence")
        ours = prompt if isinstance(prompt, str) else prompt[0]
        unknown = sorted(set(_HOLE.findall(text)) - set(_HOLE.findall(ours)))
        if unknown:
            known = ", ".join(f"{{{hole}}}" for hole in _HOLE.findall(ours)) or "none"
            raise ValueError(f"{{{unknown[0]}}} is not told in {self.prompt}; there is {known}")


def each_apart(entries: Sequence[ExperimentEntry]) -> None:
    """Raises ValueError where two go by one id, or are about one sentence."""
    why = "one experiment at a time tells which it was"
    each_once("id", [entry.id for entry in entries], why=why)
    each_once("prompt", [entry.prompt for entry in entries], why=why)
