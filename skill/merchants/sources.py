"""A feed that is linked by its address: what is kept of it, when it is due again, and what a check changes.

Nothing here opens a connection or a store: what fetches and what imports is handed in
(`skill.web.fetch.fetch` and the reader of feeds), so every rule can be seen with a clock that is told."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, cast, get_args
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from skill.errors import BadInput, FeedRejected, SkillError

log = logging.getLogger("sayso")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# More often asks more of a merchant's server than a shop gains; less often is no interval.
SOONEST, LATEST = 5 * MINUTE, 30 * DAY
HIDDEN = "…"
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_EVERY = re.compile(r"(?:every\s+)?(\d{1,6})\s*([mhd])", re.IGNORECASE)
# Names under which addresses carry what opens them: ?key=…, ?access_token=…, X-Amz-Signature=…
_SECRET = re.compile(r"key|token|secret|sig|pass|pwd|auth|credential|session", re.IGNORECASE)
Outcome = Literal["", "changed", "unchanged", "failed"]


class NotFetched(BadInput):
    """Raised when an address yields no feed; the message names the address without its secrets, and the
    remedy. `again`: seconds after which another try may do better; None when only the remedy helps."""

    def __init__(self, message: str, *, again: float | None = None) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A feed as it arrived: `path` is a file of `size` bytes, unpacked where it came packed for the way, and
    whoever asked for it removes it; `digest` its SHA-256 in hexadecimal. `name` is what the address calls the
    file, `content_type` and `charset` what the server says it is (empty when it does not say); `etag` and
    `modified` are to be handed back the next time."""

    path: Path
    digest: str
    size: int
    name: str = ""
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that nothing has changed since `etag` or `modified`."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that came to nothing, and why. `again` as in `NotFetched`."""

    why: str
    again: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A linked feed. `dialect`, `currency` and `encoding` as the merchant stated them (empty: as found);
    `every`: seconds from one check to the next. `etag`, `modified` and `digest` are of the feed imported
    last; `failures` counts checks in a row that came to nothing, `problem` says why the last one did;
    `due_at` is when the next one is (None: now)."""

    url: str
    dialect: str = ""
    currency: str = ""
    encoding: str = ""
    every: int = 6 * HOUR
    etag: str = ""
    modified: str = ""
    digest: str = ""
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    outcome: Outcome = ""
    problem: str = ""
    failures: int = 0
    due_at: datetime | None = None


class Fetch(Protocol):
    """What fetches an address, as `skill.web.fetch.fetch` does. Raises NotFetched."""

    def __call__(self, url: str, *, etag: str, modified: str) -> Fetched | Unchanged: ...


def interval(text: str) -> int:
    """The seconds of "every 6h", "30m" or "1d". Raises BadInput for anything else, and for less than five
    minutes or more than thirty days."""
    found = _EVERY.fullmatch(text.strip())
    seconds = int(found[1]) * _UNITS[found[2].lower()] if found else 0
    if not SOONEST <= seconds <= LATEST:
        raise BadInput(f"{text!r} is no interval: write one from 5m to 30d, such as 30m, 6h or 1d")
    return seconds


def spelled(seconds: int) -> str:
    """An interval as `interval` reads it: 21600 is "6h"."""
    unit = next((unit for unit in ("d", "h") if seconds % _UNITS[unit] == 0), "m")
    return f"{seconds // _UNITS[unit]}{unit}"


def shown(url: str) -> str:
    """The address as it may be shown and logged: user and password, and what a query calls a key, token,
    signature or the like, are hidden; so is everything of what is no address."""
    try:
        parts = urlsplit(url)
        if not parts.hostname:
            return HIDDEN
        host = parts.netloc.rpartition("@")[2]
        query = "&".join(
            f"{quote(name)}={HIDDEN if _SECRET.search(name) else quote(value)}"
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        )
    except ValueError:
        return HIDDEN
    netloc = f"{HIDDEN}@{host}" if "@" in parts.netloc else host
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


def due(source: Source, now: datetime) -> bool:
    """Whether it is time to check this feed again."""
    return source.due_at is None or source.due_at <= now


def checked(source: Source, result: Fetched | Unchanged | Failed, *, now: datetime) -> Source:
    """The source after a check at `now`. After a failure the next check comes after the interval (a day at
    most), after one more in twice that time, and so on up to a day, or when the server asked to be left
    alone for longer, then; what was imported last stays what it is."""
    if isinstance(result, Failed):
        failures = source.failures + 1
        # Doubled ten times, five minutes are more than a day.
        wait: float = min(min(source.every, DAY) << min(failures - 1, 10), DAY)
        wait = max(wait, min(result.again or 0, DAY))
        return replace(
            source,
            checked_at=now,
            outcome="failed",
            problem=result.why,
            failures=failures,
            due_at=now + timedelta(seconds=wait),
        )
    after = replace(
        source, checked_at=now, outcome="unchanged", problem="", failures=0, due_at=_after(source, now)
    )
    if isinstance(result, Unchanged):
        return after
    after = replace(after, etag=result.etag, modified=result.modified)
    if result.digest == source.digest:
        return after
    return replace(after, digest=result.digest, changed_at=now, outcome="changed")


def refresh(
    source: Source,
    *,
    fetch: Fetch,
    importing: Callable[[Fetched, Source], object],
    now: datetime,
) -> Source:
    """Check a feed and import it if it changed: the source as it is to be kept. What has the digest of the
    last import is not imported again. Never raises for what goes wrong: a feed that cannot be fetched or
    imported is an outcome ("failed", with the `problem`), and is fetched in full the next time. The fetched
    file is removed."""
    try:
        result = fetch(source.url, etag=source.etag, modified=source.modified)
    except NotFetched as error:
        return checked(source, Failed(str(error), error.again), now=now)
    except BadInput as error:
        return checked(source, Failed(str(error)), now=now)
    if isinstance(result, Unchanged):
        return checked(source, result, now=now)
    try:
        if result.digest != source.digest:
            importing(result, source)
    except FeedRejected as error:
        first = error.rows[0] if error.rows else "it holds no product"
        return checked(source, Failed(f"{shown(source.url)}: not one product is usable: {first}"), now=now)
    except (BadInput, SkillError) as error:
        return checked(source, Failed(str(error)), now=now)
    except Exception as error:
        # One feed that trips a reader must not stop the rounds, nor be tried in a tight loop.
        log.exception("the feed at %s could not be imported", shown(source.url))
        why = f"{shown(source.url)}: could not be imported ({type(error).__name__}); the log says more"
        return checked(source, Failed(why), now=now)
    finally:
        result.path.unlink(missing_ok=True)
    return checked(source, result, now=now)


def dump(source: Source) -> dict[str, Any]:
    """As JSON; what is empty is left out. The address is as it was linked, its secrets included: it is kept
    where the shop's other secrets are."""
    raw = {field.name: getattr(source, field.name) for field in fields(source)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in raw.items()
        if value not in ("", None, 0)
    }


def load(raw: Mapping[str, Any]) -> Source:
    """The source `dump` wrote, now or in an older or newer version: what is not known is left, what is
    missing is as if never set. Raises BadInput when there is no address."""
    url = raw.get("url")
    if not isinstance(url, str) or not url:
        raise BadInput("the linked feed has lost its address: link it again")
    plain = Source(url=url)
    known = {
        field.name: _loaded(raw[field.name], getattr(plain, field.name), field.name)
        for field in fields(Source)
        if field.name in raw
    }
    return Source(**known)


def _loaded(value: Any, plain: Any, name: str) -> Any:
    """The value of a field, or the plain one when it is not of its kind."""
    if name.endswith("_at"):
        return _time(value)
    if name == "outcome" and value not in get_args(Outcome):
        return plain
    return value if type(value) is type(plain) else plain


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cast(str, value))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _after(source: Source, now: datetime) -> datetime:
    return now + timedelta(seconds=source.every)
