"""Delimited text (TSV or CSV) as rows: a stream, in which one broken row never takes others along."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a row cannot be read, and at which column."""

    column: str
    message: str


Row = Mapping[str, str]


class Rows:
    """The rows below a header line, each a value by column or what is broken about it. Columns a row
    lacks are empty. `columns` is the header: lower case, spaces as underscores."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = _Lines(lines)
        header = next(self._source, "").removeprefix("\ufeff")
        self._dialect = "excel-tab" if "\t" in header else "excel"
        try:
            names = next(csv.reader([header], self._dialect), [])
        except csv.Error:
            names = []
        self.columns = [name.strip().lower().replace(" ", "_") for name in names]

    def __iter__(self) -> Iterator[Row | Broken]:
        reader = csv.reader(self._source, self._dialect)
        while True:
            self._source.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._source.retake()
                yield Broken("row", f"cannot be read ({error}); check its quotation marks and line breaks")
                continue
            if column := self._swallowing(cells):
                self._source.retake()
                yield Broken(
                    column, "begins with a quotation mark that never closes; close it or write it twice"
                )
            elif cells:
                values = (_UNSPEAKABLE.sub(" ", cell).strip() for cell in cells)
                yield {**dict.fromkeys(self.columns, ""), **dict(zip(self.columns, values, strict=False))}

    def _swallowing(self, cells: list[str]) -> str | None:
        """The column whose open quotation mark took the next rows in; only a description has lines."""
        if len(self._source.taken) < 2:
            return None
        # A cell too many has no column, and may swallow rows as well.
        for column, cell in zip(chain(self.columns, repeat("row")), cells, strict=False):
            broken = "\n" in cell or "\r" in cell
            if broken and (column != "description" or "\t" in cell or len(cells) != len(self.columns)):
                return column
        return None


class _Lines:
    """Lines that can be taken again: all but the first since `taken` was cleared."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def retake(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
