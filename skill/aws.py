"""Clients of AWS, of botocore alone.

boto3 makes the same ones by way of botocore, and besides loads a transfer manager and a process pool that
nobody here uses: a sixth of what the client costs at a cold start."""

from __future__ import annotations

import os
from typing import Any
from weakref import WeakSet

from botocore.config import Config
from botocore.session import get_session

# Those in use, for `hang_up`.
_clients: WeakSet[Any] = WeakSet()
# What botocore knows of AWS's services and their addresses: a session of its own would read it anew (100 ms).
_shared: dict[str, Any] = {}


def client(
    service: str,
    *,
    config: Config,
    endpoint: str | None = None,
    region: str | None = None,
    key: tuple[str, str] | None = None,
) -> Any:
    """A low-level client; nothing is sent before its first call, and threads may share it. What is not given
    comes from where AWS's own tools find it; of regions, AWS_REGION counts as well, by which Lambda tells
    it. `key`: an access key's id and secret. Credentials that expire are renewed when they do, so a client
    may be older than they are (SnapStart restores it hours later)."""
    id, secret = key or (None, None)
    session = get_session()
    loader = _shared.setdefault("loader", session.get_component("data_loader"))
    session.register_component("data_loader", loader)
    made = session.create_client(
        service,
        region_name=region or os.environ.get("AWS_REGION"),
        endpoint_url=endpoint,
        aws_access_key_id=id,
        aws_secret_access_key=secret,
        config=config,
    )
    _clients.add(made)
    return made


def hang_up() -> None:
    """Close the connections of all clients; the next call of each makes a new one. Before a process is kept
    for later: a line that died meanwhile looks alive until a read of it times out."""
    for made in list(_clients):
        made.close()
