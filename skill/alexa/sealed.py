"""The id Amazon knows a shopper by, sealed: nobody who reads the store alone can tell whose it is. It is kept
while they want notifications, which can be addressed in no other way."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken


def seal(user: str, *, secret: str) -> str:
    """The id as text that only who knows `secret` can read."""
    return _key(secret).encrypt(user.encode("utf-8", "surrogatepass")).decode()


def unseal(sealed: str, *, secret: str) -> str | None:
    """The id; None when it was sealed with another secret, or is none."""
    try:
        return _key(secret).decrypt(sealed.encode()).decode("utf-8", "surrogatepass")
    except (InvalidToken, ValueError):
        return None


def _key(secret: str) -> Fernet:
    # Another key than that of the hash shoppers go by.
    return Fernet(urlsafe_b64encode(hmac.digest(secret.encode(), b"sayso notifications", "sha256")))
