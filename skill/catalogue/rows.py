"""Delimited text (tabs, commas, semicolons or bars) as rows: a stream, in which one broken row never takes
others along."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat

from skill.catalogue.source import MAX_LINE

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
# Long texts, which may have several lines in quotation marks: by a part of their column's name.
_LINED = re.compile("description|body|text|note|content|metafield|meta:|attribute")


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a row cannot be read, and at which column: a table of `problems/feed.toml` and its values."""

    column: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


Row = Mapping[str, str]


class Rows:
    """The rows below a header line, each a value by column or what is broken about it. Columns a row
    lacks are empty; of two of one name the first counts. `columns` is the header: lower case, spaces as
    underscores; `spelled` the same as it is written, `twice` what stands there again; `form` "tsv" or
    "csv" (whatever sets cells apart, if not tabs)."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = _Lines(lines)
        header = next(self._source, "").removeprefix("\ufeff")
        if header.lower().startswith("sep="):
            # So Excel is told what sets cells apart.
            header = next(self._source, "")
        delimiter = "\t" if "\t" in header else max(",;|", key=header.count)
        self.form = "tsv" if delimiter == "\t" else "csv"
        self._delimiter = delimiter
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            names = []
        written = [_UNSPEAKABLE.sub(" ", name).strip() for name in names]
        self.columns = [re.sub(r"\s+", "_", name.lower()).removeprefix("g:") for name in written]
        self.spelled: dict[str, str] = {}
        self.twice: list[str] = []
        for column, name in zip(self.columns, written, strict=True):
            if column and column in self.spelled:
                self.twice.append(name)
            self.spelled.setdefault(column, name)
        self.spelled.pop("", None)

    def __iter__(self) -> Iterator[Row | Broken]:
        reader = csv.reader(self._source, delimiter=self._delimiter)
        empty = dict.fromkeys(reversed(self.columns), "")
        # The last of equal keys stays.
        backwards = self.columns[::-1] if self.twice else None
        while True:
            self._source.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._source.retake()
                yield Broken("row", "row_unreadable", {"detail": str(error)})
                continue
            if len(self._source.taken[0]) >= MAX_LINE:
                self._source.retake()
                yield Broken("row", "item_too_large", {"limit": f"{MAX_LINE:,}"})
            elif column := self._swallowing(cells):
                self._source.retake()
                yield Broken(self.spelled.get(column, column), "row_open_quote")
            elif cells:
                if len(cells) == 1 and not cells[0].strip():
                    continue
                values = [
                    (cell if cell.isprintable() else _UNSPEAKABLE.sub(" ", cell)).strip() for cell in cells
                ]
                if backwards:
                    values = (values + [""] * len(backwards))[: len(backwards)]
                    yield dict(zip(backwards, reversed(values), strict=True))
                else:
                    yield {**empty, **dict(zip(self.columns, values, strict=False))}

    def _swallowing(self, cells: list[str]) -> str | None:
        """The column whose open quotation mark took the next rows in; only long texts have lines."""
        if len(self._source.taken) < 2:
            return None
        # A cell too many has no column, and may swallow rows as well.
        for column, cell in zip(chain(self.columns, repeat("row")), cells, strict=False):
            broken = "\n" in cell or "\r" in cell
            if broken and (not _LINED.search(column) or "\t" in cell or len(cells) != len(self.columns)):
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
