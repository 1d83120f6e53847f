"""Somebody else in Amazon's place, on this machine: for suites that sign requests with a key of their own."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cryptography import x509

from skill.alexa.verifier_fetch import fetch_https
from skill.commerce.url import is_loopback
from skill.errors import BadInput


def stand_in(roots: str, address: str) -> tuple[Callable[[str], bytes], Sequence[x509.Certificate]]:
    """How chains are fetched, and the roots that are trusted, where the PEM file `roots` holds the only
    authorities and s3.amazonaws.com is reached at `address` (HOST:PORT, this machine's), where a server has
    to prove that name to the same authorities. Raises BadInput."""
    host, _, port = address.rpartition(":")
    if not is_loopback(host) or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadInput(f"SAYSO_CHAIN_HOST={address!r} is no port of this machine: write 127.0.0.1:PORT")
    try:
        context = ssl.create_default_context(cafile=roots)
        trusted = x509.load_pem_x509_certificates(Path(roots).read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(
            f"SAYSO_CHAIN_ROOTS={roots!r} cannot be read: name a file of certificates in PEM"
        ) from error
    return partial(fetch_https, context=context, at=(host.strip("[]"), int(port))), trusted
