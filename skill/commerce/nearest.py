"""Which store is the nearest to somebody: by where their device is, or else by their postal code."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from skill.commerce.contact import Coordinates
from skill.commerce.merchant import Branch

_EARTH = 6_371_000


def distance(one: Coordinates, other: Coordinates) -> float:
    """Metres between two places as the crow flies (haversine)."""
    south, north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))


def nearest(stores: Sequence[Branch], *, place: Coordinates | None, code: str) -> tuple[Branch, ...]:
    """The nearest store, several where that cannot be told apart, none where nothing is known: the one that
    `place` is closest to, or the one with the longest beginning of the postal `code`."""
    located = [(store, store.place) for store in stores if store.place]
    if place and located:
        return (min(located, key=lambda entry: distance(place, entry[1]))[0],)
    written = _bare(code)
    fits = {store.id: _fit(store, written) for store in stores}
    best = max(fits.values(), default=0)
    return tuple(store for store in stores if best and fits[store.id] == best)


def _fit(store: Branch, code: str) -> int:
    """How long a beginning of the code the store serves."""
    return max((len(own) for prefix in store.postcodes if code.startswith(own := _bare(prefix))), default=0)


def _bare(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()
