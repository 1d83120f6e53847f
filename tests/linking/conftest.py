"""A provider that is up, and a memory of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skill.linking.verified import Known
from tests.linking.provider import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as up:
        yield up


@pytest.fixture
def known() -> Known:
    return Known()
