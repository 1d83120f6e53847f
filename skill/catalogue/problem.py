"""What is wrong with a feed, row by row: told in the words of `problems/*.toml`, so that a merchant reads
what it is, what it does to a voice shop, and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as defaulted
from functools import cache
from importlib.resources import files
from typing import Literal

Level = Literal["error", "warning", "voice"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. An "error" loses the row, a "warning" loses a field or leaves a doubt, "voice" is
    about how it sounds. `what` and `mend` may hold {placeholders}, filled from a problem's values."""

    level: Level
    what: str
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row: `row` counts from 1 without the header (products of a JSON or XML feed
    likewise; 0: the file itself), `field` is the column as the feed names it, `code` a table of
    `problems/*.toml`, `values` its placeholders. `sku`: of which product, when that is known. `spoken`: the
    name the shop would say instead, for what is wrong with a name."""

    row: int
    field: str
    code: str
    values: Mapping[str, str] = defaulted(default_factory=dict)
    sku: str = ""
    spoken: str = ""

    @property
    def level(self) -> Level:
        return kinds()[self.code].level

    @property
    def error(self) -> bool:
        """Whether the row is lost."""
        return self.level == "error"

    @property
    def what(self) -> str:
        return kinds()[self.code].what.format_map(self.values)

    @property
    def why(self) -> str:
        return kinds()[self.code].why

    @property
    def mend(self) -> str:
        return kinds()[self.code].mend.format_map(self.values)

    def __str__(self) -> str:
        place = f"row {self.row}, {self.field}" if self.row else self.field
        return f"{place}: {self.what}; {self.mend}"


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of problem by its code."""
    found: dict[str, Kind] = {}
    for file in files("skill.catalogue").joinpath("problems").iterdir():
        if file.name.endswith(".toml"):
            for code, told in tomllib.loads(file.read_text("utf-8")).items():
                if code in found:
                    raise ValueError(f"{code} is told in {file.name} and in another file")
                found[code] = Kind(**told)
    return found
