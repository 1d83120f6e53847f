"""Certificate chains: fetched by a few at a time, validated, and remembered while they are good."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

from skill.alexa.refused import Refused
from skill.alexa.verifier_fetch import PEM_BYTES, SECONDS

SIGNER = "echo-api.amazon.com"
CHAIN_LIFE = timedelta(hours=1)
# How long a chain is used on that can no longer be fetched, and how soon that is tried again.
CHAIN_GRACE = timedelta(hours=24)
CHAIN_RETRY = timedelta(minutes=1)
MAX_CERTIFICATES = 10
MIN_RSA_BITS = 2048
# Of chains nobody has seen: how many are fetched at once, and how many requests wait for them. A server that
# has a pool of threads lets fewer wait than those, so that requests whose chain is at hand go on.
FLIGHTS = 4
WAITING = 16


def certificate_chains(
    *,
    fetch: Callable[[str], bytes],
    roots: Sequence[x509.Certificate],
    limit: int = 16,
    flights: int = FLIGHTS,
    waiting: int = WAITING,
    seconds: float = SECONDS,
) -> Callable[[str, datetime], Chain]:
    """Return the function that answers a `chain_url` and the time with a validated `Chain`.

    It may be called from many threads. Up to `limit` chains are remembered, never beyond the validity of
    their certificates. Each is fetched anew after an hour, by one caller; meanwhile, and for a day while it
    cannot be fetched, the old one is used. A failure is not remembered.

    `fetch` returns the PEM file; it may raise anything, and may hang: each runs in a thread of its own, and
    callers wait for `seconds` at most. One address is fetched by one thread. Of addresses that are not
    remembered `flights` are fetched at once, those that hang included, and `waiting` callers wait for them,
    more only while nothing is remembered and so nobody held up; whoever comes then is refused at once.
    Neither keeps a remembered chain from being fetched anew.

    The function raises `Refused` only; `certificate_chains` itself raises `ValueError` for empty `roots`.

    Amazon's rule: the signing certificate is in date, names echo-api.amazon.com among its subject
    alternative names and chains up to a trusted root. No chain is pinned, for Amazon renews them.
    """
    store = Store(list(roots))

    def bring(url: str, now: datetime) -> Chain:
        try:
            pem = fetch(url)
        except Exception as error:
            raise Refused("chain_fetch") from error
        return _validated(pem, store=store, now=now)

    return _Chains(bring, limit=limit, flights=flights, waiting=waiting, seconds=seconds).of


def default_roots() -> list[x509.Certificate]:
    """Return the roots of the Mozilla store as `certifi` ships it, read from disk at each call.

    Call it while the program starts, for it silences a warning and Python's warnings are shared by threads.
    """
    # Six roots carry the serial number 0, Starfield's, which has signed Amazon's, among them. `cryptography`
    # warns but goes on reading such roots while trust stores hold them (pyca/cryptography #12969).
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return x509.load_pem_x509_certificates(certifi.contents().encode())


def _validated(pem: bytes, *, store: Store, now: datetime) -> Chain:
    # Malformed certificates make `cryptography` raise a dozen unrelated kinds of exception.
    try:
        if len(pem) > PEM_BYTES:
            raise ValueError("chain too large")
        leaf, *others = x509.load_pem_x509_certificates(pem)
        if len(others) >= MAX_CERTIFICATES:
            raise ValueError("too many certificates")
        verifier = PolicyBuilder().store(store).time(now).build_server_verifier(x509.DNSName(SIGNER))
        path = verifier.verify(leaf, others)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        # The library is content with a wildcard and with a 1024-bit leaf.
        if SIGNER not in names.get_values_for_type(x509.DNSName):
            raise ValueError("signer not named exactly")
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < MIN_RSA_BITS:
            raise ValueError("weak or foreign key")
        return Chain(
            key=key,
            since=max(certificate.not_valid_before_utc for certificate in path),
            until=min(certificate.not_valid_after_utc for certificate in path),
        )
    except Exception as error:
        raise Refused("chain") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A validated chain: the signing certificate's key, and between when (aware UTC) it is in date."""

    key: RSAPublicKey
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    chain: Chain
    # When it is fetched anew, and until when it will do if that fails.
    renew: datetime
    until: datetime


class _Chains:
    """The chains that are remembered and those on their way."""

    def __init__(
        self,
        bring: Callable[[str, datetime], Chain],
        *,
        limit: int,
        flights: int,
        waiting: int,
        seconds: float,
    ) -> None:
        self._bring = bring
        self._limit = limit
        self._flights = flights
        self._waiting = waiting
        self._seconds = seconds
        self._kept: dict[str, _Kept] = {}
        # What a flight comes to is a chain, or why there is none: an exception would be shared by threads.
        self._flying: dict[str, Future[Chain | str]] = {}
        self._waiters = 0
        self._lock = threading.Lock()

    def of(self, url: str, now: datetime) -> Chain:
        with self._lock:
            known = self._known(url, now)
            if known is not None and (now < known.renew or url in self._flying):
                return known.chain
            stranger = known is None
            flight = self._boarded(url, now, stranger=stranger)
            self._waiters += stranger
        try:
            found = flight.result(self._seconds)
        except TimeoutError:
            found = "chain_fetch"
        finally:
            with self._lock:
                self._waiters -= stranger
        if isinstance(found, Chain):
            return found
        if found == "chain_fetch" and known is not None:
            with self._lock:
                self._kept[url] = replace(known, renew=min(now + CHAIN_RETRY, known.until))
            return known.chain
        raise Refused(found)

    def _known(self, url: str, now: datetime) -> _Kept | None:
        kept = self._kept.get(url)
        return kept if kept is not None and kept.chain.since <= now < kept.until else None

    def _boarded(self, url: str, now: datetime, *, stranger: bool) -> Future[Chain | str]:
        if stranger and self._kept and self._waiters >= self._waiting:
            raise Refused("chain_busy")
        if flight := self._flying.get(url):
            return flight
        if stranger and sum(url not in self._kept for url in self._flying) >= self._flights:
            raise Refused("chain_busy")
        flight = Future()
        try:
            # No pool: the interpreter waits for a pool's threads before it ends.
            threading.Thread(target=self._fly, args=(url, now, flight), daemon=True).start()
        except RuntimeError:
            raise Refused("chain_busy") from None
        self._flying[url] = flight
        return flight

    def _fly(self, url: str, now: datetime, flight: Future[Chain | str]) -> None:
        # Whatever ends this thread, nobody is left waiting for it, nor its place taken.
        found: Chain | str = "chain_fetch"
        try:
            found = self._bring(url, now)
        except Refused as refused:
            found = refused.reason
        finally:
            self._land(url, now, found)
            flight.set_result(found)

    def _land(self, url: str, now: datetime, found: Chain | str) -> None:
        with self._lock:
            del self._flying[url]
            if isinstance(found, Chain):
                until = min(now + CHAIN_GRACE, found.until)
                self._kept.pop(url, None)
                self._kept[url] = _Kept(chain=found, renew=min(now + CHAIN_LIFE, until), until=until)
                while len(self._kept) > self._limit:
                    del self._kept[next(iter(self._kept))]
