"""A reminder of Alexa's own, set while the shopper speaks, and the time zone their device is in
(https://developer.amazon.com/en-US/docs/alexa/smapi/alexa-reminders-api-reference.html and
alexa-settings-api-reference.html). Alexa speaks it at that time; the skill hears no more of it."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from skill.alexa.proactive import Ask
from skill.dialogue.turn import Device

# "consent": the shopper has to allow it first; "refused": this device, or this many reminders, cannot be;
# "away": nobody answered.
Outcome = Literal["set", "consent", "refused", "away"]
log = logging.getLogger("sayso")


def remind(
    device: Device,
    *,
    at: datetime,
    zone: str,
    now: datetime,
    text: str,
    locale: str,
    ask: Ask,
    unreachable: type[Exception],
    seconds: float,
) -> Outcome:
    """Set a reminder that says `text` at the local time `at` in `zone`. It is set once: nothing is tried
    again, since nobody could tell whether it was."""
    body = {
        "requestTime": now.astimezone(at.tzinfo).replace(tzinfo=None).isoformat(timespec="milliseconds"),
        "trigger": {
            "type": "SCHEDULED_ABSOLUTE",
            "scheduledTime": at.replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "timeZoneId": zone,
        },
        "alertInfo": {"spokenInfo": {"content": [{"locale": locale, "text": text}]}},
        "pushNotification": {"status": "ENABLED"},
    }
    headers = {"Authorization": f"Bearer {device.token}", "Content-Type": "application/json"}
    url = f"{device.endpoint}/v1/alerts/reminders"
    try:
        status, _ = ask(url, form=json.dumps(body).encode(), headers=headers, seconds=seconds)
    except unreachable:
        log.warning("a reminder could not be set: nobody answered")
        return "away"
    if 200 <= status < 300:
        return "set"
    if status == 401:
        return "consent"
    log.warning("a reminder could not be set: status %d", status)
    # 403: too many, or a device without reminders.
    return "refused" if status in (400, 403) else "away"


def time_zone(device: Device, *, ask: Ask, unreachable: type[Exception], seconds: float) -> str:
    """The name of the time zone the device is set to, which needs no permission; empty where it does not
    tell."""
    url = f"{device.endpoint}/v2/devices/{quote(device.id, safe='')}/settings/System.timeZone"
    try:
        status, content = ask(
            url, form=None, headers={"Authorization": f"Bearer {device.token}"}, seconds=seconds
        )
        told = json.loads(content) if status == 200 else ""
    except (unreachable, ValueError):
        return ""
    return told if isinstance(told, str) and len(told) <= 50 else ""
