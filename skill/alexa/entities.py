"""The names to listen for, as Alexa's dynamic entities: each product by its SKU, for this session."""

from __future__ import annotations

from collections.abc import Sequence

from ask_sdk_model.dialog import DynamicEntitiesDirective
from ask_sdk_model.er.dynamic import Entity, EntityListItem, EntityValueAndSynonyms, UpdateBehavior

from skill.alexa.model import TYPES
from skill.dialogue.names import Named


def entities(names: Sequence[Named]) -> DynamicEntitiesDirective:
    """The directive that makes these names the dynamic ones, in place of those sent before; without any, the
    one that forgets those."""
    if not names:
        return DynamicEntitiesDirective(update_behavior=UpdateBehavior.CLEAR)
    values = [
        Entity(id=one.sku, name=EntityValueAndSynonyms(value=one.name, synonyms=list(one.also) or None))
        for one in names
    ]
    products = EntityListItem(name=TYPES["product"], values=values)
    return DynamicEntitiesDirective(update_behavior=UpdateBehavior.REPLACE, types=[products])
