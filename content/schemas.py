"""What the schemas of the content files say of them."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

CONTENT = Path(__file__).resolve().parent
SCHEMAS = {
    path.as_uri(): Resource.from_contents(json.loads(path.read_text("utf-8")))
    for path in sorted(CONTENT.rglob("*schema.json"))
}
COMMON = SCHEMAS[(CONTENT / "common.schema.json").as_uri()].contents
REGISTRY = Registry().with_resources(SCHEMAS.items()).crawl()


@cache
def validator(schema: Path) -> Draft202012Validator:
    """The schema in a file; `$ref` is relative to that file."""
    return Draft202012Validator({"$ref": schema.as_uri()}, registry=REGISTRY)


def faults(data: object, schema: Path) -> list[str]:
    """What the schema says against the data, each with the place."""
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator(schema).iter_errors(data)
    ]
