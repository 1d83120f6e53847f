"""flask-ask-sdk's adapter on current OpenSSL."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType

from flask import Flask

from skill.alexa.bridge import skill_adapter
from skill.alexa.sdk import build_skill
from tests.talk import ROOT


def test_the_adapter_can_be_imported() -> None:
    assert skill_adapter().__name__ == "SkillAdapter"


def test_the_adapter_serves_our_skill(door: ModuleType) -> None:
    web = Flask(__name__)
    # A request is verified before it gets here, by skill.alexa.admission.
    web.config.update(ASK_SDK_VERIFY_SIGNATURE=False, ASK_SDK_VERIFY_TIMESTAMP=False)
    skill = build_skill(lambda _: door.app, clock=door.app.clock)
    skill_adapter()(skill=skill, skill_id="sayso", app=web).register(app=web, route="/alexa")
    launch = json.loads((ROOT / "tests" / "requests" / "launch.json").read_text("utf-8"))["request"]
    answer = web.test_client().post("/alexa", json=launch)
    assert answer.status_code == 200
    assert "Saffron Wagon" in answer.get_json()["response"]["outputSpeech"]["ssml"]


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
