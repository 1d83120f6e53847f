"""The template through SAM's own eyes, offline: it is valid, builds what make builds, and becomes what it is
meant to become. Where SAM is not installed this is left out; `.ci/run` installs it."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bench import TOOLS
from tests.deploy.conftest import PATIENCE
from tests.talk import ROOT

# Nothing here may ask AWS, or tell it anything.
OFFLINE = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}


@pytest.fixture(scope="module")
def sam() -> Path:
    """SAM's program: of `.tools`, of SAYSO_SAM, or of this machine."""
    found = os.environ.get("SAYSO_SAM") or shutil.which("sam", path=str(TOOLS / "sam" / "bin"))
    if not (found := found or shutil.which("sam")):
        pytest.skip("no AWS SAM here: make sam installs it")
    return Path(found)


def run(*command: str | Path) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **OFFLINE},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def transformed(sam: Path) -> dict[str, Any]:
    """What CloudFormation is given."""
    python = sam.resolve().with_name("python")
    if not python.exists():
        pytest.skip(f"{sam} is not in an environment of its own")
    told: dict[str, Any] = json.loads(
        run(python, ROOT / "tests" / "deploy" / "transformed.py", "template.yaml")
    )
    return told


@pytest.fixture(scope="module")
def resources(transformed: dict[str, Any]) -> dict[str, Any]:
    """Its resources, by their names."""
    found: dict[str, Any] = transformed["Resources"]
    return found


def test_the_template_is_valid_and_has_nothing_to_mend(sam: Path) -> None:
    assert "is a valid SAM Template" in run(sam, "validate", "--lint")


def test_sam_builds_for_each_function_what_make_builds(sam: Path, package: Path, tmp_path: Path) -> None:
    run(sam, "build", "--build-dir", str(tmp_path / "build"))
    for function in ("SkillFunction", "WorkerFunction"):
        built = tmp_path / "build" / function
        names = [path.relative_to(package) for path in package.rglob("*") if path.is_file()]
        same, *other = filecmp.cmpfiles(package, built, names, shallow=False)
        assert other == [[], []]
        assert len(same) == sum(path.is_file() for path in built.rglob("*"))


def test_alexa_may_call_the_alias_for_this_skill_alone(resources: dict[str, Any]) -> None:
    (permission,) = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Permission"]
    assert permission["Properties"] == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "SkillFunctionAliaslive"},
        "Principal": "alexa-appkit.amazon.com",
        "EventSourceToken": {"Ref": "SkillId"},
    }


def test_the_alias_moves_as_codedeploy_says_which_listens_to_alarms(resources: dict[str, Any]) -> None:
    moved = resources["SkillFunctionAliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    group = resources[moved["DeploymentGroupName"]["Ref"]]["Properties"]
    assert group["AutoRollbackConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    named = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
    assert {resources[name]["Type"] for name in named} == {"AWS::CloudWatch::Alarm"}
    prod, dev = (each["Fn::Sub"][1]["ConfigName"] for each in group["DeploymentConfigName"]["Fn::If"][1:])
    assert (prod, dev) == ("Canary10Percent10Minutes", "AllAtOnce")


def test_a_new_version_is_described_by_its_settings_and_the_old_one_is_kept(
    resources: dict[str, Any],
) -> None:
    (version,) = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Version"]
    assert "Memory" in json.dumps(version["Properties"]["Description"])
    assert version["DeletionPolicy"] == "Retain"


def test_no_managed_policy_and_no_fixed_name_comes_in_with_sam(resources: dict[str, Any]) -> None:
    # Two stacks may stand side by side in an account.
    schedules = [each for each in resources.values() if each["Type"] == "AWS::Scheduler::Schedule"]
    assert ["Name" in each["Properties"] for each in schedules] == [False, False]
    for name, role in resources.items():
        if role["Type"] == "AWS::IAM::Role" and name != "CodeDeployServiceRole":
            assert not role["Properties"].get("ManagedPolicyArns"), name
