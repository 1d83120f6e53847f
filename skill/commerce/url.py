"""Addresses of the web that may be asked."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_safe_url(url: str) -> bool:
    """Whether nobody in between can read or change what is asked there: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        here = parts.scheme == "http" and is_loopback(host)
    except ValueError:
        return False
    return bool(host) and parts.username is None and (parts.scheme == "https" or here)
