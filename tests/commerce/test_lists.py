"""Lists of one's own: small, each name once, nothing lost that was put on one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.lists import (
    MAX_ENTRIES,
    MAX_LETTERS,
    MAX_LISTS,
    Entry,
    OwnList,
    put_on,
    taken_off,
    with_changed,
    with_list,
)
from skill.errors import ListFull

entries = st.lists(st.builds(Entry, st.sampled_from("abcdef"), st.integers(1, 9)), max_size=8)


@given(entries)
def test_what_is_put_on_twice_is_there_once_with_all_its_pieces(put: list[Entry]) -> None:
    own = put_on(OwnList("barbecue"), *put)
    assert {entry.sku: entry.quantity for entry in own.entries} == {
        sku: sum(entry.quantity for entry in put if entry.sku == sku) for sku in {e.sku for e in put}
    }
    assert len({entry.sku for entry in own.entries}) == len(own.entries)


@given(entries, st.sampled_from("abcdef"))
def test_what_is_taken_off_is_gone_and_nothing_else(put: list[Entry], sku: str) -> None:
    own = put_on(OwnList("barbecue"), *put)
    left = taken_off(own, sku)
    assert left.entries == tuple(entry for entry in own.entries if entry.sku != sku)


def test_a_list_and_the_lists_have_an_end() -> None:
    full = put_on(OwnList("all"), *(Entry(str(n)) for n in range(MAX_ENTRIES)))
    with pytest.raises(ListFull) as refused:
        put_on(full, Entry("more"))
    assert (refused.value.key, refused.value.values) == ("add_to_list.full", {"count": MAX_ENTRIES})
    lists: tuple[OwnList, ...] = ()
    for n in range(MAX_LISTS):
        lists = with_list(lists, f"{n}" * 100)
    assert all(len(own.name) <= MAX_LETTERS for own in lists)
    with pytest.raises(ListFull):
        with_list(lists, "one more")


def test_a_changed_list_takes_the_place_of_the_one_of_its_name() -> None:
    lists = with_list(with_list((), "one"), "two")
    changed = put_on(lists[0], Entry("a"))
    assert with_changed(lists, changed) == (changed, lists[1])
