"""Creates a stack from a SAM template at an AWS emulator.

  python3 create_stack.py ENDPOINT STACK TEMPLATE [PARAMETER=VALUE]...

Needs aws-sam-translator and boto3. The functions get an empty archive for their code: the emulator
is to have the resources, `./wasl up --endpoint ENDPOINT --stack STACK` runs the functions.
Prints as JSON the types in the translated template and what the emulator made of it, by logical id.
Exits with 1 and the reason where the stack does not come to CREATE_COMPLETE.
"""

import io
import json
import os
import sys
import time
import zipfile

import boto3
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REGION = "us-east-1"
CODE_BUCKET = "wasl-moto-code"
CODE_KEY = "empty.zip"

# moto makes no AWS::Lambda::Alias, so a permission on one refers to nothing, and moto answers 500.
LEFT_OUT = {"AWS::Lambda::Permission"}


class ManagedPolicies:
    """The translator asks for the ARNs of AWS's own policies by name; the template names none."""

    def load(self):
        return {}


def translated(file, parameters):
    with open(file, encoding="utf-8") as text:
        template = yaml_parse(text.read())
    for resource in template["Resources"].values():
        for place in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][place] = f"s3://{CODE_BUCKET}/{CODE_KEY}"
    return transform(template, parameters, ManagedPolicies())


def as_moto_takes_it(resources):
    """Two faults of moto's: with them a stack cannot be created, or no call to its key works."""
    kept = {name: made for name, made in resources.items() if made["Type"] not in LEFT_OUT}
    for made in kept.values():
        # moto keeps the policy as it stands in the template and later reads it as text.
        if made["Type"] == "AWS::KMS::Key":
            properties = made["Properties"]
            properties["KeyPolicy"] = {"Fn::ToJsonString": properties["KeyPolicy"]}
    return kept


def empty_archive():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_file:
        zip_file.writestr("empty", "")
    return archive.getvalue()


def main(endpoint, stack, file, *assignments):
    parameters = dict(assignment.split("=", 1) for assignment in assignments)
    # The translator takes the region from here and from nowhere else.
    os.environ["AWS_DEFAULT_REGION"] = REGION
    session = boto3.session.Session("any", "any", region_name=REGION)
    template = translated(file, parameters)
    types = {name: made["Type"] for name, made in template["Resources"].items()}
    template["Resources"] = as_moto_takes_it(template["Resources"])

    s3 = session.client("s3", endpoint_url=endpoint)
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=CODE_KEY, Body=empty_archive())
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    cloudformation.create_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    )
    while True:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        if found["StackStatus"] != "CREATE_IN_PROGRESS":
            break
        time.sleep(0.2)
    if found["StackStatus"] != "CREATE_COMPLETE":
        sys.exit(f"{stack}: {found['StackStatus']} {found.get('StackStatusReason', '')}")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    made = {
        resource["LogicalResourceId"]: resource["ResourceType"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        # moto lists what it did not make, without a name.
        if resource["LogicalResourceId"]
    }
    print(json.dumps({"declared": types, "made": made}, indent=1))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
