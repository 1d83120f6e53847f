"""What CloudFormation gets of template.yaml, as JSON: run by the Python of SAM's own environment.

`sam validate` has no command that shows it, and CloudFormation makes it only while deploying."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


class NoPolicies:
    """Names no managed policies: the template names none."""

    def load(self) -> dict[str, str]:
        return {}


def main(file: str) -> None:
    """Write the template in `file` to standard output, with functions whose code lies somewhere."""
    from samcli.yamlhelper import yaml_parse
    from samtranslator.translator.transform import transform

    template: dict[str, Any] = yaml_parse(Path(file).read_text("utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    told = transform(template, {"SkillId": "amzn1.ask.skill.0"}, NoPolicies())
    json.dump(told, sys.stdout, default=str)


if __name__ == "__main__":
    main(sys.argv[1])
