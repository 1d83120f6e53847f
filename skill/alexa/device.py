"""The device that was spoken to: what it can draw, where it is, and whom to ask about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from skill.alexa.fields import fields, text, when
from skill.commerce.contact import Coordinates
from skill.commerce.url import is_safe_url
from skill.dialogue.turn import Device

# What a device with a screen supports.
SCREEN = "Alexa.Presentation.APL"
# The APL our documents are written in: a device with an older one has no screen for us.
NEEDED = (2023, 3)
# A position that is older, or known less exactly in metres, does not tell which store is the nearest.
_FRESH = timedelta(minutes=15)
_EXACT = 5_000
_NO_NUMBER = 1e9
# Who is asked about a device: in North America, Europe and the Far East.
_AMAZON = (".amazonalexa.com", ".amazon.com")
_MAX_TOKEN = 8_000


def draws(system: Mapping[str, Any]) -> bool:
    """Whether the device can draw our documents. A version it does not tell is no obstacle."""
    screen = fields(system, "device", "supportedInterfaces").get(SCREEN)
    if not isinstance(screen, Mapping):
        return False
    parts = text(fields(screen, "runtime").get("maxVersion")).split(".")
    return not all(map(str.isdecimal, parts)) or tuple(map(int, parts)) >= NEEDED


def place(located: Mapping[str, Any], *, now: datetime) -> Coordinates | None:
    """Where the device is, as Alexa's location services tell it of devices that move, with the permission of
    their owner."""
    services, coordinate = fields(located, "locationServices"), fields(located, "coordinate")
    if services and (services.get("access"), services.get("status")) != ("ENABLED", "RUNNING"):
        return None
    seen = when(located.get("timestamp"))
    latitude, longitude, exact = (
        _number(coordinate.get(name))
        for name in ("latitudeInDegrees", "longitudeInDegrees", "accuracyInMeters")
    )
    # What is no number is neither within bounds nor exact.
    there = -90 <= latitude <= 90 and -180 <= longitude <= 180 and 0 <= exact <= _EXACT
    recent = seen is not None and abs(now - seen) <= _FRESH
    return Coordinates(latitude, longitude) if there and recent else None


def device(system: Mapping[str, Any]) -> Device | None:
    """The device, where it can be asked: at Amazon's own hosts alone, or on this machine."""
    named = fields(system, "device").get("deviceId"), system.get("apiEndpoint"), system.get("apiAccessToken")
    id, endpoint, token = map(_header, named)
    if not (id and token and endpoint and is_safe_url(endpoint)):
        return None
    parts = urlsplit(endpoint)
    amazon = parts.scheme == "https" and (parts.hostname or "").endswith(_AMAZON)
    return Device(id, endpoint.rstrip("/"), token) if amazon or parts.scheme == "http" else None


def _number(value: Any) -> float:
    return float(value) if type(value) in (int, float) and abs(value) < _NO_NUMBER else math.nan


def _header(value: Any) -> str:
    """Text that can stand in the head of a request, empty when this is none."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value
    return value if plain and len(value) <= _MAX_TOKEN else ""
