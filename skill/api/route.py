"""What a route of the merchant API is: one value, of which the server is made, and its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from skill.api.problem import kinds
from skill.app import App
from skill.commerce.key import Key

Scope = Literal["read", "write"]
# A thousand products with long descriptions.
MOST_JSON = 8 * 1024 * 1024
# What every request may meet.
_ALWAYS = ("not_read", "not_known", "not_allowed", "not_valid", "not_here", "unavailable")
_ALWAYS_SIGNED = ("not_read", "not_valid", "not_here", "unavailable")
_WITH_BODY = ("too_large", "wrong_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that may be carried out: of the shop of `app`, for whoever has `key`. `path` are the parts of
    the address, `once` the Idempotency-Key (empty: none); `body` and `query` are as the route declares them,
    `stream` is the body of a route that takes one as it is; `html`: that is what the sender
    would read best. A signed message has no key: `raw` is its body and `headers` are its own, by lower-case
    name, for the route to verify."""

    app: App
    key: Key | None
    now: datetime
    path: Mapping[str, str]
    query: Any = None
    body: Any = None
    stream: Any = None
    once: str = ""
    html: bool = False
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is a model or what it would be as JSON, HTML text, or None for none."""

    status: int
    body: BaseModel | Mapping[str, Any] | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`path` holds {names}; `answers` are the models by status, `problems` codes of `problems.toml` besides
    those any request may meet. `raw`: the body is taken as it is; `most`: bytes it may have; `once`: it heeds
    an Idempotency-Key; `html`: it answers in HTML when asked to; `slashes`: what its path names may hold
    them, as ids that merchants chose do; `signed`: it is opened by a signature of the body, not by a key.
    `example` is a body that can be sent."""

    method: str
    path: str
    name: str
    summary: str
    scope: Scope
    handle: Callable[[Call], Answer]
    answers: Mapping[int, type[BaseModel] | None]
    problems: tuple[str, ...] = ()
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    example: Any = None
    raw: bool = False
    most: int = MOST_JSON
    once: bool = False
    html: bool = False
    slashes: bool = False
    signed: bool = False

    @property
    def refusals(self) -> Mapping[int, tuple[str, ...]]:
        """The codes it may refuse with, by status."""
        with_body = _WITH_BODY if self.body or self.raw else ()
        always = _ALWAYS_SIGNED if self.signed else _ALWAYS
        codes = dict.fromkeys((*always, *with_body, *self.problems))
        if self.raw:
            codes.pop("wrong_type")
        found: dict[int, tuple[str, ...]] = {}
        for code in codes:
            status = kinds()[code].status
            found[status] = (*found.get(status, ()), code)
        return found
