"""The names to listen for, as Alexa's dynamic entities: each product by its SKU, for this session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skill.dialogue.names import Named

# The slot type that products are heard by.
PRODUCT = "Product"


def entities(names: Sequence[Named]) -> dict[str, Any]:
    """The directive that makes these names the dynamic ones, in place of those sent before; without any, the
    one that forgets those."""
    directive: dict[str, Any] = {"type": "Dialog.UpdateDynamicEntities"}
    if not names:
        return {**directive, "updateBehavior": "CLEAR"}
    values = [
        {"id": one.sku, "name": {"value": one.name} | ({"synonyms": list(one.also)} if one.also else {})}
        for one in names
    ]
    return {**directive, "updateBehavior": "REPLACE", "types": [{"name": PRODUCT, "values": values}]}
