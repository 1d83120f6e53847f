"""The page for those who operate a shop: what it has you type and configure is what the programs take."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from skill.cli import main
from skill.merchants.shop_file import read_shop
from skill.operations import metrics
from skill.operations.exposition import Exposition
from skill.server import METRICS_TOKEN
from skill.storage.sqlite import open_sqlite
from tests.talk import ROOT, SAMPLE

PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The page's code in a language, as a reader would copy it."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    typed = [line for block in blocks("sh") for line in block.splitlines()]
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.read_string(blocks("ini")[0])
    return [*typed, service["Service"]["ExecStart"], *re.findall(r"`(sayso [a-z][^`]*)`", PAGE)]


@pytest.mark.parametrize("command", [one for one in commands() if "sayso " in one])
def test_every_command_and_option_it_names_is_there(command: str) -> None:
    words = shlex.split(command)
    found = main
    for word in words[1:]:
        if word.startswith("-"):
            assert any(word in param.opts for param in found.params), f"{command}: no {word}"
        elif hasattr(found, "get_command"):
            inner = found.get_command(None, word)  # type: ignore[arg-type]
            assert inner is not None, f"{command}: no {word}"
            found = inner  # type: ignore[assignment]


def test_every_metric_is_explained_and_no_other() -> None:
    named = set(re.findall(r"sayso_[a-z_]+", PAGE))
    told = Exposition().text().decode()
    kinds = {name for name in re.findall(r"^# TYPE (sayso_\w+)", told, re.MULTILINE) if "created" not in name}
    assert {name.removesuffix("_bucket") for name in named} == kinds
    assert all(f"`{name}`" in PAGE for name in metrics.UNITS)


def test_every_variable_is_one_that_is_read() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "skill").rglob("*.py"))
    for name in {*re.findall(r"\bSAYSO_[A-Z_]+", PAGE), METRICS_TOKEN}:
        assert f'"{name}"' in code, name


def test_prometheus_finds_the_shop() -> None:
    [job] = yaml.safe_load(blocks("yaml")[0])["scrape_configs"]
    assert job["static_configs"][0]["targets"] == ["127.0.0.1:8080"]
    assert "credentials_file" in job["authorization"]


def test_a_backup_is_taken_while_the_shop_is_open(tmp_path: Path) -> None:
    store = open_sqlite(str(tmp_path / "shop.db"), shop="shop", clock=lambda: datetime.now(UTC))
    store.publish(read_shop(SAMPLE / "shop.toml"), stock={})
    statement = blocks("sql")[0].replace("/backup/", f"{tmp_path}/copy-")
    db = sqlite3.connect(tmp_path / "shop.db")
    db.execute(statement)
    db.close()
    copied = open_sqlite(str(tmp_path / "copy-shop.db"), shop="shop", clock=lambda: datetime.now(UTC))
    assert copied.visit("nobody").facts == store.visit("nobody").facts


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("no nginx here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=shop.example",
        "-days",
        "2",
    ]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    text = re.sub(r"(ssl_certificate_key) \S+;", rf"\1 {key};", blocks("nginx")[0])
    text = re.sub(r"(ssl_certificate) \S+;", rf"\1 {certificate};", text)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}{text}}}\n", "utf-8"
    )
    done = subprocess.run(
        [nginx, "-t", "-c", str(whole), "-e", str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_systemd_takes_its_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    unit = tmp_path / "sayso.service"
    # The user, the program and the file of this example are the reader's.
    text = blocks("ini")[0].replace("User=sayso", "User=root").replace("/opt/sayso/bin/sayso", "/bin/true")
    unit.write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert "sayso.service" not in done.stderr, done.stderr
