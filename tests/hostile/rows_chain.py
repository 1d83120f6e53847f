"""Requests whose signature is right, for a certificate nobody should trust or nobody can get."""

from __future__ import annotations

from functools import partial

from tests.hostile.row import Row
from tests.hostile.shop import Shop
from tests.hostile.wire import Post

UNTRUSTED = (
    *("expired", "not-yet-valid", "common-name-only", "wrong-name", "wildcard", "name-below", "name-above"),
    *("name-with-more", "address-only", "rsa-1024", "elliptic", "for-clients", "for-code", "for-mail"),
    *("issuer-not-identified", "leaf-is-authority", "unknown-root", "unknown-root-and-intermediate"),
    *("namesake-of-the-root", "namesake-of-the-intermediate", "expired-intermediate", "future-intermediate"),
    *("intermediate-may-not-sign", "rsa-1024-intermediate", "name-in-the-intermediate", "under-a-leaf"),
    *("longer-than-its-intermediate-allows", "intermediate-for-other-names", "critical-and-unknown"),
    "intermediate-critical-and-unknown",
    *("empty", "blank", "html", "denied-in-xml", "garbage", "zeros", "private-key", "public-key", "der"),
    *("cut-in-the-leaf", "cut-in-the-intermediate", "spoilt", "nul-inside", "no-certificate-in-it"),
    *("no-base64-in-it", "nothing-in-it", "gzipped", "in-utf-16", "leaf-alone", "leaf-last", "root-alone"),
    *("root-and-intermediate", "eleven", "sixty-leaves"),
)
UNFETCHED = (
    *("too-large", "huge", "endless", "hanging", "drips-head", "drips-line", "drips-continue", "drips-body"),
    *("not-http", "shorter-than-told", "nothing-said", "status-of-letters", "headers-without-end"),
    *("moved-301", "moved-302", "moved-303", "moved-307", "moved-308"),
    *("status-201", "status-203", "status-206", "status-400", "status-401", "status-403", "status-404"),
    *("status-410", "status-500", "status-503"),
)


def _under(shop: Shop, file: str) -> Post:
    return shop.post(file=file)


ROWS = (
    *(Row(f"chain {file}", "chain", partial(_under, file=file)) for file in UNTRUSTED),
    *(Row(f"chain {file}", "chain_fetch", partial(_under, file=file)) for file in UNFETCHED),
)
