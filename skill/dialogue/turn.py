"""What one turn brings in, on any platform: the whole input of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skill.commerce.contact import Coordinates


@dataclass(frozen=True, slots=True)
class Slot:
    """`text`: the words heard. `ids`: what they resolved to, best first (several: the platform could
    not tell). `number`: for number slots; a number that was not understood is text "?" without number."""

    text: str = ""
    ids: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """What was touched on a screen: `act`, and `on` which product or question. It comes from outside, so
    nothing of it is believed before `skill.dialogue.touch` has looked."""

    act: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """The device that was spoken to, and where (`endpoint`, a URL) it can be asked about itself and its owner
    with a `token` of this request, which no log may show."""

    id: str = field(repr=False)
    endpoint: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`user` is the platform's account id (hashed before it becomes a key), `person` the recognised
    speaker; `attributes` is the conversation as the last answer left it; `linked`: the request
    carried a linked account's `token`, which no log may show; `screen`: the device can draw; `touch`: it was
    touched instead of spoken to; `place`: where a moving device is, if its owner lets us know, and as little
    for a log as a token; `device`: None where it cannot be asked."""

    request_id: str
    intent: str
    now: datetime
    locale: str
    user: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    linked: bool = False
    screen: bool = False
    touch: Touch | None = None
    token: str = field(default="", repr=False)
    place: Coordinates | None = field(default=None, repr=False)
    device: Device | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """What a shopper did to their account outside of any conversation: `kind` is "linked", "unlinked",
    "disabled" (the skill was taken off), "subscribed" or "unsubscribed" (notifications are allowed, or no
    longer), `at` when they did it. The platform may tell it late, and again."""

    kind: str
    user: str
    request_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A conversation that its shopper left without a last answer, with the `attributes` it had then."""

    user: str
    attributes: Mapping[str, Any]
    now: datetime
