"""Writes to standard output what SAM makes of a template: transform.py TEMPLATE [Parameter=Value ...]."""

import json
import sys

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


class Session:
    """What the translator asks of boto3: it must not look for a region or credentials."""

    region_name = "us-east-1"

    def get_partition_for_region(self, region):
        return "aws"


def packaged(template):
    """Puts S3 addresses where `sam package` does, since the translator takes no others."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in ("CodeUri", "ContentUri"):
            if name in properties:
                properties[name] = "s3://artifacts/" + properties[name]
    return template


def transformed(path, overrides):
    """What SAM makes of a template, with these parameters by name."""
    with open(path, encoding="utf-8") as file:
        template = packaged(yaml_parse(file.read()))
    return Translator({}, Parser(), boto_session=Session()).translate(template, overrides)


def main(path, *parameters):
    overrides = dict(parameter.split("=", 1) for parameter in parameters)
    print(json.dumps(transformed(path, overrides), indent=1, sort_keys=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
