"""Creates a stack from a SAM template at an AWS emulator.

  python3 create_stack.py ENDPOINT STACK TEMPLATE [Parameter=Value]...

Needs aws-sam-translator and boto3. The functions get an empty archive for their code: the emulator
is to have the resources, and `./wasl up --endpoint ENDPOINT --stack STACK` runs the functions.
Prints as JSON the types of what the emulator is given of the transformed template, and of what it
made of it, by logical id. Exits with the reason where the stack does not come to CREATE_COMPLETE.
"""

import io
import json
import sys
import time
import zipfile
from pathlib import Path

import boto3

sys.path.append(str(Path(__file__).parent.parent / "template"))
from transform import transformed  # noqa: E402

REGION = "us-east-1"


def mappings(node):
    """Every mapping in a template, itself included."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from mappings(child)


def as_moto_takes_it(resources):
    """Works around three faults of moto's: it creates no stack, or one whose key answers 500, or one
    whose tables' streams it empties itself."""
    functions = {
        name: made["Properties"]["FunctionName"]
        for name, made in resources.items()
        if made["Type"] == "AWS::Lambda::Alias"
    }
    # moto makes no alias, so what calls one calls its function.
    for mapping in mappings(resources):
        if mapping.get("Ref") in functions:
            mapping["Ref"] = functions[mapping["Ref"]]["Ref"]
    # moto keeps a key's policy as it stands in the template, and later reads it as text.
    for made in resources.values():
        if made["Type"] == "AWS::KMS::Key":
            made["Properties"]["KeyPolicy"] = {"Fn::ToJsonString": made["Properties"]["KeyPolicy"]}
    # moto gives a table's records to its own function, enabled or not, and to nobody else after that.
    for name, made in list(resources.items()):
        if made["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in made["Properties"]:
            del resources[name]


def upload_code(s3, resources):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("empty", "")
    places = {(m["S3Bucket"], m["S3Key"]) for m in mappings(resources) if "S3Key" in m}
    for bucket in {bucket for bucket, _ in places}:
        s3.create_bucket(Bucket=bucket)
    for bucket, key in places:
        s3.put_object(Bucket=bucket, Key=key, Body=archive.getvalue())


def created(cloudformation, stack, template, parameters):
    """The types of the new stack's resources, by logical id."""
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
    return {
        resource["LogicalResourceId"]: resource["ResourceType"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        # moto lists what it did not make, without a name.
        if resource["LogicalResourceId"]
    }


def main(endpoint, stack, path, *assignments):
    parameters = dict(assignment.split("=", 1) for assignment in assignments)
    template = transformed(path, parameters)
    as_moto_takes_it(template["Resources"])
    declared = {name: resource["Type"] for name, resource in template["Resources"].items()}

    # An emulator takes any key.
    session = boto3.session.Session("any", "any", region_name=REGION)
    upload_code(session.client("s3", endpoint_url=endpoint), template["Resources"])
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    made = created(cloudformation, stack, template, parameters)
    print(json.dumps({"declared": declared, "made": made}, indent=1))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
