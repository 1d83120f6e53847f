"""Run the targets, each for so many seconds, and tell what was run and found."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import MEMORY
from tests.fuzz.seeds import seeds

# Seconds one input may take, and how many bytes it has at most.
_SLOW = 5
_LONGEST = 64 * 1024


def main(arguments: Sequence[str]) -> int:
    """The command line: seconds, and names of targets (none for all of them); or "envelopes" with what that
    takes."""
    if arguments and arguments[0] == "envelopes":
        # Only now: the readers need nothing of the skill.
        from tests.fuzz import envelopes

        return envelopes.main(arguments[1:])
    if not arguments or not arguments[0].isdigit():
        print(f"python -m tests.fuzz SECONDS [{' | '.join(seeds())}]", file=sys.stderr)
        return 2
    if find_spec("atheris") is None:
        print("atheris is not installed: pip install '.[fuzz]'", file=sys.stderr)
        return 2
    names = arguments[1:] or list(seeds())
    return max([run(name, seconds=int(arguments[0])) for name in names], default=0)


def run(name: str, *, seconds: int) -> int:
    """One target in a process of its own; 1 when it found something, which is then kept and named."""
    with tempfile.TemporaryDirectory(prefix="sayso-fuzz-") as folder:
        corpus = Path(folder)
        for at, seed in enumerate(seeds()[name]):
            for named in (b"A", b" "):
                (corpus / f"{name}-{at}-{named.hex()}").write_bytes(named + seed)
        found = Path(tempfile.mkdtemp(prefix=f"sayso-found-{name}-"))
        command = [
            *(sys.executable, "-m", "tests.fuzz.target", name),
            *(f"-max_total_time={seconds}", f"-timeout={_SLOW}", f"-max_len={_LONGEST}"),
            *(f"-rss_limit_mb={MEMORY // 2**20}", "-print_final_stats=1", f"-artifact_prefix={found}/"),
            str(corpus),
        ]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    runs = re.search(r"number_of_executed_units:\s*(\d+)|Done (\d+) runs", done.stderr)
    peak = re.search(r"peak_rss_mb:\s*(\d+)", done.stderr)
    slowest = re.search(r"slowest_unit_time_sec:\s*(\d+)", done.stderr)
    reached = re.findall(r"ft: (\d+)", done.stderr)
    kept = sorted(path.name for path in found.iterdir())
    if not kept:
        found.rmdir()
    print(
        f"{name}: {(runs[1] or runs[2]) if runs else '?'} runs, {reached[-1] if reached else '?'} features, "
        f"slowest {slowest[1] if slowest else '?'} s, peak {peak[1] if peak else '?'} MB, "
        + (f"FOUND {', '.join(kept)} in {found}" if kept else "nothing found"),
        flush=True,
    )
    if kept or done.returncode:
        print(done.stderr[-4000:], file=sys.stderr)
    return int(bool(kept) or done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
