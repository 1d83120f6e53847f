"""The template's stack, stood up by another CloudFormation (ministack on this machine), and the doors in it:
the alias answers a shopper, and the table's stream wakes the worker.

Two things that one does not know are replaced: alarms on sums of metrics, and CodeDeploy. It runs functions
on a Python of its own, so their code is the sources here and not the package."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from skill.deployment import Shops
from skill.settings import from_environment
from skill.shop import NOBODY
from skill.storage.open import open_store
from skill.storage.shelves import push
from tests import programs
from tests.bench import NotReady, launch
from tests.deploy.test_sam import sam as sam
from tests.deploy.test_sam import transformed as transformed
from tests.merchants.test_worker import events, now, order
from tests.talk import ROOT, publish_sample

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
_DOOR = """
import os, runpy, sys
sys.path[:0] = {path}
os.environ |= {environ}
from pathlib import Path
import skill.settings
skill.settings._LAMBDA_FOLDER = Path({folder})
lambda_handler = runpy.run_path({door})["lambda_handler"]
"""


def code(address: str, folder: Path) -> bytes:
    """A package that runs the doors as they lie here, and asks `address` instead of AWS."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for door in ("handler", "worker"):
            text = _DOOR.format(
                path=[str(ROOT), str(Path(boto3.__file__).parents[1])],
                environ={**ACCESS, "AWS_ENDPOINT_URL": address},
                folder=repr(str(folder)),
                door=repr(str(ROOT / "lambda" / f"{door}.py")),
            )
            archive.writestr(f"lambda/{door}.py", text)
    return packed.getvalue()


def known_there(resources: dict[str, Any]) -> dict[str, Any]:
    """Without what ministack does not know, and without the schedule: the stream is on trial."""
    left_out = ("AWS::CodeDeploy::", "AWS::Scheduler::")
    kept: dict[str, Any] = {
        name: json.loads(json.dumps(each))
        for name, each in resources.items()
        if not each["Type"].startswith(left_out) and name != "CodeDeployServiceRole"
    }
    del kept["SkillFunctionAliaslive"]["UpdatePolicy"]
    # This machine may be slower than Lambda, where others work on it as well.
    kept["SkillFunction"]["Properties"]["Timeout"] = 60
    for each in kept.values():
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"].pop("Metrics", None):
            each["Properties"] |= {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 300}
    return kept


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with programs.ministack(tmp_path_factory.mktemp("ministack")) as found:
            yield found
    except NotReady as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def outputs(
    address: str, transformed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The outputs of a stack that stands; AWS's clients of this process go there, too."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ACCESS, "AWS_ENDPOINT_URL": address}.items():
            patch.setenv(name, value)
        s3, formation = boto3.client("s3"), boto3.client("cloudformation")
        s3.create_bucket(Bucket="bucket")
        body = code(address, tmp_path_factory.mktemp("catalogues"))
        s3.put_object(Bucket="bucket", Key="key", Body=body)
        settings = {"SkillId": SKILL, "OwnKey": "yes", "AlarmEmail": "who@shop.example"}
        formation.create_stack(
            StackName="sayso",
            TemplateBody=json.dumps({**transformed, "Resources": known_there(transformed["Resources"])}),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in settings.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        (stack,) = formation.describe_stacks(StackName="sayso")["Stacks"]
        for _ in range(200):
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
            (stack,) = formation.describe_stacks(StackName="sayso")["Stacks"]
        failed = [
            (event["LogicalResourceId"], event.get("ResourceStatusReason"))
            for event in formation.describe_stack_events(StackName="sayso")["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED")
        ]
        assert failed == []
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@pytest.fixture(scope="module")
def shop(outputs: dict[str, str], address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a merchant's machine sets, with the sample shop imported there."""
    settings = {
        "SAYSO_STORE": f"dynamodb:{outputs['TableName']}@{address}",
        "SAYSO_SHELVES": outputs["ShelvesAddress"],
        "SAYSO_CATALOGUES": str(tmp_path_factory.mktemp("merchant")),
    }
    app = Shops(from_environment(settings)).main
    publish_sample(app)
    live = app.store.visit(NOBODY).facts.catalogue
    push(app.settings.folder / live, to=app.settings.shelf)
    return settings


def test_the_alias_that_the_skill_calls_answers_it(outputs: dict[str, str], shop: dict[str, str]) -> None:
    functions = boto3.client("lambda")
    # SnapStart takes its snapshot first.
    ready = functions.get_waiter("published_version_active")
    ready.wait(FunctionName=outputs["SkillEndpoint"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    answer = functions.invoke(FunctionName=outputs["SkillEndpoint"], Payload=json.dumps(launch(user="a")))
    told = json.loads(answer["Payload"].read())
    assert "Welcome to Saffron Wagon" in told["response"]["outputSpeech"]["ssml"]


def test_the_secret_that_the_stack_made_is_what_shoppers_are_kept_under(outputs: dict[str, str]) -> None:
    made = boto3.client("secretsmanager").get_secret_value(SecretId=outputs["SecretArn"])["SecretString"]
    settings = boto3.client("lambda").get_function_configuration(FunctionName=outputs["SkillEndpoint"])
    assert len(made) == 64
    assert settings["Environment"]["Variables"]["SAYSO_SECRET"] == made


def test_an_order_wakes_the_worker_by_the_tables_stream(shop: dict[str, str]) -> None:
    store = open_store(shop["SAYSO_STORE"], shop="shop", clock=now)
    order(store, 1)
    # No webhook listens and no mail leaves: it is told when the worker has looked at it.
    until = time.monotonic() + 60
    while events(store)[0].state != "done" and time.monotonic() < until:
        time.sleep(0.2)
    assert [event.state for event in events(store)] == ["done"]
