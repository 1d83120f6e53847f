"""The nearest store, by where a device is or by a postal code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.contact import Coordinates
from skill.commerce.merchant import Branch
from skill.commerce.nearest import distance, nearest

ALBANY, TROY = Coordinates(42.652, -73.756), Coordinates(42.728, -73.692)


def branch(id: str, place: Coordinates | None = None, *postcodes: str) -> Branch:
    return Branch(id=id, names={"en": id}, addresses={"en": id}, place=place, postcodes=postcodes)


STORES = (branch("albany", ALBANY, "122"), branch("troy", TROY, "12180", "1218"), branch("web"))
places = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (ALBANY, ALBANY, 0),
        (Coordinates(0, 0), Coordinates(0, 1), 111_195),
        (Coordinates(52.52, 13.405), Coordinates(48.1372, 11.5756), 504_000),
        (Coordinates(0, 179.5), Coordinates(0, -179.5), 111_195),
        (Coordinates(90, 0), Coordinates(-90, 0), 20_015_087),
    ],
)
def test_a_distance_is_that_of_the_globe(one: Coordinates, other: Coordinates, metres: int) -> None:
    assert distance(one, other) == pytest.approx(metres, rel=0.002, abs=1)


@given(places)
def test_whoever_is_somewhere_gets_one_store_and_none_is_nearer(place: Coordinates) -> None:
    (found,) = nearest(STORES, place=place, code="12180")
    assert found.place is not None
    assert all(distance(place, found.place) <= distance(place, there) for there in (ALBANY, TROY))


@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ("12207-1234", ["albany"]),
        ("12180", ["troy"]),
        ("12189", ["troy"]),
        ("90210", []),
        ("", []),
    ],
)
def test_a_postal_code_belongs_to_the_longest_beginning_of_it(code: str, ids: list[str]) -> None:
    assert [store.id for store in nearest(STORES, place=None, code=code)] == ids


def test_letters_and_spaces_of_a_postal_code_are_no_obstacle() -> None:
    stores = (branch("soho", None, "w1d"), branch("camden", None, "NW1"))
    assert [store.id for store in nearest(stores, place=ALBANY, code="nw1 7ab")] == ["camden"]


def test_stores_that_serve_a_code_alike_are_all_told() -> None:
    stores = (branch("a", None, "122"), branch("b", None, "122", "9"))
    assert [store.id for store in nearest(stores, place=None, code="12207")] == ["a", "b"]
