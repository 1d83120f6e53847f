"""When a sale price holds, where two columns say so."""

from __future__ import annotations

from collections.abc import Mapping

from skill.catalogue.feed_values import Unclear, moment
from skill.catalogue.problem import Problem


def sale(
    number: int, found: Mapping[str, str], names: Mapping[str, str], sku: str
) -> tuple[Problem | None, dict[str, str]]:
    """The sale price, if there is one, with columns `starts` and `ends` as one, a day's end included; or what
    cannot be told of them."""
    if not found.get("sale_price"):
        return None, {}
    told: list[str] = []
    for column in ("starts", "ends"):
        text = found.get(column, "")
        try:
            told.append(moment(text, ends=column == "ends").isoformat() if text else "")
        except Unclear as unclear:
            return Problem(number, names.get(column, column), unclear.code, unclear.values, sku=sku), {}
    dates = "/".join(told) if any(told) else ""
    return None, {"sale_price": found["sale_price"], "sale_price_effective_date": dates}
