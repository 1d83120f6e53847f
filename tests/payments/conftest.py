"""localstripe on a free port, in an environment of its own, and the wire before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.payments.wire import Served, Wire

ROOT = Path(__file__).parents[2]
# https://docs.stripe.com/testing, as far as localstripe knows them.
GOOD, DECLINED, BANK = "4242424242424242", "4000000000000341", "4000002500003155"


@pytest.fixture(scope="session")
def localstripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of localstripe, for the length of the session."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [_program(), "--port", str(port), "--from-scratch"],
        cwd=tmp_path_factory.mktemp("localstripe"),
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


@pytest.fixture
def served(localstripe: str) -> Iterator[Served]:
    served = Served(Wire(upstream=localstripe))
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def wire(served: Served) -> Wire:
    return served.wire


def customer_with(wire: Wire, number: str = GOOD, *, decline: str = "", default: bool = True) -> str:
    """A customer who saved the card of this number; whose charges are declined for `decline`."""
    _, customer = wire.ask("POST", "/v1/customers", urlencode({"email": "shopper@example.com"}))
    save_card(wire, customer["id"], number, decline=decline, default=default)
    return str(customer["id"])


def save_card(wire: Wire, customer: str, number: str, *, decline: str = "", default: bool = True) -> str:
    """Another card of a customer; the one they pay with from now on where it is their `default`."""
    card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    metadata = {"decline_code": decline} if decline else {}
    _, method = wire.ask("POST", "/v1/payment_methods", {"type": "card", "card": card, "metadata": metadata})
    wire.ask("POST", f"/v1/payment_methods/{method['id']}/attach", {"customer": customer})
    if default:
        settings = {"invoice_settings": {"default_payment_method": method["id"]}}
        wire.ask("POST", f"/v1/customers/{customer}", settings)
    return str(method["id"])


def _program() -> str:
    """What localstripe needs is not ours, hence its own environment, made on first use."""
    if named := os.environ.get("SAYSO_LOCALSTRIPE"):
        return named
    home = ROOT / ".tools" / "localstripe"
    program = home / "bin" / "localstripe"
    if not program.exists():
        try:
            for command in (
                [sys.executable, "-m", "venv", str(home)],
                [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "localstripe>=1.15"],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(home, ignore_errors=True)
            pytest.skip(f"no localstripe: {error}; set SAYSO_LOCALSTRIPE to its executable")
    return str(program)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("localstripe did not come up")
