"""What a product is named to lack, it lacks; what it is named to hold, it does not."""

from __future__ import annotations

import pytest

from skill.catalogue.lacking import lacks


@pytest.mark.parametrize(
    ("language", "name", "unwanted", "expected"),
    [
        ("en", "Lime sparkling water", "lime", False),
        ("en", "Plain sparkling water", "lime", True),
        ("en", "Gluten free penne", "gluten", True),
        ("en", "Orange juice, no pulp", "pulp", True),
        ("en", "Zero sugar cola", "sugar", True),
        ("en", "Sugar cookies, no sugar added", "sugar", False),
        ("en", "Bread without nuts", "nuts", True),
        ("en", "Oat milk", "milk", False),
        ("de", "Limonade ohne Zucker", "zucker", True),
        ("de", "Limonade mit Zucker", "zucker", False),
        ("es", "yogur sin azúcar", "azúcar", True),
        ("fr", "jus d'orange sans pulpe", "pulpe", True),
        ("ar", "عصير برتقال بدون لب", "لب", True),
    ],
)
def test_a_name_tells_what_is_lacking(language: str, name: str, unwanted: str, expected: bool) -> None:
    assert lacks(name, unwanted, language=language) is expected
