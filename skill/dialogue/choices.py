"""What an open question can be answered with, where that is options and not products: those of a preference,
and those of a group that something is made with."""

from __future__ import annotations

from dataclasses import dataclass

from skill.commerce.options import Group, base_of
from skill.dialogue.configuring import OPTION, groups_for
from skill.dialogue.conversation import Question
from skill.dialogue.preferences import spoken_options, under_way
from skill.shop import Shop


@dataclass(frozen=True, slots=True)
class Choice:
    """An option by its id and as it is called; `surcharge` in minor units."""

    id: str
    name: str
    surcharge: int = 0


def choices(question: Question | None, shop: Shop) -> tuple[Choice, ...]:
    """The options in their order; none where the question is about something else."""
    if question is None:
        return ()
    if question.awaiting == OPTION:
        group = _group(question, shop)
        options = group.options if group else ()
        return tuple(Choice(one.id, one.name(shop.locale), one.surcharge) for one in options)
    return tuple(Choice(id, names[0]) for id, names in spoken_options(question, shop))


def about(question: Question, shop: Shop) -> str:
    """What such a question is about, in a word or two."""
    if question.awaiting == OPTION:
        group = _group(question, shop)
        return group.name(shop.locale) if group else ""
    asked = under_way(question, shop)
    return asked.next.text(shop.locale) if asked and asked.next else ""


def _group(question: Question, shop: Shop) -> Group | None:
    product = shop.product(base_of(str(question.frozen.get("sku", ""))))
    groups = groups_for(product, shop) if product else ()
    return next((one for one in groups if one.id == question.frozen.get("group")), None)
