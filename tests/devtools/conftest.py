"""A real browser and a real server for a file of tests; and a page that must not complain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.devtools.driven import opened
from tests.devtools.screenshots import sample_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample shop, served."""
    with sample_shop(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture
def shop_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample shop served to one test alone: for what holds for all shoppers, as the clock does."""
    with sample_shop(tmp_path_factory.mktemp("own")) as address:
        yield address


@pytest.fixture
def page(chromium: Any, shop: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The conversation page, opened by a shopper of the test's own; no console error and no foreign request
    allowed."""
    errors = request.node.get_closest_marker("console_errors")
    with opened(chromium, shop, user=request.node.name, complains=bool(errors)) as page:
        yield page


@pytest.fixture
def alone(chromium: Any, shop_of_its_own: str) -> Iterator[Any]:
    """The conversation page of a shop that nobody else visits."""
    with opened(chromium, shop_of_its_own, user="alone") as page:
        yield page
