"""Where a merchant's address may lead: what is an address at all, and which addresses of a network anybody
may reach."""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from skill.commerce.url import is_loopback
from skill.merchants.sources import NotFetched, shown

PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public, though `ipaddress` takes them for it: protocol assignments (Oracle's cloud keeps its metadata
# there), relays of 6to4, and where Azure answers with what it knows of the machine.
_SHUT = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_LIKE = "is no web address; write it as in https://shop.example/feed.csv"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: `path` with its query; `login` is the value of the Authorization header."""

    scheme: str
    host: str
    port: int
    path: str
    login: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address without user and password."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{_bracketed(self.host)}{port}{self.path}"

    @property
    def shown(self) -> str:
        return shown(self.url)

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def place_of(url: str, *, allow_local: bool, via: str = "") -> Place:
    """The parts of an address; `via` names the one that redirected to it. Raises NotFetched for what is no
    address or none we may use: https only, http on this machine with `allow_local`."""
    where = f"{via}: redirects to {shown(url)}, which" if via else f"{shown(url)}:"
    try:
        if any(letter.isspace() or not letter.isprintable() for letter in url):
            raise ValueError("white space")
        split = urlsplit(url)
        host = (split.hostname or "").encode("idna").decode().lower()
        query = f"?{split.query}" if split.query else ""
        path = parse_url(f"https://{_bracketed(host)}{split.path or '/'}{query}").request_uri
        port = split.port or PORTS.get(split.scheme, 0)
    except (ValueError, LocationParseError):
        raise NotFetched(f"{where} {_LIKE}") from None
    if split.scheme not in PORTS or not host:
        raise NotFetched(f"{where} {_LIKE}")
    if split.scheme == "http" and not (allow_local and is_loopback(host)):
        raise NotFetched(f"{where} is not encrypted; use https")
    login = ""
    if split.username is not None or split.password is not None:
        pair = f"{unquote(split.username or '')}:{unquote(split.password or '')}"
        login = f"Basic {b64encode(pair.encode()).decode()}"
    return Place(split.scheme, host, port, path, login)


def public(address: Address) -> bool:
    """Whether an address is anybody's to reach: not private, loopback, link-local (where clouds keep their
    metadata), shared by carriers, multicast or reserved; IPv4 inside IPv6 counts as what it is inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
        if address.is_site_local:
            return False
    shut = address.is_multicast or address.is_reserved or any(address in network for network in _SHUT)
    return address.is_global and not shut


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
