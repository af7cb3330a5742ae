"""Read a cron schedule as Kubernetes and k3s do, which both use robfig/cron v3: what it may be, and when it runs."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MINUTES_OF_A_DAY = 24 * 60
_FIRST = date(2024, 1, 1)
_DAYS = 9 * 366
"""Enough for two leap days, and for each date to be each weekday."""
_LEAP_YEAR = 2024
_SUNDAY_OF_OTHERS = 7
"""Other programs take 7 for Sunday as well as 0."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields: what it counts, its range, and names for its numbers."""

    what: str
    low: int
    high: int
    names: dict[str, int] = field(default_factory=dict)


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(re.findall("...", names), start=first)}


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _numbered("JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", 1)),
    _Field("day of the week", 0, 6, _numbered("SUNMONTUEWEDTHUFRISAT", 0)),
)


def check_schedule(schedule: str) -> None:
    """Refuse what Kubernetes refuses, and what it takes but never runs.

    Raises:
        ValueError: what is wrong with it, in words.
    """
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        raise ValueError(f"{schedule!r} has a time zone, which Kubernetes refuses there: it is the one of the servers")
    fields = _fields(schedule)
    _, _, (days, any_day), (months, _), (_, any_weekday) = fields
    # With a day of the week as well, either of the two is enough.
    if any_weekday and not any_day and all(min(days) > monthrange(_LEAP_YEAR, month)[1] for month in months):
        raise ValueError(f"{schedule!r} never runs: no such month has that day")


@lru_cache(maxsize=256)
def longest_pause(schedule: str) -> int:
    """Find the longest time between two runs of a schedule, in seconds.

    Raises:
        ValueError: Kubernetes would refuse it, or it never runs.
    """
    check_schedule(schedule)
    (minutes, _), (hours, _), *_ = fields = _fields(schedule)
    times = [60 * hour + minute for hour in sorted(hours) for minute in sorted(minutes)]
    days = _days(fields)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    over_night = _MINUTES_OF_A_DAY - times[-1] + times[0]
    pauses += [over_night + (later - earlier - 1) * _MINUTES_OF_A_DAY for earlier, later in pairwise(days)]
    return max(pauses) * 60


def _days(fields: list[tuple[frozenset[int], bool]]) -> list[int]:
    """Number the days of the schedule, of some years."""
    _, _, (days_of_month, any_day), (months, _), (weekdays, any_weekday) = fields
    found = []
    for number in range(_DAYS):
        day = _FIRST + timedelta(number)
        by_date, by_weekday = day.day in days_of_month, day.isoweekday() % 7 in weekdays
        # Where both are given, a day has to match only one of them: that is cron's own rule.
        fits = by_date and by_weekday if any_day or any_weekday else by_date or by_weekday
        if fits and day.month in months:
            found.append(number)
    return found


def _fields(schedule: str) -> list[tuple[frozenset[int], bool]]:
    """Read the five fields: the values of each, and whether it is a star."""
    texts = _NAMED.get(schedule, schedule).split(" ")
    if len(texts) != len(_FIELDS):
        raise ValueError(f"{schedule!r} is not a cron schedule of five fields, such as `0 2 * * *`")
    return [_values(text, kind) for text, kind in zip(texts, _FIELDS, strict=True)]


def _values(text: str, kind: _Field) -> tuple[frozenset[int], bool]:
    values: set[int] = set()
    star = False
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, f"step of the {kind.what}") if slash else 1
        if step == 0:
            raise ValueError(f"step of the {kind.what} 0 is not at least 1")
        if span in {"*", "?"}:
            first, last = kind.low, kind.high
            star |= step == 1
        else:
            start, dash, end = span.partition("-")
            first = _within(start, kind)
            last = _within(end, kind) if dash else kind.high if slash else first
        if first > last:
            raise ValueError(f"{kind.what} {span} ends before it begins")
        values.update(range(first, last + 1, step))
    return frozenset(values), star


def _within(text: str, kind: _Field) -> int:
    number = kind.names.get(text.upper())
    if number is None:
        number = _number(text, kind.what, kind.names)
    if not kind.low <= number <= kind.high:
        sunday = "; Sunday is 0" if number == _SUNDAY_OF_OTHERS and kind is _FIELDS[-1] else ""
        raise ValueError(f"{kind.what} {text} is not within {kind.low} to {kind.high}{sunday}")
    return number


def _number(text: str, what: str, names: Iterable[str] = ()) -> int:
    if not (text.isascii() and text.isdecimal()):
        known = list(names)
        others = f", nor one of {known[0]} to {known[-1]}" if known else ""
        raise ValueError(f"{what} {text!r} is not a number{others}")
    return int(text)
