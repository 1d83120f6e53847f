"""One request over a checked line, and its answer, whose body is yet to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from skill.web.lines import Net, Time, broken, line
from skill.web.places import Place


@contextmanager
def answered(
    place: Place,
    *,
    headers: Mapping[str, str],
    net: Net,
    time: Time,
    allow_local: bool,
    method: str = "GET",
    body: bytes | None = None,
) -> Iterator[BaseHTTPResponse]:
    """The answer of `place`, asked once; redirects are not followed. Raises NotFetched."""
    headers = {"User-Agent": "sayso", **headers}
    if place.login:
        headers["Authorization"] = place.login
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    with line(place, net=net, time=time, allow_local=allow_local) as held:
        connection = kind(place.host, place.port, timeout=time.quiet)
        # Connected already, and encrypted: http.client connects only where there is no socket.
        connection.sock = held
        try:
            connection.request(
                method, place.path, body=body, headers=headers, preload_content=False, decode_content=False
            )
            with connection.getresponse() as response:
                yield response
        except (OSError, HTTPError, HTTPException) as error:
            raise broken(place, time) from error
        finally:
            connection.close()
