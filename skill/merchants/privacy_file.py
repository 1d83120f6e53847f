"""The `[privacy]` of a shop file: for how long what is kept of shoppers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skill.commerce.merchant import Privacy

_YEAR = 366
# What has to outlast a week: shoppers come back for a cart, and ask after an order that is on its way.
Days = Annotated[int, Field(ge=7, le=3 * _YEAR)]


class PrivacyEntry(BaseModel):
    """Days: a cart since it was last changed, an order since it was placed (tax law asks for years), a case
    since it was opened, an event since it was told, and a shopper who never came back. `sentences_days`: what
    was not understood or answered, of shoppers who said that the shop may learn from it (0: never kept)."""

    model_config = ConfigDict(extra="forbid")

    carts_days: Days = Privacy().carts_days
    orders_days: Annotated[int, Field(ge=30, le=30 * _YEAR)] = Privacy().orders_days
    cases_days: Days = Privacy().cases_days
    events_days: Days = Privacy().events_days
    shoppers_days: Annotated[int, Field(ge=30, le=10 * _YEAR)] = Privacy().shoppers_days

    sentences_days: Annotated[int, Field(ge=0, le=_YEAR)] = Privacy().sentences_days

    def privacy(self) -> Privacy:
        return Privacy(**self.model_dump())
