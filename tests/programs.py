"""Programs the tests talk to that are not ours: each in an environment of its own, on a free port."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from moto.server import ThreadedMotoServer

from tests.bench import TOOLS, NotReady


def installed(name: str, requirement: str) -> str:
    """The executable of a package, installed into `.tools` at its first use: it may need other versions than
    we do. The environment variable SAYSO_<NAME> names one that is there already. Raises NotReady."""
    variable = f"SAYSO_{name.upper()}"
    if named := os.environ.get(variable):
        return named
    home = TOOLS / name
    program = home / "bin" / name
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        # Tests run in several processes, of which one installs it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            try:
                for command in (
                    [sys.executable, "-m", "venv", str(home)],
                    [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", requirement],
                ):
                    subprocess.run(command, check=True, capture_output=True, timeout=300)
            except (OSError, subprocess.SubprocessError) as error:
                shutil.rmtree(home, ignore_errors=True)
                raise NotReady(f"no {name}: {error}; set {variable} to its executable") from error
    return str(program)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], *, port: int, folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of a program while it runs in `folder` and listens on `port` of this machine. Raises
    NotReady when it does not come up."""
    server = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """A second, independent DynamoDB API. Raises NotReady."""
    port = free_port()
    program = installed("ministack", "ministack>=1.5")
    with running(
        [program], port=port, folder=folder, env={"GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR"}
    ) as address:
        yield address


@contextmanager
def moto_on_a_socket() -> Iterator[str]:
    """What moto knows of AWS, over HTTP."""
    # Its log of requests is nothing to read.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotReady(f"{server.args!r} did not come up on port {port}")
