"""flask-ask-sdk's adapter on current OpenSSL."""

from __future__ import annotations

import subprocess
import sys

from skill.alexa.bridge import skill_adapter


def test_the_adapter_can_be_imported() -> None:
    assert skill_adapter().__name__ == "SkillAdapter"


def test_the_plain_import_still_needs_the_bridge() -> None:
    """When this fails, flask_ask_sdk imports by itself on this OpenSSL: on a version every user has,
    skill/alexa/bridge.py can go."""
    run = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            "import ssl, flask_ask_sdk.skill_adapter; print(ssl.OPENSSL_VERSION)",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        # oscrypto 1.3.0 reads versions of one digit a part, and only those.
        parts = run.stdout.split()[1].split(".")
        assert all(len(part.rstrip("abcdefghijklmnopqrstuvwxyz")) == 1 for part in parts), run.stdout
    else:
        assert "LibraryNotFoundError" in run.stderr, run.stderr
