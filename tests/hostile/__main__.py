"""Stand in for Amazon until interrupted, for suites that sign by themselves (run_corpus.py, drive.js):

    python -m tests.hostile FOLDER

leaves leaf.key and roots.pem in FOLDER, and prints the environment that makes `sayso serve` believe them.
"""

from __future__ import annotations

import shlex
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tests.hostile.amazon import NAME, address, amazon


def main(folder: Path) -> None:
    """Serve the chains for `folder`, made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    with amazon() as stand_in:
        for name, value in stand_in.settings(folder.resolve()).items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        print(f"# signed by {folder / 'leaf.key'}, with the chain at {address(NAME)}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.hostile FOLDER")
    main(Path(sys.argv[1]))
