"""What is installed where: Lambda carries what its door imports and nothing else."""

from __future__ import annotations

import tomllib

from tests.talk import ROOT

LOCAL_ONLY = {
    *("authlib", "click", "flask", "flask-ask-sdk", "ijson", "jinja2", "lxml"),
    *("markdown-it-py", "prometheus-client", "pydantic", "rich", "waitress"),
}


def name(requirement: str) -> str:
    return requirement.split(">")[0].strip()


def test_lambda_needs_what_the_skill_needs_less_what_only_a_machine_of_ones_own_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "lambda" / "requirements.txt").read_text("utf-8").splitlines()
    carried = [line for line in lines if line and not line.startswith("#")]
    assert carried == [one for one in project["dependencies"] if name(one) not in LOCAL_ONLY]
