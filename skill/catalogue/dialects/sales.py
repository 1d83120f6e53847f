"""When a sale price holds, where two columns say so."""

from __future__ import annotations

from collections.abc import Mapping

from skill.catalogue.feed_values import Unclear, moment
from skill.catalogue.problem import Problem


def sale_dates(
    number: int, found: Mapping[str, str], names: Mapping[str, str], sku: str
) -> tuple[Problem | None, str]:
    """Columns `starts` and `ends` as one, a day's end included; or what cannot be told of them."""
    told: list[str] = []
    for column in ("starts", "ends"):
        text = found.get(column, "")
        try:
            told.append(moment(text, ends=column == "ends").isoformat() if text else "")
        except Unclear as unclear:
            return Problem(number, names.get(column, column), unclear.code, unclear.values, sku=sku), ""
    return None, "/".join(told) if any(told) else ""
