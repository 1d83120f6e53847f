"""The `[payment]` of a shop file: how cards are charged. Without it the merchant bills."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.payment import NOT_CHARGED, OUTCOMES, Cards


class PaymentEntry(BaseModel):
    """`provider` is "stripe", with in `secret_env` the name of the environment variable that holds the secret
    key; or "development", where no money is real and `card` says what comes of a charge. Who the provider
    knows a shopper as is a claim of their account: `[linking.claims] customer`. An order that is not paid is
    kept for `hold_minutes`."""

    model_config = ConfigDict(extra="forbid")

    provider: Literal["stripe", "development"]
    secret_env: Annotated[str, Field(pattern=r"^([A-Z_][A-Z0-9_]{0,99})?$")] = ""
    hold_minutes: Annotated[int, Field(ge=5, le=10_080)] = 120
    card: str = "approved"

    @field_validator("card")
    @classmethod
    def _known(cls, value: str) -> str:
        return known_card(value)

    @model_validator(mode="after")
    def _secret(self) -> Self:
        if self.provider == "stripe" and not self.secret_env:
            raise ValueError("stripe needs secret_env: the environment variable with the secret key")
        return self

    def chargeable(self, currency: str) -> None:
        """Raises ValueError when the provider cannot charge a currency to the unit."""
        if currency in NOT_CHARGED.get(self.provider, ()):
            raise ValueError(
                f"{self.provider} does not charge {currency} to the unit; leave [payment] out to bill"
            )

    def cards(self) -> Cards:
        return Cards(
            provider=self.provider,
            secret_env=self.secret_env,
            hold_minutes=self.hold_minutes,
            card=self.card,
        )


def written(cards: Cards) -> PaymentEntry:
    """The entry that `cards` is made of."""
    return PaymentEntry.model_construct(
        provider=cards.provider,
        secret_env=cards.secret_env,
        hold_minutes=cards.hold_minutes,
        card=cards.card,
    )


def known_card(value: str) -> str:
    """What comes of charges, as it was written. Raises ValueError when a word means nothing."""
    if unknown := next((word for word in value.split(",") if word not in OUTCOMES), None):
        raise ValueError(f"{unknown!r} is none of {', '.join(OUTCOMES)}")
    return value
