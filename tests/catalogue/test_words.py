"""What is said about amount, price and wishes is taken out; the rest is searched."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skill.catalogue.analyser import digits, fold
from skill.catalogue.words import Query, day, load, trim, understand
from skill.commerce.quantity import Amount

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WORDS = load("en")
FREQUENT = (
    "a the some two 12 half dozen and of pound pounds pack packs under between dollars cents $ 3.50 not"
    " or cheapest please one oat milk percent bag to for about 99 quarter from another"
)
spoken = st.lists(
    st.sampled_from(FREQUENT.split()),
    max_size=9,
).map(" ".join)


def read(text: str) -> Query:
    return understand(text, words=WORDS, now=NOW)


@pytest.mark.parametrize(
    ("said", "text", "amount"),
    [
        ("oat milk", "oat milk", None),
        ("three apples", "apples", (3, "piece")),
        ("one avocado", "avocado", (1, "piece")),
        ("18 eggs", "eggs", (18, "piece")),
        ("two cartons of oat milk", "oat milk", (2, "pack")),
        ("a loaf of bread", "bread", (1, "pack")),
        ("two boxes of cereal", "cereal", (2, "pack")),
        ("a pair of gloves", "gloves", (1, "pack")),
        ("two cans tuna", "tuna", (2, "pack")),
        ("six rolls of toilet paper", "toilet paper", (6, "piece")),
        ("two fillets of sole", "sole", (2, "piece")),
        ("a couple of lemons", "lemons", (2, "piece")),
        ("a dozen eggs", "eggs", (12, "ct")),
        ("two dozen eggs", "eggs", (24, "ct")),
        ("half a dozen eggs", "eggs", (6, "ct")),
        ("two pounds of ground beef", "ground beef", (2, "lb")),
        ("a pound and a half of beef", "beef", (1.5, "lb")),
        ("one and a half pounds of beef", "beef", (1.5, "lb")),
        ("two and a half pounds of beef", "beef", (2.5, "lb")),
        ("2.5 pounds of beef", "beef", (2.5, "lb")),
        ("half a pound of butter", "butter", (0.5, "lb")),
        ("a quarter pound of ham", "ham", (0.25, "lb")),
        ("three quarters of a pound of ham", "ham", (0.75, "lb")),
        ("half a gallon of milk", "milk", (0.5, "gal")),
        ("one half gallon of milk", "milk", (0.5, "gal")),
        ("two half gallons of milk", "milk", (1, "gal")),
        ("1/2 gallon milk", "milk", (0.5, "gal")),
        ("½ gallon milk", "milk", (0.5, "gal")),
        ("two liters of cola", "cola", (2, "l")),
        ("a gallon of milk", "milk", (1, "gal")),
        ("a pint of half and half", "half and half", (1, "pt")),
        ("500 grams of cheese", "cheese", (500, "g")),
        ("500g cheese", "cheese", (500, "g")),
        ("twenty ounce ketchup", "ketchup", (20, "oz")),
        ("about 5 pounds of potatoes", "potatoes", (5, "lb")),
        ("two six packs of coke", "coke 6 pack", (2, "piece")),
        ("a six pack of cola", "cola 6 pack", (1, "piece")),
        ("six packs of cola", "cola", (6, "pack")),
        ("a 2 pound bag of flour", "flour 2 pound", (1, "piece")),
        ("three 2 pound bags of flour", "flour 2 pound", (3, "piece")),
        ("two liter bottle of cola", "cola 2 liter", (1, "piece")),
        ("please some two cartons of milk", "milk", (2, "pack")),
        ("two number 5 candles", "number 5 candles", (2, "piece")),
        ("two sixty watt light bulbs", "60 watt light bulbs", (2, "piece")),
        ("four double a batteries", "double a batteries", (4, "piece")),
        # A number that belongs to the product is no amount.
        ("two percent milk", "2 percent milk", None),
        ("nine volt battery", "9 volt battery", None),
        ("seven up", "7 up", None),
        ("two ply toilet paper", "2 ply toilet paper", None),
        ("seven grain bread", "7 grain bread", None),
        ("72 count wipes", "72 count wipes", None),
        ("100 calorie snacks", "100 calorie snacks", None),
        ("size 3 diapers", "size 3 diapers", None),
        ("double a batteries", "double a batteries", None),
        ("half and half", "half and half", None),
        # A way of packing is one only where it is counted.
        ("cup noodles", "cup noodles", None),
        ("a can opener", "can opener", None),
        ("two can openers", "can openers", (2, "piece")),
        ("two ball point pens", "ball point pens", (2, "piece")),
    ],
)
def test_an_amount_is_taken_off_the_product(said: str, text: str, amount: tuple[float, str] | None) -> None:
    expected = Amount(round(amount[0] * 1000), amount[1]) if amount else None
    assert (read(said).text, read(said).amount) == (text, expected)


@pytest.mark.parametrize(
    ("said", "text", "low", "high"),
    [
        ("ketchup under three dollars", "ketchup", None, 300),
        ("ketchup for less than three dollars", "ketchup", None, 300),
        ("under ten dollars ninety nine", "", None, 1099),
        ("chips under ten dollars and 99 cents", "chips", None, 1099),
        ("ketchup below $3.50", "ketchup", None, 350),
        ("ketchup up to 3.50", "ketchup", None, 350),
        ("coffee under ten ninety nine", "coffee", None, 1099),
        ("soup under two fifty", "soup", None, 250),
        ("coffee at most ten bucks", "coffee", None, 1000),
        ("gum under fifty cents", "gum", None, 50),
        ("candy under a dollar", "candy", None, 100),
        ("something under ten", "", None, 1000),
        ("coffee under 10 please", "coffee", None, 1000),
        ("beef under 5 dollars a pound", "beef", None, 500),
        ("coffee under 10 dollars 12 ounce", "coffee 12 ounce", None, 1000),
        ("wine over twenty dollars", "wine", 2000, None),
        ("at least ten dollars of meat", "meat", 1000, None),
        ("chips between three and five dollars", "chips", 300, 500),
        ("coffee from ten to twenty dollars", "coffee", 1000, 2000),
        ("coffee between twenty and ten dollars", "coffee", 1000, 2000),
        ("tv between five hundred and six hundred dollars", "tv", 50_000, 60_000),
        ("coffee around ten dollars", "coffee", 800, 1200),
        ("wine for about ten bucks", "wine", 800, 1200),
        ("wine for 5 dollars", "wine", 400, 600),
        ("five dollar wine", "wine", 400, 600),
        # Not every number behind "under" or "from" is money.
        ("less than 5 grams of sugar", "less than 5 grams of sugar", None, None),
        ("under 20 cookies", "under 20 cookies", None, None),
        ("coffee from sixteen gates", "coffee from 16 gates", None, None),
    ],
)
def test_a_price_becomes_bounds_in_minor_units(
    said: str, text: str, low: int | None, high: int | None
) -> None:
    assert (read(said).text, read(said).low, read(said).high) == (text, low, high)


def test_under_five_pounds_of_flour_is_a_size_and_no_price() -> None:
    query = read("under 5 pounds of flour")
    assert not query.bounded
    assert "flour" in query.text


def test_a_currency_without_cents_counts_whole_units() -> None:
    assert understand("under 500 dollars", words=WORDS, now=NOW, minor_per_major=1).high == 500


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("the cheapest ketchup", "ketchup"),
        ("whats the cheapest ketchup you have", "ketchup"),
        ("cheap ketchup", "ketchup"),
        ("least expensive coffee", "coffee"),
        ("cheapest", ""),
    ],
)
def test_the_cheapest_is_a_wish_and_no_word_to_search(said: str, text: str) -> None:
    assert (read(said).text, read(said).cheapest) == (text, True)


@pytest.mark.parametrize(
    ("said", "text", "without"),
    [
        ("coffee not nestle", "coffee", ("nestle",)),
        ("coffee but not decaf please", "coffee", ("decaf",)),
        ("chips except barbecue", "chips", ("barbecue",)),
        ("coffee not decaf or instant", "coffee", ("decaf", "instant")),
        ("coffee not decaf and not instant", "coffee", ("decaf", "instant")),
        ("coffee other than sixteen gates", "coffee", ("16 gates",)),
        ("dinner anything but mac and cheese", "dinner", ("mac cheese",)),
        ("coffee not decaf under ten dollars", "coffee", ("decaf",)),
        ("knotted rope", "knotted rope", ()),
    ],
)
def test_what_is_not_wanted_is_kept_apart(said: str, text: str, without: tuple[str, ...]) -> None:
    assert (read(said).text, read(said).without) == (text, without)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("some oat milk please", "oat milk"),
        ("the oat milk", "oat milk"),
        ("um maybe the oat milk", "oat milk"),
        ("oat milk to my cart please", "oat milk"),
        ("bananas as well", "bananas"),
        ("the cheap oat milk one", "oat milk"),
        ("please", ""),
        ("pasta without any gluten", "gluten free pasta"),
        ("the milk with no lactose please", "lactose free milk"),
        ("M&M's", "m and ms"),
        ("Crème Brûlée!", "creme brulee"),
    ],
)
def test_fillers_around_the_words_are_dropped(said: str, text: str) -> None:
    assert read(said).text == text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("today", date(2026, 11, 21)),
        ("Tomorrow", date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 20)),
        ("saturday", date(2026, 11, 21)),
        ("Sundays", date(2026, 11, 22)),
        ("friday", date(2026, 11, 27)),
        ("2026-12-24", date(2026, 12, 24)),
        ("someday", None),
        ("2026-13-01", None),
    ],
)
def test_a_weekday_is_the_coming_one(said: str, expected: date | None) -> None:
    assert day(said, words=WORDS, today=NOW.date()) == expected


@given(st.text() | spoken)
@example("under " + "9" * 5000 + " dollars")
@example("9" * 5000 + " eggs")
@example("a " * 5000)
@example("²³ £5 €٣ 1e5 ١٢ eggs")
def test_any_text_is_understood_somehow(text: str) -> None:
    query = read(text)
    assert query.text == " ".join(query.text.split())
    assert query.amount is None or query.amount.milli >= 0
    assert query.low is None or query.high is None or query.low <= query.high


@given(st.text() | spoken)
def test_trimming_twice_is_trimming_once(text: str) -> None:
    once = trim(text, words=WORDS)
    assert trim(once, words=WORDS) == once


@given(spoken)
def test_no_word_is_searched_that_was_not_said(text: str) -> None:
    heard = digits(fold(text), language="en").split()
    assert set(read(text).text.split()) <= {*heard, "pack", "free"}
