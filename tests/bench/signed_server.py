"""The sample shop behind verification that trusts a throw-away authority, in a process of its own:
`python -m tests.bench.signed_server FOLDER` makes the shop and leaf.key in FOLDER and serves until it ends.
Where Amazon's chain would be fetched, that of the throw-away signer is handed over.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import make_server

from skill.deployment import Shops
from skill.logs import guard_logs
from skill.server import create_app, verifier
from skill.settings import from_environment
from tests.alexa import pki
from tests.talk import publish_sample

KEY = "leaf.key"


def main(folder: Path) -> None:
    """Serve, after a line that names the endpoint."""
    now = datetime.now(UTC)
    dates = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    root = pki.authority("Root of the corpus", since=dates["since"], until=dates["until"])
    amazon = pki.signer(root, since=dates["since"], until=dates["until"])
    assert root.certificate is not None
    private = amazon.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / KEY).write_bytes(private)
    shops = Shops(from_environment(os.environ))
    publish_sample(shops.main)
    check = verifier(shops, fetch=lambda _: amazon.chain, roots=[root.certificate])
    server = make_server("127.0.0.1", 0, create_app(shops.main, verify=check, shops=shops), threaded=True)
    guard_logs()
    print(f"skill endpoint: http://127.0.0.1:{server.server_port}/alexa", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
