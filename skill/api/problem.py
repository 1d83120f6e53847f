"""What goes wrong with a request, as a value (RFC 9457): told in the words of `problems.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from skill.merchants.problems import first_problem

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:sayso:problem:"


class ProblemForm(BaseModel):
    """What is wrong, where in the request, and how to mend it (RFC 9457). `place` is a path into the body, a
    header or a parameter; empty when it is the request as a whole. `allowed`: what could have been asked for
    instead, where that is known; `rows`: what is wrong with a feed, row by row."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    place: str = ""
    allowed: list[str] = Field(default_factory=list)
    rows: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem."""

    status: int
    title: str
    detail: str
    remedy: str


class Refused(Exception):
    """The request is not carried out: `code` is a table of `problems.toml`, `values` its placeholders."""

    def __init__(
        self,
        code: str,
        *,
        place: str = "",
        allowed: tuple[str, ...] = (),
        rows: tuple[str, ...] = (),
        **values: str,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.allowed = allowed
        self.rows = rows
        self.values = values

    @property
    def status(self) -> int:
        return kinds()[self.code].status

    def form(self) -> ProblemForm:
        kind = kinds()[self.code]
        return ProblemForm(
            type=TYPE + self.code,
            title=kind.title,
            status=kind.status,
            detail=kind.detail.format_map(self.values),
            remedy=kind.remedy.format_map(self.values),
            place=self.place,
            allowed=list(self.allowed),
            rows=list(self.rows),
        )


def unreadable(error: ValidationError) -> Refused:
    """What pydantic found wrong with a body or parameters: no JSON at all, or not what was asked for."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Refused("not_read", what=first["msg"])
    return Refused("not_valid", place=place(first["loc"]), what=first_problem(error))


def place(path: tuple[Any, ...]) -> str:
    """A path into a body, as in "3.price.amount"."""
    return ".".join(map(str, path))


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of problem by its code."""
    text = files("skill.api").joinpath("problems.toml").read_text("utf-8")
    return {code: Kind(**told) for code, told in tomllib.loads(text).items()}
