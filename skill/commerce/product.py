"""What a merchant sells: one product is one SKU; variants share a `group`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from skill.commerce.money import Money


def said(name: str) -> str:
    """A product's name as it is said inside a sentence, where a comma would end a list's item."""
    return name.replace(", ", " ")


def short(name: str) -> str:
    """A product's name without size and pack. A comma inside a number ("3,5 Prozent") sets off nothing."""
    return name.split(", ")[0]


@dataclass(frozen=True, slots=True)
class Offer:
    """A lower price, live from `starts` to `ends` (aware datetimes, each may be open)."""

    price: Money
    starts: datetime | None = None
    ends: datetime | None = None

    def live(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


@dataclass(frozen=True, slots=True)
class Measure:
    """How much one piece holds in all, a multipack together: `milli` thousandths of `unit` ("12 oz" is
    12,000 oz)."""

    milli: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as the shop sells it. `names` maps a language or locale to its spoken name there;
    `categories` likewise its category; `also` are other ways it is called, or heard ("show bonny");
    `stock` is what the feed said (None: not counted) and only seeds the store's own figure; `rating` is in
    tenths of a star of five, of `reviews` buyers (0: nobody rated it)."""

    sku: str
    title: str
    price: Money
    names: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    brand: str = ""
    category: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: str = ""
    offer: Offer | None = None
    group: str = ""
    colour: str = ""
    size: str = ""
    measure: Measure | None = None
    multipack: int = 1
    limit: int | None = None
    diet: tuple[str, ...] = ()
    contains: tuple[str, ...] | None = None
    goes_with: tuple[str, ...] = ()
    popularity: int = 0
    rating: int = 0
    reviews: int = 0
    stock: int | None = None

    def __hash__(self) -> int:
        # Two of one SKU are seldom looked for in one place, and mappings have no hash.
        return hash(self.sku)

    def name(self, locale: str) -> str:
        """The name in `locale` as the merchant gives it; the title when the feed gives none. A comma
        sets off size and pack: "Brindle oat milk, half gallon"."""
        if found := self.names.get(locale) or self.names.get(locale[:2]):
            return found
        return next((name for key, name in self.names.items() if key[:2] == locale[:2]), self.title)

    def kind(self, language: str) -> tuple[str, ...]:
        """Its category in `language`, from the widest to the narrowest; in the feed's own where there is
        none."""
        return self.categories.get(language) or self.category

    def spoken(self, locale: str) -> str:
        """The name as it is said inside a sentence, where a comma would end a list's item."""
        return said(self.name(locale))

    def short(self, locale: str) -> str:
        """The name without size and pack, for an example."""
        return short(self.name(locale))

    def price_at(self, now: datetime) -> Money:
        """What one piece costs now, offers included."""
        return self.offer.price if self.offer and self.on_offer(now) else self.price

    def on_offer(self, now: datetime) -> bool:
        return self.offer is not None and self.offer.live(now) and self.offer.price < self.price
