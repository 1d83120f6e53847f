"""Serving the shop to Alexa, and on a developer's machine to the conversation page."""

from __future__ import annotations

import os
import sys
from socket import socket
from tempfile import TemporaryDirectory

import click

from skill.cli.common import (
    DEFAULT_USER,
    ensure_open,
    key_of,
    main,
    open_development,
    open_shops,
    tells_what_is_wrong,
)
from skill.errors import BadInput


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), envvar="PORT", default=8080, show_default=True)
@click.option("--unsigned", is_flag=True, help="Accept requests Amazon did not sign; loopback only.")
@click.option("--link", is_flag=True, help="Shoppers link an account first, with a provider on this machine.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True, help="Of each process.")
@click.option("--fd", type=click.IntRange(3), help="A socket that listens already, as systemd passes it: 3.")
@click.option("--leader", type=int, hidden=True, help="The process that started this one, and ends with it.")
@tells_what_is_wrong
def serve(
    host: str,
    port: int,
    unsigned: bool,
    link: bool,
    workers: int,
    threads: int,
    fd: int | None,
    leader: int | None,
) -> None:
    """Serve the skill endpoint, and with --unsigned the conversation page."""
    from skill import server
    from skill.serving import Stop

    sock = _given(fd) if fd is not None else None
    host, port = sock.getsockname()[:2] if sock else (host, port)
    if workers > 1:
        shops = open_development() if unsigned else open_shops()
        server.check(shops, host=host, unsigned=unsigned)
        if unsigned:
            ensure_open(shops.main)
        arguments = ["--threads", str(threads), *["--unsigned"][: int(unsigned)], *["--link"][: int(link)]]
        sys.exit(_workers(arguments, sock=sock or server.opened(host, port), count=workers))
    identity = server.own_identity(host, port, unsigned=unsigned) if link else None
    # Several processes would each have a clock of their own.
    shops = open_development(identity=identity, movable=fd is None) if unsigned else open_shops()
    app = shops.main
    if unsigned:
        ensure_open(app)

    def ready(address: str) -> None:
        if fd is None:
            facts = app.store.visit(key_of(app, DEFAULT_USER)).facts
            click.echo(f"{facts.name} is open: {address}   (skill endpoint: {address}/alexa)")
            click.echo("Try saying:  find oat milk  ·  add a dozen eggs  ·  what's in my cart")

    server.serve(
        shops,
        host=host,
        port=port,
        unsigned=unsigned,
        ready=ready,
        threads=threads,
        sock=sock,
        stop=Stop(leader=leader),
    )


def _given(fd: int) -> socket:
    try:
        return socket(fileno=fd)
    except OSError as error:
        raise BadInput(f"--fd {fd} is no socket that this process was given: {error.strerror}") from error


def _workers(arguments: list[str], *, sock: socket, count: int) -> int:
    """Serve with several processes; the exit code."""
    from skill.serving import Stop, stopped_by_signals
    from skill.workers import run

    if sys.platform == "win32":
        raise BadInput("--workers: processes cannot share a socket here; leave it out, and use --threads")
    stop, (host, port) = Stop(), sock.getsockname()[:2]
    with TemporaryDirectory(prefix="sayso-metrics-") as folder, stopped_by_signals(stop):
        # Where the workers add up what they count.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        click.echo(f"http://{host}:{port} is served by {count} processes   (skill endpoint: /alexa)")
        return run(arguments, sock=sock, count=count, stop=stop)
