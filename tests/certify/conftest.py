from __future__ import annotations

from pathlib import Path

import pytest

from skill.certify.check import Candidate
from tests.certify.world import complete


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    """A deployment that lacks nothing. Tests break copies of it."""
    folder: Path = tmp_path_factory.mktemp("certify")
    return complete(folder)
