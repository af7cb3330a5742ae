"""Changes what decides, one small change at a time, and prints the changes that no test notices: `make mutate`.

Each is tried in a process of its own, forked when the libraries are loaded and nothing of pyfleet is, which runs the
quick tests up to the first that fails. mutmut changes no function that has a decorator, so none of the checks;
cosmic-ray changes the files themselves, so that only one can be tried at a time, and takes no sample.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

PACKAGES = ("placement", "planning", "checks", "parts")
TESTS = ("bad", "near", "golden", "one_entry")
FAR = {"vm", "modules", "pytest_nix", "writing", "loading"}  # folders of tests that reach none of these packages
LIBRARIES = ("hypothesis.strategies", "pydantic", "yaml.cyaml", "jinja2", "click.testing", "jsonschema", "difflib")
MEMORY, SECONDS = 4 << 30, 300  # for a loop that has no end any more

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Give what could stand in the place of a node."""
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"{value}~")
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield changed(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield changed(node, ifs=[])
        case ast.Return(value=ast.AST() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Name(id=name) if name in NAMES:
            yield changed(node, id=NAMES[name])
    if type(node) in SWAPPED:
        yield SWAPPED[type(node)]()


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """Copy a node with other fields."""
    new = copy.copy(node)
    vars(new).update(fields)
    return new


def of_no_matter(node: ast.AST, field: str) -> bool:
    """Tell what runs for nobody, or can't be wrong unseen: docstrings, imports, what the type checker reads."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.If(test=ast.Name("TYPE_CHECKING")):
            return True
        case ast.Subscript(value=ast.Name("Literal")) | ast.Call(func=ast.Name("cast" | "TypeVar")):
            return True
    return field in {"decorator_list", "annotation", "returns"}


def sites(node: ast.AST) -> Iterator[tuple[Any, Any, ast.AST, ast.AST]]:
    """Give each place that holds a node: the list or fields around it, its key there, the node above, itself."""
    for field, value in ast.iter_fields(node):
        holder: Any = value if isinstance(value, list) else vars(node)
        for key in range(len(value)) if isinstance(value, list) else [field]:
            child = holder[key]
            if isinstance(child, ast.AST) and not of_no_matter(child, field):
                yield holder, key, node, child
                yield from sites(child)


def changes(tree: ast.Module) -> Iterator[str]:
    """Make each change to a tree in turn, undone when the next is asked for; say what it is, after its line."""
    line = 0
    for holder, key, above, old in sites(tree):
        line = getattr(old, "lineno", line)
        shown = above if isinstance(old, ast.operator | ast.boolop | ast.cmpop) else old
        was = ast.unparse(shown)
        for new in variants(old):
            holder[key] = ast.fix_missing_locations(ast.copy_location(new, shown))
            becomes = ast.unparse(shown if shown is above else new)
            yield f"{line}: {was.partition(chr(10))[0]:.90}  ->  {becomes.partition(chr(10))[0]:.90}"
            holder[key] = old


def quick_tests() -> list[str]:
    """Give the files of tests, those that try many examples last."""
    files = [*sorted(Path("tests/unit").rglob("test_*.py")), *(Path(f"tests/test_{name}.py") for name in TESTS)]
    near = [file for file in files if file.exists() and FAR.isdisjoint(file.parts)]
    return [str(file) for file in sorted(near, key=lambda file: "from hypothesis" in file.read_text("utf-8"))]


def survives(path: Path, number: int | None, tests: list[str]) -> bool:
    """Run tests with a change or with none, in a process of its own; tell whether all pass."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    tree, whole, original = ast.parse(path.read_text("utf-8")), str(path.resolve()), SourceFileLoader.get_code
    made = changes(tree)
    if number is not None:
        next(islice(made, number, None))
    code = compile(tree, path, "exec")

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if self.path == whole else original(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    with tempfile.TemporaryDirectory() as folder:
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", f"--basetemp={folder}/tests"]
        status = pytest.main([*options, *sorted(tests, key=lambda test: f"/{path.parts[1]}/" not in test)])
    os._exit(status)


def main() -> None:
    """Try all mutants of some packages, or a sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=PACKAGES, help="folders of pyfleet/")
    parser.add_argument("--sample", type=int, default=10**6, help="try so many instead of all")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another sample")
    chosen = parser.parse_args()

    os.chdir(Path(__file__).resolve().parent.parent)
    files = [path for package in chosen.packages for path in sorted(Path("pyfleet", package).rglob("*.py"))]
    every = [(path, *each) for path in files for each in enumerate(changes(ast.parse(path.read_text("utf-8"))))]
    sample = sorted(random.Random(chosen.seed).sample(every, min(chosen.sample, len(every))))  # noqa: S311
    print(f"trying {len(sample)} of {len(every)} mutants", flush=True)
    for name in LIBRARIES:
        importlib.import_module(name)
    tests = quick_tests()
    if not survives(files[0], None, tests):
        sys.exit("the tests fail without any change; run `make test`")

    tried, caught = Counter[str](), Counter[str]()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        alive = pool.map(lambda mutant: survives(mutant[0], mutant[1], tests), sample)
        for (path, _, change), lives in zip(sample, alive, strict=True):
            for group in (path.parts[1], "text" if change.endswith(("~'", '~"')) else "logic", "all"):
                tried[group] += 1
                caught[group] += not lives
            if lives:
                print(f"{path}:{change}", flush=True)
    for group in sorted(tried, key=lambda group: tried[group]):
        print(f"{group:10} {caught[group]} of {tried[group]} caught: {caught[group] / tried[group]:.1%}")


if __name__ == "__main__":
    main()
