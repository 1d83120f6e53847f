"""What it takes to put other facts in place of a shop's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from skill.commerce.merchant import Facts

# Not the merchant's to write.
_OURS = ("catalogue", "revision")
# What the shop file calls them, where that is another name.
_WRITTEN = {
    "cards": "payment",
    "coupons": "coupon",
    "delivery_days": "delivery days",
    "faqs": "faq",
    "names": "spoken_name",
    "spans": "delivery windows",
    "stores": "store",
    "terms": "delivery, tax or deposit terms",
}


def changed(before: Facts | None, after: Facts) -> tuple[str, ...]:
    """Which parts of the facts are others than before, as the shop file calls them."""
    parts = (one.name for one in fields(Facts) if one.name not in _OURS)
    return tuple(
        _WRITTEN.get(name, name)
        for name in parts
        if before is None or getattr(before, name) != getattr(after, name)
    )


def built_with(
    before: Facts,
    after: Facts,
    *,
    language: str,
    heard: Mapping[str, Sequence[str]],
    wanted: Mapping[str, Sequence[str]] | None,
) -> str:
    """What of these facts the live catalogue was built with and would have to be built anew for: "currency",
    "language" or "heard_as"; empty where nothing is. `language`: what the catalogue is searched in first,
    `heard` how names are heard in it, and `wanted` how they shall be (None: as they are)."""
    pairs = {
        "currency": (before.terms.currency, after.terms.currency),
        "language": (language, after.locale[:2]),
        "heard_as": (_plain(heard), _plain(heard if wanted is None else wanted)),
    }
    return next((what for what, (is_now, asked) in pairs.items() if is_now != asked), "")


def _plain(heard: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(ways) for name, ways in heard.items()}
