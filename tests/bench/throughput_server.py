"""Servers for `tests.bench.throughput`, each in a process of its own:

python -m tests.bench.throughput_server signed PORT CHAIN ROOT
python -m tests.bench.throughput_server plain|plain-werkzeug PORT

"signed" is what `sayso serve` starts, but that the chain and the root it trusts are read from files; the shop
is the environment's. "plain" is flask-ask-sdk around an ask-sdk-core skill that says one sentence, on the
same server; "plain-werkzeug" the same on what `flask run` starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response
from cryptography import x509
from flask import Flask
from werkzeug.serving import make_server

from skill.alexa.bridge import skill_adapter
from skill.cli.common import ensure_open, open_shops
from skill.server import create_app, verifier
from skill.serving import SMALL, Stop, listening, run, stopped_by_signals

THREADS = 8


def plain() -> Flask:
    """As flask-ask-sdk's own documentation has it; nothing is verified."""
    builder = SkillBuilder()

    def nothing(handler_input: HandlerInput) -> Response:
        return handler_input.response_builder.speak("Okay.").ask("What else?").response

    builder.request_handler(can_handle_func=lambda _: True)(nothing)
    web = Flask(__name__)
    web.config.update(ASK_SDK_VERIFY_SIGNATURE=False, ASK_SDK_VERIFY_TIMESTAMP=False)
    adapter = skill_adapter()(skill=builder.create(), skill_id="plain", app=web)
    web.add_url_rule("/alexa", view_func=adapter.dispatch_request, methods=["POST"])
    return web


def signed(chain: Path, root: Path) -> Flask:
    """The shop of the environment, for whom this authority signs."""
    shops = open_shops(assume_linked=True)
    ensure_open(shops.main)
    roots = x509.load_pem_x509_certificates(root.read_bytes())
    return create_app(
        shops.main, verify=verifier(shops, fetch=lambda _: chain.read_bytes(), roots=roots), shops=shops
    )


def main(kind: str, port: int, *files: str) -> None:
    """Serve until told to stop."""
    web = signed(*map(Path, files)) if kind == "signed" else plain()
    if kind == "plain-werkzeug":
        make_server("127.0.0.1", port, web, threaded=True).serve_forever()
    stop = Stop()
    with stopped_by_signals(stop):
        run(web, sock=listening("127.0.0.1", port), stop=stop, limit=lambda _: SMALL, threads=THREADS)


if __name__ == "__main__":
    os.environ.setdefault("SAYSO_LOG", "ERROR")
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
