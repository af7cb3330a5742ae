"""Turn pydantic's errors into messages for the person who wrote the file."""

from __future__ import annotations

import difflib
import types
import typing
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pyfleet.errors import Problem
from pyfleet.loading.codes import MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

    from pyfleet.loading.document import Document


# Keys that people bring along from elsewhere, and what takes their place here.
_MISTAKEN_KEYS = {
    "token": "a token here would end up in the world-readable Nix store; set `tokenFile: /run/secrets/k3s-token`",
    "strategy": "it is derived: Recreate where a GPU or a hostPort is held, else RollingUpdate",
    "runtimeClassName": "it is derived from the host that the workload is placed on",
    "affinity": "set `host` or `nodeSelector`; use `patches` for more",
    "firewall": "ports of k3s are derived (10251 and 10252 are long gone, VXLAN is UDP); `openPorts` opens more",
    "containerd": "k3s runs its own containerd, which ignores `virtualisation.containerd`; no setting is needed",
}


def problem_of(error: ErrorDetails, document: Document, model: type[BaseModel]) -> Problem:
    """Put one of pydantic's errors into words, with its place in the file."""
    path = error["loc"]
    name = f"`{path[-1]}`" if path else "the file"
    if error["type"] == "extra_forbidden":
        hint = _MISTAKEN_KEYS.get(str(path[-1]), "") or _nearest(str(path[-1]), known_keys(model, path[:-1]))
        return Problem(document.locate(path, key=True), UNKNOWN_KEY, f"unknown key {name}", hint)
    if error["type"] == "missing":
        return Problem(document.locate(path[:-1], key=True), MISSING_KEY, f"{name} is missing{_within(path[:-1])}")
    if path and path[-1] == "[key]":
        return Problem(document.locate(path[:-1], key=True), WRONG_TYPE, _words(error))
    message, hint = _MESSAGES.get(error["type"], _plain)(error, document)
    return Problem(document.locate(path), WRONG_TYPE, f"{name}: {message}", hint)


def known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """List the keys that the model knows at `path`; none where the path is not in the model."""
    here: Any = model
    for step in path:
        here = _below(here, step)
    found = _model_in(here)
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _below(annotation: Any, step: str | int) -> Any:
    model = _model_in(annotation)
    if model is not None:
        return next((f.annotation for n, f in model.model_fields.items() if step in (f.alias, n)), None)
    arguments = typing.get_args(annotation)
    return arguments[-1] if arguments else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model in an annotation such as `Annotated[Model, ...]` or `Model | None`."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    origin = typing.get_origin(annotation)
    if origin in (typing.Annotated, typing.Union, types.UnionType):
        found = (_model_in(argument) for argument in typing.get_args(annotation))
        return next((model for model in found if model), None)
    return None


def _within(path: tuple[str | int, ...]) -> str:
    return f" in `{'.'.join(str(step) for step in path)}`" if path else ""


def _nearest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known keys here: {', '.join(known)}" if known else ""


def _words(error: ErrorDetails) -> str:
    """Our own validators' text, or pydantic's."""
    cause = error.get("ctx", {}).get("error")
    return str(cause) if cause is not None else error["msg"][0].lower() + error["msg"][1:]


def _plain(error: ErrorDetails, _document: Document) -> tuple[str, str]:
    return _words(error), ""


def _text_expected(error: ErrorDetails, document: Document) -> tuple[str, str]:
    written = document.source_text(error["loc"])
    if written is None or isinstance(error["input"], (dict, list)):
        return f"text is expected, not {_kind(error['input'])}", ""
    if error["loc"][-2:-1] == ("env",):  # which may be a password
        return f"text is expected, and this is read as {_kind(error['input'])}", "quote it"
    return f"text is expected, and {written} is read as {_kind(error['input'])}", f'quote it: "{written}"'


def _kind_expected(what: str) -> Callable[[ErrorDetails, Document], tuple[str, str]]:
    def message(error: ErrorDetails, _document: Document) -> tuple[str, str]:
        value = error["input"]
        shown = f"{value!r} is {_kind(value)}" if isinstance(value, (str, int, float)) else f"this is {_kind(value)}"
        return f"{what} is expected; {shown}", ""

    return message


def _choice(error: ErrorDetails, _document: Document) -> tuple[str, str]:
    choices = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    close = difflib.get_close_matches(str(error["input"]), choices, n=1)
    hint = f"did you mean `{close[0]}`?" if close else ""
    return f"{error['input']!r} is not one of {', '.join(choices)}", hint


def _pattern(error: ErrorDetails, _document: Document) -> tuple[str, str]:
    return f"{error['input']!r} does not match {error['ctx']['pattern']}", ""


def _bound(words: str, key: str) -> Callable[[ErrorDetails, Document], tuple[str, str]]:
    def message(error: ErrorDetails, _document: Document) -> tuple[str, str]:
        return f"{error['input']!r} is not {words} {error['ctx'][key]}", ""

    return message


def _kind(value: object) -> str:
    kinds: dict[type, str] = {
        dict: "a mapping",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        type(None): "nothing",
    }
    return kinds[type(value)]


_MESSAGES: dict[str, Callable[[ErrorDetails, Document], tuple[str, str]]] = {
    "string_type": _text_expected,
    "string_pattern_mismatch": _pattern,
    "int_type": _kind_expected("a whole number"),
    "bool_type": _kind_expected("true or false"),
    "dict_type": _kind_expected("a mapping"),
    "list_type": _kind_expected("a list"),
    "model_type": _kind_expected("a mapping"),
    "literal_error": _choice,
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
}
