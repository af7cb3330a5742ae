"""A CRD's schema as a JSON Schema that refuses what `kubectl apply --validate=strict` refuses.

The rules in CEL (`x-kubernetes-validations`) and the uniqueness of lists with keys are not looked at.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

OBJECT_META = "https://kubernetes.io/api/_definitions.json#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
OF_EVERY_OBJECT: Schema = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"$ref": OBJECT_META},
}
# Kept as they are: they mean the same in both.
SAME = (
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minimum",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
    "type",
    "uniqueItems",
    # In a structural schema these only narrow what is beside them, so they never name a field of their own.
    "allOf",
    "anyOf",
    "not",
    "oneOf",
)
BOUNDS = {"int32": 2**31, "int64": 2**63}


def json_schema(crd: Schema) -> Schema:
    """JSON Schema of a whole object of a CRD's version."""
    return _converted({**crd, "x-kubernetes-embedded-resource": True})


def _converted(node: Schema) -> Schema:
    schema = {key: node[key] for key in SAME if key in node}
    if node.get("x-kubernetes-int-or-string"):
        schema["type"] = ["integer", "string"]
    if bound := BOUNDS.get(node.get("format", "")):
        schema = {"minimum": -bound, "maximum": bound - 1, **schema}
    if "items" in node:
        schema["items"] = _converted(node["items"])
    if node.get("x-kubernetes-list-type") == "set":
        schema["uniqueItems"] = True
    if node.get("type") == "object":
        schema |= _fields(node)
    return _nullable(schema) if node.get("nullable") else schema


def _fields(node: Schema) -> Schema:
    properties = node.get("properties", {})
    known = {name: _converted(each) for name, each in properties.items()}
    if node.get("x-kubernetes-embedded-resource"):
        known |= OF_EVERY_OBJECT
    # Defaults are filled in before the object is validated.
    required = [name for name in node.get("required", []) if "default" not in properties.get(name, {})]
    others = node.get("additionalProperties", False)
    if node.get("x-kubernetes-preserve-unknown-fields"):
        others = True
    return {
        "properties": known,
        "required": required,
        "additionalProperties": _converted(others) if isinstance(others, dict) else others,
    }


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}
