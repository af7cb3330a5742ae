"""The base of every model, and the text types that fleet.yaml is made of."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pyfleet.units import DURATION, QUANTITY


class Model(BaseModel):
    """Strict and closed: no conversion of types, no unknown keys; keys are camelCase as in Kubernetes."""

    # Building each model's validator when its class is made would cost a third of a second at start;
    # the root model builds all of them once, when the first file is read.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel, defer_build=True)

    def __deepcopy__(self, _memo: object = None) -> Self:
        """Share it: it is frozen, and pydantic copies a default for each of thousands of workloads."""
        return self


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"{text!r} is not {what}")
        return text

    return AfterValidator(check)


def _schema(pattern: str, what: str) -> object:
    return Field(json_schema_extra={"pattern": f"^(?:{pattern})$", "description": what})


_DNS_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_DNS_SUBDOMAIN = rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*"
_LABEL_NAME = r"[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_LABEL_VALUE = rf"(?:{_LABEL_NAME})?"
_LABEL_KEY = rf"(?:{_DNS_SUBDOMAIN}/)?{_LABEL_NAME}"
_TAINT = rf"{_LABEL_KEY}(?:={_LABEL_VALUE})?:(?:NoSchedule|PreferNoSchedule|NoExecute)"
_ABSOLUTE_PATH = r"/(?:[-_.A-Za-z0-9@+~]+(?:/[-_.A-Za-z0-9@+~]+)*)?"
# k3s' NixOS module joins flags without quoting, so systemd reads them: a blank, quote, `%`, `$` or `\` breaks the unit.
_FLAG = r"--[a-z][-a-z0-9]*(?:[= ][^\s%$'\"\\]+)?"

DnsLabel = Annotated[
    str,
    _matching(re.compile(_DNS_LABEL), "a DNS label: lower-case letters, digits and `-`, at most 63"),
    _schema(_DNS_LABEL, "A DNS-1123 label."),
]
DnsSubdomain = Annotated[
    str,
    _matching(re.compile(_DNS_SUBDOMAIN), "a domain name: DNS labels with dots between them"),
    _schema(_DNS_SUBDOMAIN, "A DNS-1123 subdomain."),
]
LabelKey = Annotated[
    str,
    _matching(re.compile(_LABEL_KEY), "a label key: [prefix/]name, name at most 63 of letters, digits, `-_.`"),
    _schema(_LABEL_KEY, "A Kubernetes label key; without a prefix it gets the fleet's domain."),
]
LabelValue = Annotated[
    str,
    _matching(re.compile(_LABEL_VALUE), "a label value: at most 63 of letters, digits, `-_.`"),
    _schema(_LABEL_VALUE, "A Kubernetes label value."),
]
Taint = Annotated[
    str,
    _matching(re.compile(_TAINT), "a taint: key=value:NoSchedule|PreferNoSchedule|NoExecute"),
    _schema(_TAINT, "A taint as `kubectl taint` spells it."),
]
Quantity = Annotated[
    str,
    _matching(QUANTITY, "a quantity such as `24Gi` or `500M`"),
    _schema(r"[0-9]+(?:\.[0-9]+)?(?:[kMGTP]|[KMGTP]i)?", "Bytes, as Kubernetes spells them: `24Gi`."),
]
Cpu = Annotated[
    str,
    _matching(re.compile(r"[0-9]+m|[0-9]+(?:\.[0-9]{1,3})?"), "an amount of CPU such as `500m` or `4`"),
    _schema(r"[0-9]+m|[0-9]+(?:\.[0-9]{1,3})?", "CPUs, as Kubernetes spells them: `500m`, `4`."),
]
Duration = Annotated[
    str,
    _matching(DURATION, "a duration such as `90s`, `12m` or `1h30m`"),
    _schema(r"(?=[0-9])(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?", "A duration: `90s`, `12m`, `1h30m`."),
]
AbsolutePath = Annotated[
    str,
    _matching(re.compile(_ABSOLUTE_PATH), "an absolute path of plain characters"),
    _schema(_ABSOLUTE_PATH, "An absolute path."),
]
Flag = Annotated[
    str,
    _matching(re.compile(_FLAG), "one flag, `--name=value`, without blanks, quotes, `%`, `$` or `\\` in it"),
    _schema(r"--[a-z][-a-z0-9]*(?:[= ][^\s%$'\"\\]+)?", "One flag of k3s: `--name=value`."),
]
EnvName = Annotated[
    str,
    _matching(re.compile(r"[A-Za-z_][A-Za-z0-9_]*"), "the name of an environment variable"),
]
Interface = Annotated[str, _matching(re.compile(r"[A-Za-z0-9][-_.A-Za-z0-9]{0,14}"), "the name of a network interface")]
CatalogName = Annotated[str, _matching(re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*"), "a catalog name such as `rtx-4090`")]
Image = Annotated[
    str,
    _matching(
        re.compile(
            r"(?:[A-Za-z0-9](?:[-.A-Za-z0-9]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
            r"(?::[A-Za-z0-9_][-._A-Za-z0-9]{0,127})?(?:@sha256:[0-9a-f]{64})?"
        ),
        "a container image: [registry/]repository[:tag][@sha256:digest]",
    ),
]
CronSchedule = Annotated[
    str,
    _matching(
        re.compile(r"@(?:hourly|daily|weekly|monthly|yearly)|[-*/,0-9]+(?: [-*/,0-9A-Za-z]+){4}"),
        "a cron schedule of five fields, such as `0 2 * * *`",
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
NodePort = Annotated[int, Field(ge=30000, le=32767)]


def _parsed(parse: Callable[[str], object], what: str) -> AfterValidator:
    def check(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is not {what}: {error}") from None
        return text

    return AfterValidator(check)


Ipv4 = Annotated[str, _parsed(ipaddress.IPv4Address, "an IPv4 address"), Field(json_schema_extra={"format": "ipv4"})]
Ipv4Network = Annotated[str, _parsed(ipaddress.IPv4Network, "an IPv4 network such as `10.42.0.0/16`")]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
