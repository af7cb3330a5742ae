"""The model as JSON Schema draft 7, which is what yaml-language-server reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

if TYPE_CHECKING:
    from pyfleet.model.fleet import Fleet

_DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def schema_text(model: type[Fleet]) -> str:
    """Give the schema of the fleet file, ready to be written."""
    schema = model.model_json_schema(by_alias=True, schema_generator=GenerateJsonSchema)
    draft_7 = {"$schema": _DRAFT_7, **_as_draft_7(schema)}
    return json.dumps(draft_7, indent=2, ensure_ascii=False) + "\n"


def _as_draft_7(value: Any) -> Any:
    """Rename what draft 2020-12 calls otherwise; `$ref` with siblings needs `allOf` in draft 7."""
    if isinstance(value, list):
        return [_as_draft_7(each) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = {("definitions" if key == "$defs" else key): _as_draft_7(below) for key, below in value.items()}
    if "$ref" in renamed and len(renamed) > 1:
        return {"allOf": [{"$ref": _moved(renamed.pop("$ref"))}], **renamed}
    if isinstance(renamed.get("$ref"), str):
        renamed["$ref"] = _moved(renamed["$ref"])
    return renamed


def _moved(reference: str) -> str:
    return reference.replace("#/$defs/", "#/definitions/")
