"""A JSON Schema as a page: one table for each kind of entry, as pydantic describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "minLength": "{} letters and more",
    "maxLength": "{} letters at most",
    "minItems": "{} and more",
    "maxItems": "{} at most",
    "pattern": "`{}`",
}
Schema = Mapping[str, Any]


def page_of(schema: Schema, *, top: str) -> Iterator[str]:
    """Lines of Markdown: the document itself under the heading `top`, and what it is made of."""
    yield from _entry(top, schema)
    yield from entries(schema.get("$defs", {}))


def entries(schemas: Mapping[str, Schema]) -> Iterator[str]:
    """The same of several kinds of entry, by name."""
    for name, inner in sorted(schemas.items()):
        if "properties" in inner or inner.get("type") == "array":
            yield from _entry(name, inner)


def cell(text: str) -> str:
    """A text as one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _entry(name: str, schema: Schema) -> Iterator[str]:
    yield from ("", f"## {name}", "")
    if told := cell(schema.get("description", "")):
        yield from (told.replace("\\|", "|"), "")
    if "properties" not in schema:
        yield f"A {_takes(schema)}."
        return
    yield from ("| Entry | Takes | When left out |", "|---|---|---|")
    needed = schema.get("required", ())
    for key, value in schema["properties"].items():
        otherwise = "it is needed" if key in needed else _default(value.get("default"))
        told = f": {value['description']}" if "description" in value else ""
        yield f"| `{key}` | {cell(_takes(value) + told)} | {cell(otherwise)} |"


def _default(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 60 else "as its own entries have it"


def _takes(schema: Schema) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_takes(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "allOf" in schema:
        return _takes(schema["allOf"][0])
    limits = "; ".join(words.format(schema[key]) for key, words in _LIMITS.items() if key in schema)
    return _kind(schema) + (f" ({limits})" if limits else "")


def _kind(schema: Schema) -> str:
    match schema.get("type"):
        case "array":
            if "prefixItems" in schema:
                return f"list: {', '.join(map(_takes, schema['prefixItems']))}"
            return f"list of {_takes(schema.get('items', {}))}"
        case "object":
            values = schema.get("additionalProperties")
            return f"table of {_takes(values)}" if isinstance(values, Mapping) else "table"
        case "string":
            return {"date-time": "moment", "date": "day"}.get(schema.get("format", ""), "text")
        case "integer":
            return "whole number"
        case "boolean":
            return "`true` or `false`"
        case kind:
            return str(kind or "anything")
