"""A shopper's account, as it is known in a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the shopper's account in this turn; `told`: what came with their token."""

    linked: bool = False
    account: str = ""
    unchecked: bool = False
    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
