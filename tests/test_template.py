"""What template.yaml asks of AWS: as little right as can be, a way back, and somebody who is told."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from skill.operations import metrics
from skill.storage import layout, layout_orders
from tests.deploy.conftest import template as template
from tests.talk import ROOT

METRICS = set(metrics.UNITS)
# Items by their key, and what lies in one partition of the table or of its index.
ITEM_ACTIONS = {
    f"dynamodb:{name}"
    for name in (
        "BatchGetItem",
        "ConditionCheckItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
}
STREAM_ACTIONS = {
    f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
# X-Ray has no resources to name: https://docs.aws.amazon.com/service-authorization/latest/reference/
NOWHERE = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def of_type(template: dict[str, Any], type: str) -> dict[str, dict[str, Any]]:
    resources = template["Resources"].items()
    return {name: each.get("Properties", {}) for name, each in resources if each["Type"] == type}


def nodes(value: Any) -> Iterator[Any]:
    """A value and all that is in it."""
    yield value
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inside:
        yield from nodes(each)


def references(value: Any) -> set[str]:
    """The parameters and resources it names."""
    found: set[str] = set()
    for node in nodes(value):
        if isinstance(node, Mapping) and len(node) == 1:
            (name, about), *_ = node.items()
            text = about if isinstance(about, str) else about[0] if isinstance(about, list) and about else ""
            if name == "Ref":
                found.add(text)
            elif name == "Fn::GetAtt":
                found.add(text.split(".")[0])
            elif name == "Fn::Sub" and isinstance(text, str):
                found |= {each.split(".")[0] for each in re.findall(r"\$\{([A-Za-z:.]+)\}", text)}
    return found


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    """All statements of a role, those under a condition too."""
    written = [each for policy in role["Policies"] for each in policy["PolicyDocument"]["Statement"]]
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in written]


def actions(statement: dict[str, Any]) -> set[str]:
    named = statement["Action"]
    return {named} if isinstance(named, str) else set(named)


def environment(template: dict[str, Any], function: str) -> dict[str, Any]:
    everywhere = template["Globals"]["Function"]["Environment"]["Variables"]
    own = template["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
    return {**everywhere, **own}


@pytest.mark.parametrize("name", ["SkillRole", "WorkerRole"])
def test_a_function_may_do_what_it_is_named_for_and_where_only(template: dict[str, Any], name: str) -> None:
    role = of_type(template, "AWS::IAM::Role")[name]
    assert "ManagedPolicyArns" not in role
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        assert not [action for action in actions(statement) if "*" in action]
        if statement["Resource"] == "*":
            assert actions(statement) <= NOWHERE
        on_table = {each for each in actions(statement) if each.startswith("dynamodb:")}
        assert on_table <= ITEM_ACTIONS or on_table <= STREAM_ACTIONS


def test_each_function_has_a_role_of_its_own_and_what_only_it_needs(template: dict[str, Any]) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    roles = {name: function["Role"]["Fn::GetAtt"] for name, function in functions.items()}
    assert {tuple(role) for role in roles.values()} == {("SkillRole", "Arn"), ("WorkerRole", "Arn")}
    may = {
        name: {action.split(":")[0] for each in statements(role) for action in actions(each)}
        for name, role in of_type(template, "AWS::IAM::Role").items()
    }
    # What answers anybody's requests sends no mail and reads no queue.
    assert may["SkillRole"] == {"dynamodb", "logs", "s3", "xray"}
    assert may["WorkerRole"] == {"dynamodb", "kms", "logs", "s3", "ses", "sqs", "xray"}


def test_only_the_skill_may_call_the_function_and_only_by_its_alias(template: dict[str, Any]) -> None:
    function = template["Resources"]["SkillFunction"]["Properties"]
    assert function["Events"] == {
        "Alexa": {"Type": "AlexaSkill", "Properties": {"SkillId": {"Ref": "SkillId"}}}
    }
    pattern = template["Parameters"]["SkillId"]["AllowedPattern"]
    assert re.fullmatch(pattern, "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef")
    assert not re.fullmatch(pattern, "amzn1.ask.skill.*")
    assert template["Outputs"]["SkillEndpoint"]["Value"] == {"Ref": "SkillFunction.Alias"}


def test_a_new_version_takes_over_bit_by_bit_and_is_taken_back_on_an_alarm(template: dict[str, Any]) -> None:
    function = template["Resources"]["SkillFunction"]["Properties"]
    assert function["AutoPublishAlias"] == "live"
    assert function["SnapStart"] == {"ApplyOn": {"Fn::If": ["CanSnapStart", "PublishedVersions", "None"]}}
    shift = function["DeploymentPreference"]
    assert shift["Type"] == {"Fn::If": ["IsProd", "Canary10Percent10Minutes", "AllAtOnce"]}
    watched = {each["Ref"] for each in shift["Alarms"]}
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    assert watched <= alarms.keys()
    of_version = {
        name
        for name in watched
        if any(each["Name"] == "ExecutedVersion" for each in alarms[name].get("Dimensions", []))
    }
    assert of_version == {"NewVersionFails", "NewVersionSlow"}


def test_a_parameter_that_the_function_is_made_with_makes_a_version_of_its_own(
    template: dict[str, Any],
) -> None:
    function = template["Resources"]["SkillFunction"]["Properties"]
    made_with = {
        "Environment": environment(template, "SkillFunction"),
        "Memory": function["MemorySize"],
        "Storage": function["EphemeralStorage"],
    }
    settable = references(made_with) & template["Parameters"].keys()
    told = references(function["VersionDescription"])
    # Never shown, and never to be changed: it would lose every cart and order.
    assert settable - told == {"UserSecret"}
    # Lambda takes 256 characters: of what is the same in every address, nothing is told.
    account = "eu-west-1:123456789012:"
    lengths = [len("01234567-89ab-cdef-0123-456789abcdef"), len("10240/10240"), len("1")]
    for name in sorted(told & template["Parameters"].keys()):
        for start in (f"arn:aws:ses:{account}", f"arn:aws:secretsmanager:{account}secret:"):
            if re.fullmatch(template["Parameters"][name].get("AllowedPattern", "x"), f"{start}identity/a"):
                lengths.append(template["Parameters"][name]["MaxLength"] - len(start))
    assert len(lengths) == 7
    assert sum(lengths) + len(lengths) - 1 <= 256


SECRETS = {"SAYSO_SECRET", "SAYSO_MAIL", "SAYSO_CARDS", "SAYSO_LINKING", "SAYSO_NOTICES"}


def test_no_secret_stands_in_the_template_or_is_given_in_the_open(template: dict[str, Any]) -> None:
    for function in ("SkillFunction", "WorkerFunction"):
        variables = environment(template, function)
        for name in variables.keys() & SECRETS:
            # Written out of Secrets Manager when it is deployed; SES needs none.
            texts = {node for node in nodes(variables[name]) if isinstance(node, str) and "{" in node}
            assert texts
            assert all(text.startswith(("{{resolve:secretsmanager:${", "ses:${Region}")) for text in texts)
    assert {name for name, each in template["Parameters"].items() if each.get("NoEcho")} == {"UserSecret"}
    for name, parameter in template["Parameters"].items():
        if name.endswith("Secret") and not parameter.get("NoEcho"):
            # An address where it lies, and nothing that would pass for one.
            assert not re.fullmatch(parameter["AllowedPattern"], "sk_live_0123456789abcdef")
            assert re.fullmatch(
                parameter["AllowedPattern"], "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-AbCdEf"
            )
    assert template["Resources"]["GeneratedSecret"]["DeletionPolicy"] == "Retain"


def test_the_functions_are_told_only_what_the_program_reads(template: dict[str, Any]) -> None:
    read = {
        node.value
        for path in (ROOT / "skill").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("SAYSO_")
    }
    # Named by the shop's file (`secret_env`), and by skill.operations, which is being written.
    chosen = {"SAYSO_CARDS", "SAYSO_LINKING", "SAYSO_NOTICES", "SAYSO_STAGE"}
    for function in ("SkillFunction", "WorkerFunction"):
        assert environment(template, function).keys() <= read | chosen


def test_what_is_kept_is_encrypted_recoverable_and_outlives_the_stack(template: dict[str, Any]) -> None:
    table = template["Resources"]["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    # Keys alone: nobody's cart or address passes through the stream.
    assert properties["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    shelves = template["Resources"]["Shelves"]
    assert shelves["DeletionPolicy"] == "Retain"
    assert all(shelves["Properties"]["PublicAccessBlockConfiguration"].values())
    queue = template["Resources"]["FailedWakes"]["Properties"]
    assert queue["SqsManagedSseEnabled"] == {"Fn::If": ["HasOwnKey", {"Ref": "AWS::NoValue"}, True]}


def test_the_table_is_the_one_that_the_store_makes_for_itself(template: dict[str, Any]) -> None:
    properties = template["Resources"]["Table"]["Properties"]
    for name, value in layout.TABLE.items():
        assert properties[name] == value


def test_logs_are_the_stacks_own_and_kept_as_long_as_is_said(template: dict[str, Any]) -> None:
    logs = of_type(template, "AWS::Logs::LogGroup")
    for function in of_type(template, "AWS::Serverless::Function").values():
        assert function["LoggingConfig"]["LogGroup"]["Ref"] in logs
    assert {json.dumps(log["RetentionInDays"]) for log in logs.values()} == {'{"Ref": "LogDays"}'}
    assert template["Globals"]["Function"]["Tracing"] == "Active"


def test_the_stream_wakes_the_worker_for_events_that_wait_and_for_nothing_else(
    template: dict[str, Any],
) -> None:
    stream = template["Resources"]["WorkerFunction"]["Properties"]["Events"]["Written"]["Properties"]
    (written,) = stream["FilterCriteria"]["Filters"]
    pattern = json.loads(written["Pattern"])
    assert pattern["eventName"] == ["INSERT"]
    suffixes = [each["suffix"] for each in pattern["dynamodb"]["Keys"]["PK"]["S"]]

    def passes(key: Mapping[str, Any]) -> bool:
        return any(key["PK"]["S"].endswith(suffix) for suffix in suffixes)

    for last in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
        assert passes(layout_orders.event_key(f"01A{last}", shop="hill", waiting=True))
        assert not passes(layout_orders.event_key(f"01A{last}", shop="hill", waiting=False))
    others = (
        layout.meta_key("hill"),
        layout.shopper_key("ann", "CART"),
        layout.document_key("hill", "lease", "orders"),
        layout_orders.pointer_key("hill", "01A"),
        layout_orders.open_key("hill", "01A"),
    )
    assert not any(map(passes, others))
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailedWakes", "Arn"]}


def test_every_alarm_tells_the_topic_and_says_what_is_the_matter(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert len(alarm["AlarmDescription"]) > 40
        assert alarm["TreatMissingData"] in ("notBreaching", "breaching")
    # Alexa gives up after eight seconds; a warning is of use before.
    assert alarms["SkillSlow"]["ExtendedStatistic"] == "p99"
    assert alarms["SkillSlow"]["Threshold"] == 5000
    # Only a worker that should always run is missed when nothing is heard of it.
    assert [name for name, each in alarms.items() if each["TreatMissingData"] == "breaching"] == [
        "WorkerIdle"
    ]


def test_every_metric_of_ours_in_an_alarm_is_one_that_is_told(template: dict[str, Any]) -> None:
    ours = [node for node in nodes(template) if isinstance(node, dict) and node.get("Namespace") == "Sayso"]
    assert len(ours) >= 4
    for metric in ours:
        assert metric["MetricName"] in METRICS
        assert metric["Dimensions"] == [{"Name": "Stage", "Value": {"Ref": "AWS::StackName"}}]


def test_the_dashboard_is_json_and_shows_metrics_and_alarms_that_there_are(template: dict[str, Any]) -> None:
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    named = set(re.findall(r"\$\{([A-Za-z]+)[^}]*\}", body)) - {"AWS"}
    assert named <= template["Resources"].keys()
    widgets = json.loads(body)["widgets"]
    drawn = [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]
    ours = {metric[1] for metric in drawn if metric[0] == "Sayso"}
    searched = {
        re.search(r'MetricName="(\w+)"', metric[0]["expression"])[1]  # type: ignore[index]
        for metric in drawn
        if isinstance(metric[0], dict)
    }
    assert ours | searched == METRICS
    alarms = {f"${{{name}.Arn}}" for name in of_type(template, "AWS::CloudWatch::Alarm")}
    assert {name for widget in widgets for name in widget["properties"].get("alarms", [])} == alarms
    # No two lie on one another, and none leaves the page.
    places = {
        (x, y)
        for widget in widgets
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    }
    assert len(places) == sum(widget["width"] * widget["height"] for widget in widgets)
    assert max(x for x, _ in places) == 23
