"""What a shopper told: theirs alone, once each, newest first of what contradicts, and gone when it is to
go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.memory import KINDS, MAX_KNOWN, Known, of, remembered, size_of, values, without

NOW = datetime(2026, 11, 21, tzinfo=UTC)
things = st.builds(
    Known,
    kind=st.sampled_from(KINDS),
    value=st.sampled_from(("vegan", "Vegan", "M", "Brindle")),
    at=st.just(NOW),
    by=st.sampled_from((None, "ann", "ben")),
)


def told(*all: Known) -> tuple[Known, ...]:
    known: tuple[Known, ...] = ()
    for one in all:
        known = remembered(known, one)
    return known


@given(st.lists(things, max_size=12))
def test_the_newest_is_always_known_and_nothing_is_known_twice(all: list[Known]) -> None:
    known = told(*all)
    assert not all or known[-1] == all[-1]
    assert len({(one.kind, one.value.casefold(), one.by) for one in known}) == len(known) <= MAX_KNOWN


@given(st.lists(things, max_size=12), st.sampled_from((None, "ann", "ben")))
def test_nobody_hears_or_forgets_what_another_told(all: list[Known], person: str | None) -> None:
    known = told(*all)
    assert all_by(of(known, person=person)) <= {None, person}
    left = without(known, lambda _: True, person=person)
    assert left == tuple(one for one in known if one.by not in (None, person))


def all_by(known: tuple[Known, ...]) -> set[str | None]:
    return {one.by for one in known}


def test_a_new_size_takes_the_place_of_the_old_one_and_a_liking_that_of_a_dislike() -> None:
    known = told(
        Known(kind="size", value="M", at=NOW),
        Known(kind="dislike", value="Brindle", at=NOW),
        Known(kind="size", value="L", at=NOW),
        Known(kind="like", value="brindle", at=NOW),
    )
    assert (values(known, "size"), values(known, "dislike"), values(known, "like")) == (
        ("L",),
        (),
        ("brindle",),
    )


def test_what_is_told_without_end_ends() -> None:
    known = told(*(Known(kind="note", value=str(n), at=NOW) for n in range(MAX_KNOWN + 5)))
    assert values(known, "note") == tuple(str(n) for n in range(5, MAX_KNOWN + 5))


@pytest.mark.parametrize(
    ("said", "size"), [("Medium", "m"), ("mittel", "m"), ("كبير", "l"), ("42", "42"), ("Extra Large", "xl")]
)
def test_a_size_is_one_size_whatever_it_is_called(said: str, size: str) -> None:
    assert size_of(said) == size
