"""Whatever trees are rendered in turn, the last one is there, and nothing of anyone else is touched."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pyfleet.errors import OutputError
from pyfleet.writing import Changes, diff, write

_PATHS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map("/".join)
_TREES = st.dictionaries(_PATHS, st.text(max_size=3), max_size=6).filter(
    lambda tree: not any(other.startswith(f"{path}/") for path in tree for other in tree),
)
_FOREIGN = st.dictionaries(_PATHS.map(lambda path: f"{path}/mine"), st.just("mine"), max_size=3)


def _files(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes().decode()
        for path in directory.rglob("*")
        if path.is_file() and path.name != ".pyfleet-files"
    }


@settings(max_examples=60, deadline=None)
@given(trees=st.lists(_TREES, min_size=1, max_size=5))
def test_any_sequence_of_trees_leaves_exactly_the_last_one(trees: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for tree in trees:
            write(tree, directory)
            assert _files(directory) == tree
            assert not any(path.is_dir() and not list(path.iterdir()) for path in directory.rglob("*"))
            assert diff(tree, directory) == ""
            assert write(tree, directory) == Changes(unchanged=tuple(sorted(tree)))


@settings(max_examples=60, deadline=None)
@given(trees=st.lists(_TREES, min_size=1, max_size=4), foreign=_FOREIGN)
def test_files_of_someone_else_outlive_any_sequence_of_trees(
    trees: list[dict[str, str]], foreign: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for path, text in foreign.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text)
        written: dict[str, str] = {}
        for tree in trees:
            try:
                write(tree, directory)
                written = tree
            except OutputError:  # a directory of someone else is where a file is to be
                pass
            assert _files(directory) == {**foreign, **written}
