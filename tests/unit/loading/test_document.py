"""A fleet file as a whole: from bytes and text to data, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pyfleet.errors import Location, Problem, ProblemsFound
from pyfleet.loading.compose import MAX_DEPTH, MAX_VALUES, PYTHON, compose
from pyfleet.loading.construct import construct
from pyfleet.loading.document import MAX_BYTES, parse_document, read_document
from pyfleet.loading.scalars import Trap, read_plain


def problems_of(text: str) -> list[str]:
    """Return what is wrong with a text, as `line:column code message`."""
    with pytest.raises(ProblemsFound) as caught:
        parse_document(text, "f")
    return [f"{p.location.line}:{p.location.column} {p.code} {p.message}" for p in caught.value.problems]


def refusal_of(path: Path) -> str:
    with pytest.raises(ProblemsFound) as caught:
        read_document(path, "fleet.yaml")
    (problem,) = caught.value.problems
    return f"{problem.location}: {problem.code} {problem.message}"


class TestReadingAFile:
    def test_it_is_shown_under_the_path_given_or_its_own(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        path.write_bytes(b"a: 1\n")
        assert str(path) == read_document(path).path
        assert read_document(path, "hosts/fleet.yaml").path == "hosts/fleet.yaml"

    def test_a_byte_order_mark_and_windows_line_ends_are_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
        document = read_document(path, "f")
        assert document.data == {"a": 1, "b": "x"}
        assert Location("f", 1, 1) == document.locate(["a"], key=True)
        assert Location("f", 2, 4) == document.locate(["b"])

    def test_a_missing_file(self, tmp_path: Path) -> None:
        expected = "fleet.yaml:1:1: F006 the file can't be read: No such file or directory"
        assert expected == refusal_of(tmp_path / "none")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert refusal_of(tmp_path) == "fleet.yaml:1:1: F006 this is not a file"

    def test_a_pipe_is_refused_and_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal_of(tmp_path / "pipe") == "fleet.yaml:1:1: F006 this is not a file"

    def test_a_path_that_no_file_can_have(self) -> None:
        assert refusal_of(Path("a\0b")) == "fleet.yaml:1:1: F006 this is not the name of a file"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_without_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        path.write_bytes(b"a: 1\n")
        path.chmod(0)
        assert refusal_of(path) == "fleet.yaml:1:1: F006 the file can't be read: Permission denied"

    def test_a_file_over_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        with path.open("wb") as file:
            file.truncate(MAX_BYTES + 1)
        assert refusal_of(path) == "fleet.yaml:1:1: F006 the file is larger than 16 MiB"

    def test_a_byte_that_is_not_utf8_has_its_place_in_characters(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        path.write_bytes("a: 1\nb: é\U0001f600".encode() + b"\xe9\n")
        assert refusal_of(path) == "fleet.yaml:2:6: F006 the file is not UTF-8: byte 0xe9"

    def test_utf16(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.yaml"
        path.write_bytes("a: 1\n".encode("utf-16"))
        assert refusal_of(path) == "fleet.yaml:1:1: F006 the file is not UTF-8: it looks like UTF-16"


class TestTheWholeText:
    @pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "\ufeff"])
    def test_a_file_without_content(self, text: str) -> None:
        assert problems_of(text) == ["1:1 F006 the file is empty"]

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("- a", "a list"),
            ("[]", "a list"),
            ("a", "a single value"),
            ("null", "a single value"),
            ('""', "a single value"),
        ],
    )
    def test_the_top_must_be_a_mapping(self, text: str, kind: str) -> None:
        assert [f"1:1 F006 the file holds {kind}, not a mapping"] == problems_of(text)

    def test_only_one_document(self) -> None:
        assert problems_of("a: 1\n---\nb: 1\n") == ["2:1 F006 a second document starts here"]

    def test_an_empty_mapping_is_one(self) -> None:
        assert parse_document("{}", "f").data == {}

    def test_all_problems_come_at_once_in_order_of_place(self) -> None:
        text = "b: yes\na: 1\na: 2\nc: {d: !foo 1, e: 0755}\n1: x\n"
        assert [problem[:8] for problem in problems_of(text)] == [
            *("1:4 F005", "3:1 F002", "4:8 F001", "4:19 F00", "5:1 F004")
        ]


class TestKeys:
    def test_a_key_twice_names_the_place_of_the_first(self) -> None:
        text = "hosts:\n  a: {}\n  b: {}\n  a: {}\n  'a': {}\n"
        first = "the key a is here twice; the first is on line 2, column 3"
        assert [f"4:3 F002 {first}", f"5:3 F002 {first}"] == problems_of(text)

    @pytest.mark.parametrize(
        ("key", "problem"),
        [
            ("1", "F004 the key 1 is a number, not text"),
            ("1.5", "F004 the key 1.5 is a number, not text"),
            ("true", "F004 the key true is a boolean, not text"),
            ("null", "F004 the key null is null, not text"),
            ("~", "F004 the key ~ is null, not text"),
            ("no", "F005 the key no is the boolean false in YAML 1.1, and text in YAML 1.2"),
            ("y", "F005 the key y is the boolean true in YAML 1.1, and text in YAML 1.2"),
            ("1:30", "F005 the key 1:30 is the number 90 (base 60) in YAML 1.1, and text in YAML 1.2"),
            ("? ", "F004 this entry has no key"),
            ("[a]", "F004 a key must be text, and this one is a list"),
            ("{a: b}", "F004 a key must be text, and this one is a mapping"),
            ("!!int 1", "F001 the tag !!int is not allowed here"),
        ],
    )
    def test_a_key_that_is_not_text(self, key: str, problem: str) -> None:
        (found,) = problems_of(f"{key}: x" if key != "? " else "? \n: x")
        assert problem == found.partition(" ")[2]

    def test_quotes_make_any_key_text(self) -> None:
        data = parse_document("'1': a\n\"no\": b\n'<<': c\n!!str 2: d\n2026-01-01: e\n", "f").data
        assert data == {"1": "a", "no": "b", "<<": "c", "2": "d", "2026-01-01": "e"}


class TestAliasesAndMerges:
    def test_an_alias_is_what_its_anchor_names(self) -> None:
        assert parse_document("a: &x [1]\nb: *x\nc: &y z\nd: *y\n", "f").data == {
            "a": [1],
            "b": [1],
            "c": "z",
            "d": "z",
        }

    def test_written_keys_win_over_merged_ones_wherever_they_are(self) -> None:
        text = "a: &a {x: 1, w: 2}\nb:\n  x: 3\n  <<: *a\nc: {<<: *a, w: 4, z: 5}\n"
        data = parse_document(text, "f").data
        assert data["b"] == {"x": 3, "w": 2}
        assert data["c"] == {"x": 1, "w": 4, "z": 5}

    def test_the_first_of_several_merged_mappings_wins(self) -> None:
        text = "a: &a {x: 1}\nb: &b {x: 2, w: 2}\nc: {<<: [*a, *b]}\nd: {<<: {q: 1}}\n"
        data = parse_document(text, "f").data
        assert (data["c"], data["d"]) == ({"x": 1, "w": 2}, {"q": 1})

    @pytest.mark.parametrize("value", ["1", "", "a", "[1]", "[[{}]]"])
    def test_only_mappings_can_be_merged(self, value: str) -> None:
        (problem,) = problems_of(f"a:\n  <<: {value}\n")
        assert problem.partition(" ")[2] == "F004 << can merge mappings only"

    def test_a_merge_twice_in_a_mapping(self) -> None:
        (problem,) = problems_of("a: &a {x: 1}\nb: {<<: *a, <<: *a}\n")
        assert problem == "2:13 F002 the key << is here twice; the first is on line 2, column 5"

    @pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {<<: *x}", "a: &x {b: [{c: *x}]}", "a: &x {<<: [*x]}"])
    def test_an_alias_of_itself(self, text: str) -> None:
        assert problems_of(text) == ["1:4 F007 the value that starts here holds an alias of itself"]

    @pytest.mark.parametrize("item", ["[{}]", "{{a: {}, b: {}}}", "{{<<: [{}]}}"])
    def test_aliases_that_multiply_without_end(self, item: str) -> None:
        lines = ["l0: &l0 {k: v}"]
        for level in range(1, 30):
            aliases = [f"*l{level - 1}"] * 10 if "[" in item else [f"*l{level - 1}"] * 2
            inner = item.format(", ".join(aliases)) if "[" in item else item.format(*aliases)
            lines.append(f"l{level}: &l{level} {inner}")
        (problem,) = problems_of("\n".join(lines))
        assert problem.endswith(f"F007 the file holds more than {MAX_VALUES:,} values once its aliases are written out")

    def test_aliases_that_nest_without_end(self) -> None:
        text = "l0: &l0 [x]\n" + "".join(f"l{n}: &l{n} [*l{n - 1}]\n" for n in range(1, 150))
        (problem,) = problems_of(text)
        assert problem.endswith(f"F007 lists and mappings are nested more than {MAX_DEPTH} deep")

    def test_many_aliases_within_the_limit_are_fine(self) -> None:
        text = "a: &a {x: 1}\nb: [" + ", ".join(["*a"] * 10_000) + "]\n"
        assert parse_document(text, "f").data["b"] == [{"x": 1}] * 10_000


@pytest.mark.parametrize("text", [r'{a: "\ud800"}', r'{"\udfff": a}'])
def test_half_a_surrogate_pair_is_refused_with_and_without_libyaml(text: str) -> None:
    root = compose(text, "f", PYTHON)
    assert root is not None
    for read in (lambda: parse_document(text, "f"), lambda: construct(root, "f")):
        with pytest.raises(ProblemsFound, match="F001"):
            read()


class TestTags:
    @pytest.mark.parametrize(
        "tag", ["!foo", "!!python/object:os.system", "!!python/name:os.system", "!!binary", "!!timestamp"]
    )
    def test_unknown_tags_of_scalars(self, tag: str) -> None:
        assert [f"1:4 F001 the tag {tag} is not allowed here"] == problems_of(f"a: {tag} x")

    @pytest.mark.parametrize(
        "value", ["!!set {b: null}", "!!omap [b: 1]", "!foo [1]", "!foo {b: 1}", "!!str [1]", "!!seq {b: 1}"]
    )
    def test_unknown_tags_of_containers(self, value: str) -> None:
        assert [f"1:4 F001 the tag {value.partition(' ')[0]} is not allowed here"] == problems_of(f"a: {value}")

    def test_the_tags_of_plain_data_say_what_a_text_is(self) -> None:
        text = "{a: !!str 1, b: !!int 1, c: !!float 1, d: !!bool true, e: !!null ~, f: !!map {}, g: !!seq []}"
        assert parse_document(text, "f").data == {
            "a": "1",
            "b": 1,
            "c": 1.0,
            "d": True,
            "e": None,
            "f": {},
            "g": [],
        }

    def test_a_tag_that_its_text_does_not_fit(self) -> None:
        assert problems_of("a: !!int x\nb: !!bool yes\n") == [
            "1:4 F001 x does not fit its tag !!int",
            "2:4 F005 yes is the boolean true in YAML 1.1, and text in YAML 1.2",
        ]


_TEXT = st.text(max_size=8).filter(lambda text: not isinstance(read_plain(text), Trap))
_SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | _TEXT
_DATA = st.dictionaries(
    _TEXT,
    st.recursive(_SCALARS, lambda part: st.lists(part) | st.dictionaries(_TEXT, part), max_leaves=15),
)


@settings(max_examples=300, deadline=None)
@given(_DATA, st.sampled_from([True, False, None]), st.sampled_from([20, 80, 10_000]))
def test_what_pyyaml_writes_is_read_back(data: object, flow: bool | None, width: int) -> None:  # noqa: FBT001
    text = yaml.safe_dump(data, default_flow_style=flow, width=width)
    assert data == parse_document(text, "f").data


_YAML_LIKE = st.lists(
    st.sampled_from(
        [
            *"[]{}:,-?#&*!|>'\"%@`~=ab1 \n\t\r\0\x85\u2028\ufeff\ud800\\",
            *(": ", "- ", "\n  ", "&a ", "*a ", "<<: ", "---\n", "...\n", "a: ", "b: [", "c: {", "yes", "0755"),
            *("!!int ", "!!set ", "!x ", "%YAML 1.1\n", "%TAG ! x\n", "\\x"),
        ]
    ),
    max_size=30,
).map("".join)


def _problems_in(text: str | Path) -> tuple[Problem, ...]:
    try:
        document = parse_document(text, "f") if isinstance(text, str) else read_document(text)
    except ProblemsFound as found:
        return found.problems
    return () if isinstance(document.data, dict) else (Problem(Location("f"), "", "not a mapping"),)


def _problems_of_python(text: str) -> tuple[Problem, ...]:
    """Return what PyYAML's own parser, which reads where there is no libyaml, finds wrong."""
    try:
        compose(text, "f", PYTHON)
    except ProblemsFound as found:
        return found.problems
    return ()


@settings(max_examples=1000, deadline=None)
@given(_YAML_LIKE | st.text(st.characters()))
@example("a: &x {<<: [*x, *x]}")
@example("? ")
@example("!!str")
@example("a: |\n \ufeff")
@example(r'"\ud800"')
@example(r'"\UFFFFFFFF"')
@example("%YAML 1." + "1" * 5000)
def test_any_text_is_read_or_has_problems_with_a_place_in_it(text: str) -> None:
    lines = len(text.splitlines())
    for problem in (*_problems_in(text), *_problems_of_python(text)):
        assert problem.code
        assert 1 <= problem.location.line <= lines + 1
        assert problem.location.column >= 1


@settings(max_examples=300, deadline=None)
@given(st.binary() | _YAML_LIKE.map(lambda text: text.encode(errors="surrogatepass")))
def test_any_bytes_are_read_or_have_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    assert all(problem.code for problem in _problems_in(path))
