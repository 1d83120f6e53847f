"""How many requests a second the self-hosted server sustains, beside a plain flask-ask-sdk skill on the same
server and on what `flask run` starts: `sayso serve` as it comes, with two processes, verifying signatures.

Load comes from wrk over eight kept connections, or from a Python client where wrk is not installed. Every
request is another shopper's; servers take turns, and the best round of each counts. The processor time a
request cost its server is told besides: a busy machine falsifies it least."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.alexa import pki
from tests.bench import (
    ROOT,
    NotReady,
    Outcome,
    Row,
    WrongAnswer,
    add_to_cart,
    environment,
    launch,
    percentile,
    program,
    stop,
)
from tests.bench.turns import WISHES
from tests.programs import free_port

SECONDS, ROUNDS, CONNECTIONS = 4, 2, 8
UNSIGNED, SIGNED = 6000, 2500
ADDRESS = "https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem"
_TICK = os.sysconf("SC_CLK_TCK")
# Requests come from a file, one a line: the signature (or nothing), a tab, the body.
_SCRIPT = """
local lines, n = {}, 0
for line in io.lines("%s") do lines[#lines + 1] = line end
request = function()
  n = n %% #lines + 1
  local signature, body = lines[n]:match("^([^\\t]*)\\t(.*)$")
  local headers = {["Content-Type"] = "application/json"}
  if signature ~= "" then
    headers["Signature-256"] = signature
    headers["SignatureCertChainUrl"] = "%s"
  end
  return wrk.format("POST", "/alexa", headers, body)
end
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %%d %%d %%d %%f %%f\\n", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second, milliseconds from request to answer, and of processor time a request."""

    rate: float
    p50: float
    p99: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:.0f}/s, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, CPU {self.cpu:.2f} ms"


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load."""

    name: str
    port: int
    process: subprocess.Popen[str]
    signed: bool = False


def run() -> Outcome:
    """Launches and additions to a cart, by every server in turn."""
    best: dict[tuple[str, str], Load] = {}
    with TemporaryDirectory(prefix="sayso-bench-") as made, ExitStack() as stack:
        folder = Path(made)
        servers, sign = started(folder, stack)
        for round_ in range(ROUNDS):
            for what, says in (("launch", "Saffron Wagon"), ("add to cart", "Added")):
                for server in servers:
                    plain = server.name.startswith("plain")
                    requests = folder / "requests"
                    bodies = envelopes(what, server, f"{what[0]}{round_}{server.name[-2:]}")
                    requests.write_text(
                        "".join(f"{sign(body, server)}\t{body}\n" for body in bodies), "utf-8"
                    )
                    load = loaded(server, requests, says="Okay." if plain else says)
                    known = best.get((what, server.name))
                    if known is None or load.rate > known.rate:
                        best[what, server.name] = load
    rows = []
    for what in ("launch", "add to cart"):
        peers = [(name, best[what, name]) for name in ("plain", "plain-werkzeug")]
        beside = "; ".join(f"{_PEERS[name]}: {load}" for name, load in peers)
        for name, title in _OURS.items():
            rows.append(
                Row(
                    what=f"Self-hosted, {what}, {title}",
                    ours=str(best[what, name]),
                    peer=beside,
                    ratio=f"{best[what, name].rate / peers[0][1].rate:.1f}",
                )
            )
    how = "wrk" if shutil.which("wrk") else "a Python client (no wrk here), which is the slower part"
    return Outcome(
        tuple(rows), (f"Load by {how}, {CONNECTIONS} connections, {SECONDS} s, best of {ROUNDS} rounds.",)
    )


_OURS = {"serve": "`sayso serve`", "serve-2": "`sayso serve --workers 2`", "signed": "signatures verified"}
_PEERS = {"plain": "flask-ask-sdk, one sentence, same server", "plain-werkzeug": "the same on werkzeug"}


def started(folder: Path, stack: ExitStack) -> tuple[list[Server], Callable[[str, Server], str]]:
    """All servers, answering; and what signs a body for one."""
    root = pki.authority("Bench Root")
    amazon = pki.signer(pki.authority("Bench Intermediate", signed_by=root), root)
    (folder / "chain.pem").write_bytes(amazon.chain)
    (folder / "root.pem").write_bytes(pki.pem_of(root.certificate))

    def sign(body: str, server: Server) -> str:
        return amazon.sign(body.encode()) if server.signed else ""

    helper = [sys.executable, "-m", "tests.bench.throughput_server"]
    files = [str(folder / "chain.pem"), str(folder / "root.pem")]
    commands: dict[str, Callable[[int], list[str]]] = {
        "serve": lambda port: [program("sayso"), "serve", "--unsigned", "--port", str(port)],
        "serve-2": lambda port: [
            program("sayso"),
            "serve",
            "--unsigned",
            "--port",
            str(port),
            "--workers",
            "2",
        ],
        "signed": lambda port: [*helper, "signed", str(port), *files],
        "plain": lambda port: [*helper, "plain", str(port)],
        "plain-werkzeug": lambda port: [*helper, "plain-werkzeug", str(port)],
    }
    servers = []
    for name, command in commands.items():
        port = free_port()
        process = subprocess.Popen(
            command(port),
            cwd=ROOT,
            env=environment({"SAYSO_STORE": f"sqlite:{folder}/{name}.db", "SAYSO_LOG": "ERROR"}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        stack.callback(stop, process)
        servers.append(Server(name, port, process, signed=name == "signed"))
    for server in servers:
        _wait(server)
    return servers, sign


def _wait(server: Server) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("GET", "/health/ready")
            status = connection.getresponse().status
            connection.close()
            if status in (200, 404):
                return
        except OSError:
            time.sleep(0.2)
    raise NotReady(f"{server.name} does not start")


def envelopes(what: str, server: Server, mark: str) -> Iterator[str]:
    """Requests of as many shoppers."""
    for n in range(SIGNED if server.signed else UNSIGNED):
        user = f"{mark}{n}"
        if what == "launch":
            envelope = launch(user=user)
        else:
            envelope = add_to_cart(WISHES[n % len(WISHES)], user=user, turn=1, attributes={})
        yield json.dumps(envelope, separators=(",", ":"))


def loaded(server: Server, requests: Path, *, says: str) -> Load:
    """What a server sustains of these requests. The first is answered beforehand, and has to say `says`."""
    first = requests.read_text("utf-8").split("\n", 1)[0]
    body = _ask(server.port, first)
    if says not in body:
        raise WrongAnswer(f"{server.name}: expected {says!r} in {body[:500]}")
    before = _cpu(server.process.pid)
    count, seconds, failed, p50, p99 = _by_wrk(server, requests) or _by_python(server, requests)
    if failed:
        raise WrongAnswer(f"{server.name}: {failed} of {count} requests failed")
    cpu = (_cpu(server.process.pid) - before) * 1000 / count
    return Load(count / seconds, p50, p99, cpu)


def _by_wrk(server: Server, requests: Path) -> tuple[int, float, int, float, float] | None:
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    script = requests.with_suffix(".lua")
    script.write_text(_SCRIPT % (requests, ADDRESS), "utf-8")
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}/alexa"], capture_output=True, text=True, check=True
    )
    count, microseconds, failed, p50, p99 = done.stdout.rpartition("RESULT ")[2].split()
    return int(count), int(microseconds) / 1e6, int(failed), float(p50) / 1000, float(p99) / 1000


def _by_python(server: Server, requests: Path) -> tuple[int, float, int, float, float]:
    lines = requests.read_text("utf-8").splitlines()
    spent: list[float] = []
    failed: list[int] = []
    ends = time.monotonic() + SECONDS

    def work(start: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        for line in (lines[n % len(lines)] for n in range(start, sys.maxsize, CONNECTIONS)):
            began = time.perf_counter()
            if began and time.monotonic() > ends:
                break
            status, _ = _post(connection, line)
            spent.append((time.perf_counter() - began) * 1000)
            if status != 200:
                failed.append(status)
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(spent), time.monotonic() - began, len(failed), percentile(spent, 50), percentile(spent, 99)


def _ask(port: int, line: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    _, body = _post(connection, line)
    connection.close()
    return body


def _post(connection: HTTPConnection, line: str) -> tuple[int, str]:
    signature, _, body = line.partition("\t")
    headers = {"Content-Type": "application/json"}
    if signature:
        headers |= {"Signature-256": signature, "SignatureCertChainUrl": ADDRESS}
    connection.request("POST", "/alexa", body.encode(), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process and its children took until now."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    total = 0.0
    for one in (pid, *map(int, found.stdout.split())):
        fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / _TICK
    return total
