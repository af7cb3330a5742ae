"""The base of every model, and the text types that fleet.yaml is made of."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pyfleet.cron import check_schedule
from pyfleet.shared import PATTERNS
from pyfleet.units import DURATION, QUANTITY, seconds_of

_YEAR = 366 * 24 * 3600


class Model(BaseModel):
    """Strict and closed: no conversion of types, no unknown keys; keys are camelCase as in Kubernetes."""

    # Building each model's validator when its class is made would cost a third of a second at start;
    # the root model builds all of them once, when the first file is read.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel, defer_build=True)

    def __deepcopy__(self, _memo: object = None) -> Self:
        """Share it: it is frozen, and pydantic copies a default for each of thousands of workloads."""
        return self


def matching(pattern: str, what: str, shown: Callable[[str], str] = repr) -> AfterValidator:
    """Take only text that all of a regular expression matches; of other text the error is that it is not `what`."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise ValueError(f"{shown(text)} is not {what}")
        return text

    return AfterValidator(check)


def _flag_name(text: str) -> str:
    """Show a flag without its value, which may be a token."""
    name = re.match(r"--?[a-z][-a-z0-9]*(?=[= ])", text)
    return f"'{name[0]} ...'" if name else "this"


def _schedule(text: str) -> str:
    check_schedule(text)
    return text


def _name_of_a_port(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f"{value} is a number: give the port's name, as in `ports`")  # noqa: TRY004 - pydantic's way
    return value


def _at_most_a_year(duration: str) -> str:
    """Refuse what probes and deadlines, which are 32-bit numbers of seconds in Kubernetes, couldn't be made of."""
    if seconds_of(duration) > _YEAR:
        raise ValueError(f"{duration} is more than a year")
    return duration


def _schema(pattern: str, what: str) -> object:
    return Field(json_schema_extra={"pattern": f"^(?:{pattern})$", "description": what})


DnsLabel = Annotated[
    str,
    matching(PATTERNS["dnsLabel"], "a DNS label: lower-case letters, digits and `-`, at most 63"),
    _schema(PATTERNS["dnsLabel"], "A DNS-1123 label."),
]
DnsSubdomain = Annotated[
    str,
    matching(PATTERNS["dnsSubdomain"], "a domain name: DNS labels with dots between them"),
    _schema(PATTERNS["dnsSubdomain"], "A DNS-1123 subdomain."),
]
# IANA's rule for names of services (RFC 6335), which Kubernetes has for the ports of containers.
_PORT_NAME = r"(?=[-a-z0-9]{1,15}$)(?=[-0-9]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*"
PortName = Annotated[
    str,
    matching(
        _PORT_NAME, "a port's name: at most 15 of lower-case letters, digits and single `-`, and not without a letter"
    ),
    _schema(_PORT_NAME, "A port's name, as IANA has them."),
]
PortReference = Annotated[PortName, BeforeValidator(_name_of_a_port)]
_PRIORITY_NAME = f"(?!system-){PATTERNS['dnsLabel']}"
PriorityName = Annotated[
    str,
    matching(_PRIORITY_NAME, "a priority's name: a DNS label that doesn't begin with Kubernetes' own `system-`"),
    _schema(_PRIORITY_NAME, "A PriorityClass's name."),
]
LabelKey = Annotated[
    str,
    matching(PATTERNS["labelKey"], "a label key: [prefix/]name, name at most 63 of letters, digits, `-_.`"),
    _schema(PATTERNS["labelKey"], "A Kubernetes label key; without a prefix it gets the fleet's domain."),
]
LabelValue = Annotated[
    str,
    matching(PATTERNS["labelValue"], "a label value: at most 63 of letters, digits, `-_.`"),
    _schema(PATTERNS["labelValue"], "A Kubernetes label value."),
]
Taint = Annotated[
    str,
    matching(PATTERNS["taint"], "a taint: key=value:NoSchedule|PreferNoSchedule|NoExecute"),
    _schema(PATTERNS["taint"], "A taint as `kubectl taint` spells it."),
]
Quantity = Annotated[
    str,
    matching(QUANTITY.pattern, "a quantity such as `24Gi` or `500M`"),
    _schema(r"[0-9]+(?:\.[0-9]+)?(?:[kMGTP]|[KMGTP]i)?", "Bytes, as Kubernetes spells them: `24Gi`."),
]
Cpu = Annotated[
    str,
    matching(r"[0-9]+m|[0-9]+(?:\.[0-9]{1,3})?", "an amount of CPU such as `500m` or `4`"),
    _schema(r"[0-9]+m|[0-9]+(?:\.[0-9]{1,3})?", "CPUs, as Kubernetes spells them: `500m`, `4`."),
]
Duration = Annotated[
    str,
    matching(DURATION.pattern, "a duration such as `90s`, `12m` or `1h30m`"),
    AfterValidator(_at_most_a_year),
    _schema(r"(?=[0-9])(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?", "A duration: `90s`, `12m`, `1h30m`."),
]
AbsolutePath = Annotated[
    str,
    matching(PATTERNS["absolutePath"], "an absolute path of plain characters, without `.` and `..`"),
    _schema(PATTERNS["absolutePath"], "An absolute path."),
]
Flag = Annotated[
    str,
    matching(PATTERNS["flag"], "one flag, `--name=value`, without blanks, quotes, `%`, `$` or `\\` in it", _flag_name),
    _schema(PATTERNS["flag"], "One flag of k3s: `--name=value`."),
]
EnvName = Annotated[str, matching(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")]
Interface = Annotated[str, matching(PATTERNS["interface"], "the name of a network interface")]
CatalogName = Annotated[str, matching(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", "a catalog name such as `rtx-4090`")]
Image = Annotated[
    str,
    matching(
        r"(?:[A-Za-z0-9](?:[-.A-Za-z0-9]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
        r"(?::[A-Za-z0-9_][-._A-Za-z0-9]{0,127})?(?:@sha256:[0-9a-f]{64})?",
        "a container image: [registry/]repository[:tag][@sha256:digest]",
    ),
]
CronSchedule = Annotated[
    str,
    AfterValidator(_schedule),
    matching(PATTERNS["cron"], "a cron schedule of five fields, such as `0 2 * * *`"),
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
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
# Python's own parser has the best messages on networks, but accepts `10.42.0.0/255.255.0.0` and `10.42.0.0` as well.
Ipv4Network = Annotated[
    str,
    _parsed(ipaddress.IPv4Network, "an IPv4 network such as `10.42.0.0/16`"),
    matching(PATTERNS["ipv4Network"], "an IPv4 network such as `10.42.0.0/16`"),
]
Ipv4OrNetwork = Annotated[
    str,
    _parsed(ipaddress.IPv4Network, "an IPv4 network such as `10.42.0.0/16`"),
    matching(PATTERNS["ipv4OrNetwork"], "an IPv4 address, or a network such as `10.42.0.0/16`"),
]
