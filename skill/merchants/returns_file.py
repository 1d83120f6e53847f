"""The `[returns]` of a shop file: for how long things may come back."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ReturnsEntry(BaseModel):
    """Until when an order may go back; what may, and how, is for an answer ([[faq]]) to say."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(ge=1, le=3_650, description="Days from the one it arrived on, the last included.")
