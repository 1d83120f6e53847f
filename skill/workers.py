"""Several processes that serve one socket: started, started again when one dies, and ended together."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from skill.serving import GRACE, Stop

log = logging.getLogger("sayso")
_LOOK = 0.1
# Seconds a worker is to live at least; one that does not is started again only after so long.
_SHORT = 2.0


def run(arguments: Sequence[str], *, sock: socket.socket, count: int, stop: Stop) -> int:
    """Keep `count` processes "sayso serve ARGUMENTS --fd …" at work on a listening socket until `stop`. The
    exit code: 0, or that of a worker that cannot be started. Each answers what it has when it ends, and ends
    by itself where this process is killed."""
    told = ["--fd", str(sock.fileno()), "--leader", str(os.getpid())]
    command = [sys.executable, "-m", "skill", "serve", *arguments, *told]

    def start() -> tuple[subprocess.Popen[bytes], float]:
        return subprocess.Popen(command, pass_fds=[sock.fileno()]), time.monotonic()

    workers = [start() for _ in range(count)]
    code = 0
    while not stop() and not code:
        time.sleep(_LOOK)
        for n, (worker, began) in enumerate(workers):
            ended = worker.poll()
            if ended is None or stop():
                continue
            if ended == 2:
                # What it was told cannot be used, and it has said so.
                code = ended
            elif time.monotonic() - began > _SHORT:
                log.error("a worker ended with %d and is started again", ended)
                workers[n] = start()
    sock.close()
    for worker, _ in workers:
        worker.terminate()
    until = time.monotonic() + GRACE + _SHORT
    for worker, _ in workers:
        try:
            worker.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
    return code
