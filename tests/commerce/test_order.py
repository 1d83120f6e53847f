"""Which status an order may have next, and the number people say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from skill.commerce.order import (
    CANCELLABLE,
    NEXT,
    UNDERWAY,
    Order,
    Tracking,
    moved,
    reported,
    spoken_number,
)
from skill.commerce.totals import Totals
from tests.commerce.goods import NOW, line, usd

ALL = sorted(NEXT)


def order(status: str) -> Order:
    totals = Totals(usd(399), usd(0), usd(0), usd(399), usd(0))
    return Order(
        id="o1",
        number="00001",
        shopper="s",
        status=status,
        placed_at=NOW,
        lines=(line("milk"),),
        totals=totals,
        history=(("placed", NOW),),
    )


def reachable(start: str) -> set[str]:
    found, queue = {start}, [start]
    while queue:
        fresh = NEXT[queue.pop()] - found
        found |= fresh
        queue += fresh
    return found


def test_every_status_can_be_reached_from_one_that_is_not_paid_yet() -> None:
    assert reachable("pending") == set(NEXT)


@pytest.mark.parametrize("status", ALL)
def test_no_status_comes_back_once_left(status: str) -> None:
    assert all(status not in reachable(following) for following in NEXT[status])


def test_underway_is_what_may_still_be_delivered() -> None:
    assert {status for status in NEXT if "delivered" in reachable(status)} - {"delivered"} == UNDERWAY


@pytest.mark.parametrize("status", ALL)
def test_an_order_moves_to_its_allowed_next_states_only(status: str) -> None:
    for following in ALL:
        if following in NEXT[status]:
            after = moved(order(status), following, now=NOW)
            assert (after.status, after.history[-1]) == (following, (following, NOW))
            assert after.history[:-1] == order(status).history
        else:
            with pytest.raises(ValueError, match=f"cannot go from {status} to {following}"):
                moved(order(status), following, now=NOW)


def test_a_shopper_may_call_off_an_order_until_it_is_packed() -> None:
    assert {"pending", "placed", "accepted"} == CANCELLABLE
    assert all("cancelled" in NEXT[status] for status in CANCELLABLE)


def test_spoken_numbers_are_five_digits_and_unique_for_a_hundred_thousand_orders() -> None:
    numbers = {spoken_number(counter) for counter in range(100_000)}
    assert len(numbers) == 100_000
    assert all(len(number) == 5 and number.isdigit() for number in numbers)


def test_spoken_numbers_of_neighbours_share_no_beginning() -> None:
    assert all(spoken_number(count)[:2] != spoken_number(count + 1)[:2] for count in range(1_000))


def test_a_report_moves_an_order_and_keeps_what_was_said_besides() -> None:
    shipped = reported(order("placed"), "shipped", now=NOW, tracking=Tracking("UPS", "1Z9"), note="two boxes")
    assert (shipped.status, shipped.tracking, shipped.notes) == (
        "shipped",
        Tracking("UPS", "1Z9"),
        ((NOW, "two boxes"),),
    )
    later = NOW + timedelta(hours=1)
    assert reported(shipped, "shipped", now=later) == shipped
    assert reported(shipped, "shipped", now=later, note="two boxes") == shipped
    assert reported(shipped, "shipped", now=later, note="left").notes == ((NOW, "two boxes"), (later, "left"))
    assert reported(shipped, "delivered", now=later).tracking == Tracking("UPS", "1Z9")
    with pytest.raises(ValueError, match="from shipped to placed"):
        reported(shipped, "placed", now=later)


def two_kinds(status: str) -> Order:
    return replace(order(status), lines=(line("milk", 3), line("eggs", 2)))


def test_pieces_that_are_not_everything_make_an_order_partly_shipped_whatever_it_is_called() -> None:
    for word in ("partly_shipped", "shipped", "out_for_delivery", "delivered"):
        part = reported(two_kinds("preparing"), "shipped", now=NOW, pieces={"milk": 3})
        assert (part.status, part.fulfilled) == ("partly_shipped", {"milk": 3})
        assert reported(part, word, now=NOW, pieces={"milk": 3}) == part
        more = reported(part, word, now=NOW, pieces={"eggs": 1})
        assert (more.status, more.fulfilled) == ("partly_shipped", {"milk": 3, "eggs": 1})


def test_the_last_pieces_make_it_shipped_and_pieces_are_not_counted_on() -> None:
    part = reported(two_kinds("placed"), "partly_shipped", now=NOW, pieces={"milk": 2})
    whole = reported(part, "partly_shipped", now=NOW, pieces={"milk": 3, "eggs": 2})
    assert (whole.status, whole.fulfilled) == ("shipped", {})
    assert reported(part, "shipped", now=NOW).status == "shipped"
    assert reported(two_kinds("shipped"), "delivered", now=NOW, pieces={"milk": 3, "eggs": 2}).status == (
        "delivered"
    )


@pytest.mark.parametrize("pieces", [{"milk": 4}, {"bread": 1}])
def test_more_than_was_ordered_cannot_be_shipped(pieces: dict[str, int]) -> None:
    with pytest.raises(KeyError, match=next(iter(pieces))):
        reported(two_kinds("placed"), "shipped", now=NOW, pieces=pieces)
