"""The shop in numbers, and what shoppers said in vain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from skill.api import catalogue
from skill.api.forms import Strict
from skill.api.route import Answer, Call, Route
from skill.merchants.figures import most_unanswered, numbers_of

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)] | None
Apart = Annotated[float, Field(ge=-1, le=1)]


class Figures(BaseModel):
    """What days come to. Sessions: how many, and how many came as far as a search, a filled cart, the total
    and an order; with a person sent for; that left goods in the cart, and their value. Turns: how many, not
    understood, and put right by the shopper. Orders: how many were placed, their value, and how many by
    shoppers who had ordered before. Amounts are in minor units; shares are null where there was nothing to
    share; `turns_to_order` is that of the session in the middle, `rating` in stars."""

    launches: Count
    sessions: Count
    to_search: Count
    to_add: Count
    to_checkout: Count
    to_order: Count
    turns: Count
    misses: Count
    corrections: Count
    with_person: Count
    hand_overs: Count
    answers: Count
    carts_left: Count
    value_left: Count
    orders_placed: Count
    order_value: Count
    orders_again: Count
    ratings: Count
    stars: Count
    recommended: Count
    cross_sold: Count
    notices_sent: Count
    notices_opened: Count
    notices_stopped: Count
    conversion: Share
    abandonment: Share
    automation: Share
    misunderstood: Share
    turns_to_order: Count | None
    average_order: Count | None
    repeat: Share
    rating: Annotated[float, Field(ge=1, le=5)] | None


class DayForm(Figures):
    """The figures of one day, where the shop is."""

    date: str


class StageForm(BaseModel):
    """How many sessions came so far."""

    stage: Literal["sessions", "to_search", "to_add", "to_checkout", "to_order"]
    count: Count


class ArmForm(BaseModel):
    """One wording: the shoppers who heard it, those who ordered after, their share with the interval that
    holds the true one 95 times of 100 (Wilson), and its difference to the first wording (Newcombe)."""

    id: str
    heard: Count
    ordered: Count
    share: Share
    interval: tuple[Apart, Apart] | None = None
    verdict: Literal["too_few", "no_difference", "better", "worse"] | None = None
    difference: tuple[Apart, Apart] | None = None


class ExperimentForm(BaseModel):
    """Wordings of one sentence, since it runs. With fewer than `least` shoppers an arm nothing is told."""

    id: str
    prompt: str
    least: Count
    arms: list[ArmForm]


class NumbersForm(BaseModel):
    """The shop's numbers over some days, today the last; each day's, the funnel and what experiments tell."""

    currency: str
    minor_digits: Count
    timezone: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    totals: Figures
    funnel: list[StageForm]
    days: list[DayForm]
    experiments: list[ExperimentForm]


class NumbersQuery(Strict):
    """How many days, today the last of them."""

    days: Annotated[int, Field(ge=1, le=366)] = 28


class UnansweredForm(BaseModel):
    """A sentence without what names somebody, of how many shoppers who allowed it to be kept, and the day it
    was said last."""

    text: str
    kind: Literal["question", "product", "sentence", ""]
    locale: str
    shoppers: Count
    last: str


class UnansweredPage(BaseModel):
    """What shoppers said in vain, what most said first."""

    unanswered: list[UnansweredForm]


class UnansweredQuery(Strict):
    """How many at most."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100


class EraseQuery(Strict):
    """Only this sentence, as it was told (left out: all)."""

    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None


def _numbers(call: Call) -> Answer:
    asked: NumbersQuery = call.query
    facts = catalogue.known_facts(call.app)
    return Answer(200, numbers_of(call.app.store, facts, now=call.now, count=asked.days))


def _unanswered(call: Call) -> Answer:
    asked: UnansweredQuery = call.query
    return Answer(200, {"unanswered": most_unanswered(call.app.store, limit=asked.limit)})


def _erase(call: Call) -> Answer:
    asked: EraseQuery = call.query
    call.app.store.drop_sentences(text=asked.text)
    return Answer(204)


ROUTES = (
    Route(
        method="GET",
        path="/numbers",
        name="getNumbers",
        summary="The shop in numbers: sessions, orders, how far shoppers come, what was not understood",
        scope="read",
        handle=_numbers,
        query=NumbersQuery,
        answers={200: NumbersForm},
    ),
    Route(
        method="GET",
        path="/unanswered",
        name="listUnanswered",
        summary="What shoppers said in vain, of those who allowed it",
        scope="read",
        handle=_unanswered,
        query=UnansweredQuery,
        answers={200: UnansweredPage},
    ),
    Route(
        method="DELETE",
        path="/unanswered",
        name="eraseUnanswered",
        summary="Forget one of these sentences, or all",
        scope="write",
        handle=_erase,
        query=EraseQuery,
        answers={204: None},
    ),
)
