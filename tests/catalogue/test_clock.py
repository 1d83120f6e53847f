"""Times of day as people say them, in three languages and as Alexa sends them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.clock import clock
from skill.catalogue.words import load


@pytest.mark.parametrize(
    ("language", "said", "hour", "minute"),
    [
        ("en", "10:00", 10, 0),
        ("en", "17:30:00", 17, 30),
        ("en", "MO", 9, 0),
        ("en", "ten", 10, 0),
        ("en", "at ten thirty a.m.", 10, 30),
        ("en", "five p m", 17, 0),
        ("en", "half past ten", 10, 30),
        ("en", "five o'clock", 5, 0),
        ("en", "quarter to five p.m.", 16, 45),
        ("en", "twenty past five", 5, 20),
        ("en", "ten to five in the afternoon", 16, 50),
        ("en", "noon", 12, 0),
        ("en", "12 am", 0, 0),
        ("en", "nine in the morning", 9, 0),
        ("de", "um zehn Uhr dreißig", 10, 30),
        ("de", "halb zehn", 9, 30),
        ("de", "10:30 Uhr", 10, 30),
        ("de", "viertel nach drei", 3, 15),
        ("de", "drei viertel vier", 3, 45),
        ("de", "fünf nachmittags", 17, 0),
        ("de", "zehn vor fünf", 4, 50),
        ("ar", "الساعة عشرة", 10, 0),
        ("ar", "عشرة ونص", 10, 30),
        ("ar", "الساعة عشرة إلا ربع", 9, 45),
        ("ar", "خمس العصر", 17, 0),
        ("ar", "الساعة الخامسة مساءً", 17, 0),
        ("ar", "الساعة الثانية عشرة", 12, 0),
        ("ar", "الساعة ١٠", 10, 0),
        ("fr", "10:00", 10, 0),
    ],
)
def test_a_time_is_read(language: str, said: str, hour: int, minute: int) -> None:
    assert clock(said, words=load(language)) == time(hour, minute)


@pytest.mark.parametrize("said", ["", "oat milk", "two percent", "10 oats", "25 o'clock", "at", "5 to", "99"])
def test_what_is_no_time_is_none(said: str) -> None:
    assert clock(said, words=load("en")) is None


@given(st.sampled_from(["en", "de", "ar", "fr"]), st.text(max_size=20))
def test_nothing_that_is_said_breaks_it(language: str, said: str) -> None:
    clock(said, words=load(language))


@given(st.times(timezones=st.none()).map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_iso_times_are_read_as_they_are(moment: time) -> None:
    assert clock(moment.isoformat("minutes"), words=load("en")) == moment
