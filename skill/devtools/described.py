"""What a scenario file may say: a world's shop, products, shoppers, carts and orders."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.payment import CARD
from skill.commerce.trust import CODE_TRIES
from skill.merchants.payment_file import PaymentEntry, known_card
from skill.merchants.shop_file import Minor, ShopFile

Names = dict[str, str]
Quantity = Annotated[int, Field(ge=1, le=99)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScenarioOffer(_Strict):
    """A lower price in minor units, until `ends` (open when absent)."""

    price: Minor
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None


class ScenarioMeasure(_Strict):
    """How much one piece holds, in thousandths of a unit: 12 oz is 12000 oz."""

    milli: Annotated[int, Field(gt=0)]
    unit: str


class ScenarioProduct(_Strict):
    """One product. `names` by locale or language ("en", "de-DE"); `price` in minor units of the shop's
    currency; `stock` null when it is not counted; `limit` pieces per order; `goes_with` SKUs."""

    sku: Annotated[str, Field(min_length=1, max_length=50)]
    names: Annotated[Names, Field(min_length=1)]
    brand: str = ""
    category: str | list[str] = ""
    price: Minor
    stock: Minor | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    offer: ScenarioOffer | None = None
    goes_with: list[str] = []
    description: str = ""
    group: str = ""
    colour: str = ""
    size: str = ""
    measure: ScenarioMeasure | None = None
    multipack: Annotated[int, Field(ge=1)] = 1
    diet: list[str] = []
    contains: list[str] | None = None
    popularity: Annotated[int, Field(ge=0)] = 0


class ScenarioLine(_Strict):
    """`price` of one piece in minor units; the product's own when absent. `by`: the Alexa person id of who
    added it."""

    sku: str
    quantity: Quantity = 1
    price: Minor | None = None
    by: str | None = None


class ScenarioOrder(_Strict):
    """A past order. `number` is what is said aloud (five digits); `by` the Alexa person id of who placed
    it; `coupon` the code that counted; `pickup` the id of the store where it is collected from `ready_at`
    on."""

    number: Annotated[str, Field(pattern=r"^\d{5}$")] | None = None
    placed_at: AwareDatetime
    status: Literal[
        "pending",
        "placed",
        "accepted",
        "preparing",
        "ready_for_pickup",
        "partly_shipped",
        "shipped",
        "out_for_delivery",
        "delivered",
        "failed",
        "cancelled",
        "refunded",
    ] = "delivered"
    expected: date | None = None
    by: str | None = None
    lines: Annotated[list[ScenarioLine], Field(min_length=1)]
    coupon: str = ""
    pickup: str = ""
    ready_at: AwareDatetime | None = None


class ScenarioMember(_Strict):
    """Somebody of the household whose voice Alexa knows."""

    name: str = ""
    child: bool = False


class ScenarioShopper(_Strict):
    """A shopper by Alexa user id. `linked`: whether the account is linked. `members`: who belongs
    to the household, by Alexa person id, as first name or more. `voice_code`: the four digits asked for
    before large orders; `code_misses` wrong tries so far (three lock it). `saved`: lines put aside for later;
    `coupon` and `pickup` (the id of a store) belong to the cart. `card`: what comes of charging theirs, one
    word a try ("declined,approved")."""

    user: Annotated[str, Field(min_length=1)]
    linked: bool = True
    members: dict[str, str | ScenarioMember] = {}
    voice_code: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    code_misses: Annotated[int, Field(ge=0, le=CODE_TRIES)] = 0
    cart: list[ScenarioLine] = []
    saved: list[ScenarioLine] = []
    coupon: str = ""
    pickup: str = ""
    orders: list[ScenarioOrder] = []
    card: str = ""

    @field_validator("card")
    @classmethod
    def _card(cls, value: str) -> str:
        return known_card(value) if value else value


class ScenarioShop(ShopFile):
    """The shop of a described world; in dollars where it does not say. `payment` "card": where no money is
    real."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"

    @field_validator("payment", mode="before")
    @classmethod
    def _by_card(cls, value: object) -> object:
        return PaymentEntry(provider="development") if value == CARD else value


class Scenario(_Strict):
    """A described world. Loading replaces the shop's catalogue and facts, and everything kept about the
    shoppers named."""

    shop: ScenarioShop = ScenarioShop(name="Corner Store")
    products: Annotated[list[ScenarioProduct], Field(min_length=1)]
    shoppers: list[ScenarioShopper] = []

    @model_validator(mode="after")
    def _known_skus(self) -> Scenario:
        skus = [product.sku for product in self.products]
        if twice := {sku for sku in skus if skus.count(sku) > 1}:
            raise ValueError(f"products: sku {sorted(twice)[0]!r} stands twice")
        known = set(skus)
        for shopper in self.shoppers:
            carted = [line.sku for line in shopper.cart]
            if len(set(carted)) < len(carted):
                raise ValueError(f"shopper {shopper.user!r}: cart names a sku twice; give it one quantity")
            for line in (*shopper.cart, *shopper.saved):
                if line.sku not in known:
                    raise ValueError(f"shopper {shopper.user!r}: cart names the unknown sku {line.sku!r}")
            ways = [(shopper.coupon, shopper.pickup), *((o.coupon, o.pickup) for o in shopper.orders)]
            for coupon, pickup in ways:
                self._known_coupon_and_store(shopper.user, coupon=coupon, pickup=pickup)
            for order in shopper.orders:
                if order.status == "pending" and not self.shop.payment:
                    raise ValueError(
                        f"shopper {shopper.user!r}: an order waits for payment, but the shop bills"
                    )
                for line in order.lines:
                    if line.sku not in known and line.price is None:
                        raise ValueError(
                            f"shopper {shopper.user!r}: an order names {line.sku!r}, which is no product; "
                            "give the line a price to keep it as a product no longer sold"
                        )
        return self

    def _known_coupon_and_store(self, user: str, *, coupon: str, pickup: str) -> None:
        if coupon and coupon not in {entry.code for entry in self.shop.coupon}:
            raise ValueError(f"shopper {user!r}: {coupon!r} is no coupon of the shop")
        if pickup and pickup not in {entry.id for entry in self.shop.store}:
            raise ValueError(f"shopper {user!r}: {pickup!r} is no store of the shop")
