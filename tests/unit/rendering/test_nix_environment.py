"""A Nix template prints nothing that didn't become Nix first, and says where it tried to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pyfleet.errors import FleetError
from pyfleet.rendering.nix.environment import environment


def rendered(tmp_path: Path, text: str, **context: object) -> str:
    """Render one template."""
    (tmp_path / "host.nix.jinja").write_text(text)
    return environment(tmp_path).get_template("host.nix.jinja").render(**context)


def test_values_and_keys_pass_through_their_filters(tmp_path: Path) -> None:
    text = "{\n{% for key, value in items %}\n  {{ key | nix_key }} = {{ value | nix(2) }};\n{% endfor %}\n}\n"

    assert rendered(tmp_path, text, items=[("a.b", "${x}"), ("c", {"d": 1})]) == (
        '{\n  "a.b" = "\\${x}";\n  c = {\n    d = 1;\n  };\n}\n'
    )


def test_text_of_the_template_itself_is_printed_as_it_is(tmp_path: Path) -> None:
    text = '# a & <b>\n  {% if true %}\n  x = "${y}";\n  {% endif %}\n'

    assert rendered(tmp_path, text) == '# a & <b>\n  x = "${y}";\n'


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("name", r"host\.nix\.jinja:2: 'hydra' is printed without the `nix` filter"),
        ("'constant'", r"host\.nix\.jinja:2: 'constant' is printed without the `nix` filter"),
        ("1", r"host\.nix\.jinja:2: 1 is printed without the `nix` filter"),
        ("name | nix | upper", r"host\.nix\.jinja:2: .* is printed without the `nix` filter"),
        ("name | nix | nix", r"host\.nix\.jinja:2: the value is Nix text already"),
        ("missing", r"host\.nix\.jinja:2: 'missing' is undefined"),
        ("missing | nix", r"host\.nix\.jinja:2: 'missing' is undefined"),
        ("missing | nix_key", r"host\.nix\.jinja:2: 'missing' is undefined"),
        ("data.none | nix", r"host\.nix\.jinja:2: 'dict object' has no attribute 'none'"),
        ("[missing] | nix", r"host\.nix\.jinja:2: \[0\] can't be written as Nix: a StrictUndefined"),
        ("data | nix", r"host\.nix\.jinja:2: path can't be written as Nix: a PosixPath"),
        ("nul | nix", r"host\.nix\.jinja:2: the value has a NUL character"),
        ("1 | nix_key", r"host\.nix\.jinja:2: .* not a str but a int"),
    ],
)
def test_what_can_not_be_printed_is_an_error_with_template_and_line(
    tmp_path: Path, expression: str, message: str
) -> None:
    with pytest.raises(FleetError, match=message):
        rendered(
            tmp_path,
            f"{{\n  a = {{{{ {expression} }}}};\n}}\n",
            name="hydra",
            data={"path": tmp_path},
            nul="\0",
        )


def test_an_error_in_an_included_template_names_that_one(tmp_path: Path) -> None:
    (tmp_path / "part.nix.jinja").write_text("\n\n{{ name }}\n")

    with pytest.raises(FleetError, match=r"^part\.nix\.jinja:3: 'hydra' is printed"):
        rendered(tmp_path, '{% include "part.nix.jinja" %}', name="hydra")


def test_a_template_with_wrong_syntax_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FleetError, match=r"^host\.nix\.jinja:2: "):
        rendered(tmp_path, "{\n{% if %}\n}\n")


def test_importing_the_environment_does_not_load_jinja2() -> None:
    code = "import pyfleet.rendering.nix.environment, sys; sys.exit('jinja2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
