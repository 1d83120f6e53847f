"""Who a linked customer is to the carrier and the mail, as their identity provider tells it (OpenID Connect
Core, sections 5.1 and 5.3): at its userinfo endpoint, or in the token itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from skill.commerce.contact import Address, Contact, mailbox
from skill.commerce.merchant import Claims, Linking
from skill.linking import wire
from skill.linking.wire import Unreachable

log = logging.getLogger("sayso")
_MAX_TEXT, _MAX_LINES = 100, 5


def contact_of(
    token: str, linking: Linking, *, subject: str, told: Mapping[str, Any], seconds: float
) -> Contact | None:
    """What the provider tells of the customer whose `token` this is, `told` with it or asked for within
    `seconds`; None when it cannot be asked now. What it tells of another `subject` counts for nothing."""
    if not linking.userinfo:
        return read(told, linking.claims)
    try:
        content = wire.fetch(linking.userinfo, headers={"Authorization": f"Bearer {token}"}, seconds=seconds)
        answer = json.loads(content)
    except (Unreachable, ValueError, RecursionError) as error:
        log.warning("an identity provider does not tell who a customer is: %s", type(error).__name__)
        return None
    # Section 5.3.2: a response for somebody else must not be used.
    if not isinstance(answer, dict) or answer.get("sub") != subject:
        log.warning("an identity provider told of somebody else, or of nobody")
        return None
    return read(answer, linking.claims)


def read(told: Mapping[str, Any], claims: Claims) -> Contact:
    """The contact in what was told; what is no text, or too long to be what it should, is left out. An
    address that its provider says is not verified is none to write to."""
    verified = told.get(f"{claims.email}_verified", True) not in (False, "false")
    return Contact(
        name=_text(told.get(claims.name)) if claims.name else "",
        email=mailbox(_text(told.get(claims.email), most=254)) if claims.email and verified else "",
        address=_address(told.get(claims.address)) if claims.address else None,
        customer=_text(told.get(claims.customer)) if claims.customer else "",
    )


def _address(told: Any) -> Address | None:
    if not isinstance(told, Mapping):
        return None
    street = told.get("street_address")
    if not street:
        # All in one text: its lines are the best that is known.
        lines = _lines(told.get("formatted"))
        return Address(lines=lines) if lines else None
    lines = _lines(street)
    return (
        Address(
            lines=lines,
            city=_text(told.get("locality")),
            region=_text(told.get("region")),
            code=_text(told.get("postal_code")),
            country=_text(told.get("country")),
        )
        if lines
        else None
    )


def _lines(told: Any) -> tuple[str, ...]:
    lines = told.splitlines()[:_MAX_LINES] if isinstance(told, str) else []
    return tuple(text for text in map(_text, lines) if text)


def _text(told: Any, *, most: int = _MAX_TEXT) -> str:
    text = told.strip() if isinstance(told, str) else ""
    return text if len(text) <= most and text.isprintable() else ""
