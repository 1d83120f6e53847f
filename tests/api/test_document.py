"""The served OpenAPI document: complete, true to what is answered, and made of the code that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import urllib3

from skill.api.problem import kinds
from skill.api.route import Route
from skill.api.web import MOUNT, all_routes
from tests.api.conftest import Merchant
from tests.api.fuzzing import SHORT, fuzz

ROUTES = all_routes()


def served(merchant: Merchant) -> Any:
    return urllib3.request("GET", f"{merchant.url}{MOUNT}/openapi.json").json()


def test_it_is_served_to_anybody_and_tells_every_route(harbor: Merchant) -> None:
    told = served(harbor)
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": MOUNT}]
    assert {(path, method) for path, methods in told["paths"].items() for method in methods} == {
        (route.path, route.method.lower()) for route in ROUTES
    }


def test_every_refusal_tells_how_to_mend_it() -> None:
    for code, kind in kinds().items():
        assert 400 <= kind.status <= 503, code
        assert all((kind.title, kind.detail, kind.remedy)), code


@pytest.mark.parametrize("route", [one for one in ROUTES if one.body], ids=lambda route: str(route.name))
def test_an_example_is_what_the_route_takes(route: Route) -> None:
    assert route.body is not None
    route.body.model_validate(route.example)


def test_schemathesis_finds_no_fault_and_nothing_that_is_not_in_the_document(
    harbor: Merchant, tmp_path: Path
) -> None:
    # What a whole shop may hold would take as long as all else together: python -m tests.api.fuzzing has it.
    done = fuzz(harbor, tmp_path, phases=SHORT, examples=3, without=("putShop",))
    assert done.returncode == 0, done.stdout + done.stderr
