"""Who a shopper is, as the device and the account at Amazon tell it: Device Address API and Customer Profile
API (https://developer.amazon.com/en-US/docs/alexa/custom-skills/device-address-api.html and
customer-profile-api-reference.html). Each field needs a permission of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from skill.commerce.contact import Address, mailbox
from skill.dialogue.turn import Device

# What a shopper is asked to allow.
PERMISSIONS = ("read::alexa:device:all:address", "alexa::profile:name:read", "alexa::profile:email:read")
# The same for being told of things later: by notifications, and by reminders of the device's own.
NOTIFICATIONS = "alexa::devices:all:notifications:write"
REMINDERS = "alexa::alerts:reminders:skill:readwrite"
LATER = {"notifications": NOTIFICATIONS, "reminders": REMINDERS}
_PROFILE = "/v2/accounts/~current/settings/Profile."
_MAX_TEXT = 100
log = logging.getLogger("sayso")


class Ask(Protocol):
    def __call__(self, url: str, *, headers: Mapping[str, str], seconds: float) -> tuple[int, bytes]:
        """Status and content that `url` answers with."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one thing: `value`, or why there is none: "consent", "unset" or "away"."""

    value: Any = None
    obstacle: str = ""


def asked(
    device: Device, *what: str, ask: Ask, unreachable: type[Exception], seconds: float
) -> Mapping[str, Told]:
    """What the device tells of each of `what` ("address", "name", "email"), all asked at once and within
    `seconds`. `ask` raises `unreachable` where nobody answers."""

    def one(name: str) -> Told:
        place = f"/v1/devices/{quote(device.id, safe='')}/settings/address"
        if name != "address":
            place = f"{_PROFILE}{name}"
        headers = {"Authorization": f"Bearer {device.token}"}
        try:
            status, content = ask(device.endpoint + place, headers=headers, seconds=seconds)
        except unreachable:
            log.warning("Alexa does not tell the %s: nobody answered", name)
            return Told(obstacle="away")
        if status in (401, 403):
            return Told(obstacle="consent")
        if status in (204, 404):
            return Told(obstacle="unset")
        if status != 200:
            log.warning("Alexa does not tell the %s: status %d", name, status)
            return Told(obstacle="away")
        value = _READ[name](_json(content))
        return Told(value) if value else Told(obstacle="unset")

    with ThreadPoolExecutor(len(what) or 1) as threads:
        return dict(zip(what, threads.map(one, what), strict=True))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _address(told: Any) -> Address | None:
    if not isinstance(told, Mapping):
        return None
    lines = tuple(filter(None, (_text(told.get(f"addressLine{n}")) for n in (1, 2, 3))))
    return (
        Address(
            lines=lines,
            city=_text(told.get("city")),
            region=_text(told.get("stateOrRegion")) or _text(told.get("districtOrCounty")),
            code=_text(told.get("postalCode")),
            country=_text(told.get("countryCode")),
        )
        if lines
        else None
    )


def _text(told: Any) -> str:
    text = told.strip() if isinstance(told, str) else ""
    return text if len(text) <= _MAX_TEXT and text.isprintable() else ""


def _email(told: Any) -> str:
    return mailbox(told) if isinstance(told, str) else ""


_READ: Mapping[str, Callable[[Any], Any]] = {"address": _address, "name": _text, "email": _email}
