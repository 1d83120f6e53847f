"""The `[notices]` of a shop file: what it says, and what is wrong with it."""

from __future__ import annotations

from datetime import time

import pytest
from pydantic import ValidationError

from skill.commerce.notices import Notifying, Quiet
from skill.merchants.notices_file import NoticesEntry


def test_what_is_left_out_is_as_the_product_has_it() -> None:
    assert NoticesEntry().notifying() == Notifying()


@pytest.mark.parametrize(
    "terms",
    [
        Notifying(),
        Notifying(cap=1, quiet=Quiet(time(0), time(0)), kinds=("order",)),
        Notifying(quiet=Quiet(time(12), time(14, 30)), client_id="c", secret_env="SAYSO_NOTICES", live=True),
    ],
)
def test_it_is_read_as_it_is_written(terms: Notifying) -> None:
    assert NoticesEntry.model_validate(NoticesEntry.of(terms).model_dump()).notifying() == terms


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"quiet": "late"}, "is no span of hours"),
        ({"quiet": "09:00-09:00"}, "is no span of hours"),
        ({"kinds": ["offers"]}, "kinds"),
        ({"cap": 0}, "cap"),
        ({"client_id": "c"}, "needs a secret"),
    ],
)
def test_what_is_wrong_is_told(written: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        NoticesEntry.model_validate(written)
