"""Web servers in a thread of the test's own process, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def serving(web: Flask, *, port: int = 0) -> Iterator[str]:
    """The address of a real server with this application; a free port unless one is named."""
    with running(make_server("127.0.0.1", port, web, threaded=True)) as address:
        yield address


@contextmanager
def running(server: TCPServer) -> Iterator[str]:
    """The address of a server that listens already, answering until the end."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
