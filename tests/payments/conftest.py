"""localstripe on a free port, in an environment of its own, and the wire before it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from skill.payments import stripe
from tests.bench import NotReady
from tests.payments.wire import Served, Wire
from tests.programs import free_port, installed, running

# https://docs.stripe.com/testing, as far as localstripe knows them.
GOOD, DECLINED, BANK = "4242424242424242", "4000000000000341", "4000002500003155"


@pytest.fixture(scope="session")
def localstripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of localstripe, for the length of the session."""
    port = free_port()
    try:
        program = installed("localstripe", "localstripe>=1.15")
        command = [program, "--port", str(port), "--from-scratch"]
        with running(command, port=port, folder=tmp_path_factory.mktemp("localstripe")) as address:
            yield address
    except NotReady as reason:
        pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that tests much at once answers late, which most tests are not about."""
    if request.node.get_closest_marker("on_time") is None:
        for wait in ("TO_BEGIN", "TO_CHARGE", "TO_WITHDRAW", "TO_REFUND"):
            monkeypatch.setattr(stripe, wait, 20.0)


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
