"""Somebody in Amazon's place, for suites that sign requests themselves: on this machine alone."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from skill.alexa.verifier_stand_in import stand_in
from skill.deployment import Shops
from skill.errors import BadInput
from skill.server import serve
from skill.settings import from_environment
from tests.alexa import pki
from tests.hostile.amazon import NAME, address, amazon
from tests.hostile.shop import SKILL

SERVED = "127.0.0.1:8443"


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("pki")
    with amazon() as made:
        return made.settings(folder)["SAYSO_CHAIN_ROOTS"]


def test_chains_are_fetched_from_there_by_the_name_of_amazons_host(tmp_path: Path) -> None:
    with amazon() as made:
        told = made.settings(tmp_path)
        fetch, trusted = stand_in(told["SAYSO_CHAIN_ROOTS"], told["SAYSO_CHAIN_HOST"])
        assert fetch(address(NAME)) == made.signers[NAME].chain
        assert list(trusted) == [made.root.certificate]
        with pytest.raises(ssl.SSLCertVerificationError, match="evil"):
            fetch("https://evil.example/echo.api/x.pem")


def test_a_server_there_of_other_authorities_is_not_believed(tmp_path: Path, roots: str) -> None:
    other = tmp_path / "other.pem"
    with amazon() as made:
        told = made.settings(tmp_path)
        other.write_bytes(pki.pem_of(pki.authority("Stranger").certificate))
        fetch, _ = stand_in(str(other), told["SAYSO_CHAIN_HOST"])
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch(address(NAME))


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:x",
        "s3.example:443",
        ":443",
    ],
)
def test_it_is_a_port_of_this_machine(roots: str, host: str) -> None:
    with pytest.raises(BadInput, match=r"SAYSO_CHAIN_HOST=.*write 127\.0\.0\.1:PORT"):
        stand_in(roots, host)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_its_authorities_are_in_a_file(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "roots.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=r"SAYSO_CHAIN_ROOTS=.*name a file"):
        stand_in(str(file), SERVED)


@pytest.mark.parametrize("name", ["SAYSO_CHAIN_ROOTS", "SAYSO_CHAIN_HOST"])
def test_one_without_the_other_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="set both, or neither"):
        from_environment({name: "x"})


def test_it_is_never_open_to_the_world(tmp_path: Path, roots: str) -> None:
    with pytest.raises(BadInput, match=r"SAYSO_CHAIN_ROOTS .* 0\.0\.0\.0 can be reached"):
        serve(_shops(tmp_path, roots, SERVED), host="0.0.0.0", port=0, unsigned=False, ready=_never)


def _never(_: str) -> None:
    pytest.fail("this is never served")


def _shops(folder: Path, roots: str, host: str) -> Shops:
    return Shops(
        from_environment(
            {
                "SAYSO_STORE": f"sqlite:{folder / 'shop.db'}",
                "SAYSO_SKILL_ID": SKILL,
                "SAYSO_CHAIN_ROOTS": roots,
                "SAYSO_CHAIN_HOST": host,
            }
        )
    )
