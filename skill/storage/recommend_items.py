"""What a shop recommends by, as part of its facts' document; only what was stated is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skill.commerce.recommend import Guide, Option, Preference, Recommending

Item = dict[str, Any]


def dump_recommending(kept: Recommending) -> Item:
    guides = [
        {
            "category": list(guide.category),
            "questions": [_dump_preference(q) for q in guide.questions],
            **({"called": {place: list(w) for place, w in guide.called.items()}} if guide.called else {}),
        }
        for guide in kept.guides
    ]
    stated: Item = {
        "cross_sell": kept.cross_sell,
        "coupons": kept.coupons,
        "together": kept.together,
        "guides": guides,
    }
    usual = Recommending()
    return {name: value for name, value in stated.items() if value and value != getattr(usual, name)}


def load_recommending(item: Mapping[str, Any]) -> Recommending:
    guides = tuple(
        Guide(
            category=tuple(guide["category"]),
            questions=tuple(map(_load_preference, guide["questions"])),
            called={place: tuple(words) for place, words in guide.get("called", {}).items()},
        )
        for guide in item.get("guides", ())
    )
    simple = {name: item[name] for name in ("cross_sell", "coupons", "together") if name in item}
    return Recommending(guides=guides, **simple)


def _dump_preference(question: Preference) -> Item:
    return {"texts": dict(question.texts), "options": [_dump_option(one) for one in question.options]}


def _load_preference(item: Mapping[str, Any]) -> Preference:
    return Preference(texts=item["texts"], options=tuple(map(_load_option, item["options"])))


def _dump_option(option: Option) -> Item:
    stated: Item = {
        "names": dict(option.names),
        "heard": {language: list(said) for language, said in option.heard.items()},
        "words": list(option.words),
        "diet": list(option.diet),
        "low": option.low,
        "high": option.high,
    }
    return {name: value for name, value in stated.items() if value not in (None, [], {})}


def _load_option(item: Mapping[str, Any]) -> Option:
    return Option(
        names=item["names"],
        heard={language: tuple(said) for language, said in item.get("heard", {}).items()},
        words=tuple(item.get("words", ())),
        diet=tuple(item.get("diet", ())),
        low=item.get("low"),
        high=item.get("high"),
    )
