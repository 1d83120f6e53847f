"""JSON and JSON Lines as objects: a stream, with a bound on the size and depth of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO

import ijson

from skill.catalogue.dialects.row import Record
from skill.catalogue.feed_values import Unclear
from skill.catalogue.problem import Problem

# Bytes of one object, or of a document that is one.
MAX_OBJECT = 16 * 2**20
MAX_DEPTH = 64
_CHUNK = 64 * 1024
# Under which keys of an outermost object a list of products stands, in the formats known here.
_LISTS = frozenset({"products", "items", "data", "feed", "@graph", "itemListElement"})
_OPENING = frozenset({"start_map", "start_array"})
# ijson's C parser (3.6.0) takes the process along where Python refuses to make an integer, from 4,301 digits
# on: of so many, one of two chunks has this.
_ENDLESS = re.compile(rb"(?<![0-9])[0-9]{2000}")
_CLOSING = frozenset({"end_map", "end_array"})


def loads(text: str | bytes) -> Any:
    """JSON with exact numbers. Raises ValueError for what is none, or nested without end."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=str, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def is_lines(head: str) -> bool:
    """Whether a file that begins so has an object a line."""
    first, _, rest = head.lstrip().partition("\n")
    if not first.lstrip().startswith("{") or not rest.strip():
        return False
    try:
        return isinstance(loads(first), dict)
    except ValueError:
        # One broken line is no reason to read the others as something else.
        return first.rstrip().endswith("}") and rest.lstrip().startswith("{")


def object_lines(stream: BinaryIO) -> Iterator[Record]:
    """Each line's object, numbered by lines that are not empty, or what is wrong with it."""
    number = 0
    while line := stream.readline(MAX_OBJECT):
        cut = len(line) >= MAX_OBJECT and not line.endswith(b"\n")
        rest = line
        while cut and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_OBJECT)
        if not line.strip():
            continue
        number += 1
        if cut:
            yield number, Problem(number, "line", "item_too_large", {"limit": f"{MAX_OBJECT:,}"})
            continue
        try:
            found = loads(line)
        except ValueError as error:
            yield number, Problem(number, "line", "object_unreadable", {"detail": str(error)[:120]})
            continue
        yield number, _object(number, found)


def objects(stream: BinaryIO) -> Iterator[Record]:
    """The objects of a list, be it the outermost value or under a key of it (_LISTS), one by one; of an
    outermost object without such a list itself. Raises Unclear where the JSON breaks: what comes after
    cannot be told apart any more."""
    bounded = _Bounded(stream)
    number = depth = level = 0
    key, listed = "", False
    whole = ijson.ObjectBuilder()
    builder: ijson.ObjectBuilder | None = None
    try:
        for event, value in ijson.basic_parse(bounded, use_float=False, buf_size=_CHUNK):
            depth += (event in _OPENING) - (event in _CLOSING)
            if depth > MAX_DEPTH:
                raise Unclear("cut_off", detail="nested too deeply")
            if builder:
                builder.event(event, value)
                if depth == level:
                    yield number, _object(number, builder.value)
                    builder = None
                    bounded.begin()
            elif level and event in _OPENING:
                number += 1
                builder = ijson.ObjectBuilder()
                builder.event(event, value)
            elif level and event not in _CLOSING:
                number += 1
                yield number, _object(number, value)
            elif level:
                level, listed = 0, True
            elif event == "start_array" and not listed and (depth == 1 or (depth == 2 and key in _LISTS)):
                level = depth
            elif not listed:
                key = value if event == "map_key" and depth == 1 else key
                whole.event(event, value)
    except (ijson.JSONError, ValueError) as error:
        raise Unclear("cut_off", detail=_detail(error)) from error
    if not listed:
        yield 1, _object(1, getattr(whole, "value", None))


def _object(number: int, found: Any) -> Mapping[str, Any] | Problem:
    if isinstance(found, dict):
        return found
    return Problem(number, "item", "not_an_object", {"found": repr(found)[:40]})


def _detail(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    told = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return told.strip().partition("\n")[0][:120]


def first_object(head: str) -> Mapping[str, Any]:
    """What the first object of a file that begins so holds, as far as it is there: of a list its first."""
    builder, depth = ijson.ObjectBuilder(), 0
    try:
        for event, value in ijson.basic_parse(_Bounded(BytesIO(head.encode())), use_float=False):
            depth += (event in _OPENING) - (event in _CLOSING)
            if depth > MAX_DEPTH:
                break
            builder.event(event, value)
    except (ijson.JSONError, ValueError, Unclear):
        # It ends where the head does.
        pass
    found = getattr(builder, "value", None)
    lists = [found] if isinstance(found, list) else []
    if isinstance(found, dict):
        lists = [found[key] for key in found if key in _LISTS and isinstance(found[key], list)]
    inner = next((each[0] for each in lists if each and isinstance(each[0], dict)), None)
    if isinstance(found, dict):
        return {**found, **(inner or {})}
    return inner or {}


class _Bounded:
    """Lets so many bytes through for one object. Raises Unclear."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._count = 0

    def begin(self) -> None:
        self._count = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._count += len(chunk)
        if _ENDLESS.search(chunk):
            raise Unclear("cut_off", detail="a number of thousands of digits")
        if self._count > MAX_OBJECT + _CHUNK:
            raise Unclear("cut_off", detail=f"more than {MAX_OBJECT:,} bytes in one piece")
        return chunk
