"""Read a cron schedule: the longest time between two of its runs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_MONTHS = dict(zip(re.findall("...", "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"), range(1, 13), strict=True))
_WEEKDAYS = dict(zip(re.findall("...", "SUNMONTUEWEDTHUFRISAT"), range(7), strict=True))
_MINUTES_OF_A_DAY = 24 * 60
_FIRST = date(2024, 1, 1)
_DAYS = 9 * 366
"""Enough for two leap days, and for each date to be each weekday."""


@lru_cache(maxsize=256)
def longest_pause(schedule: str) -> int:
    """Find the longest time between two runs of a schedule, in seconds, as Kubernetes reads it.

    Raises:
        ValueError: Kubernetes would refuse it, or it never runs.
    """
    fields = _NAMED.get(schedule, schedule).split()
    minutes, _ = _values(fields[0], 0, 59)
    hours, _ = _values(fields[1], 0, 23)
    times = [60 * hour + minute for hour in sorted(hours) for minute in sorted(minutes)]
    days = _days(fields)
    if not days:
        raise ValueError(f"{schedule!r} never runs")
    pauses = [later - earlier for earlier, later in pairwise(times)]
    over_night = _MINUTES_OF_A_DAY - times[-1] + times[0]
    pauses += [over_night + (later - earlier - 1) * _MINUTES_OF_A_DAY for earlier, later in pairwise(days)]
    return max(pauses) * 60


def _days(fields: list[str]) -> list[int]:
    """Number the days of the schedule, of some years."""
    days_of_month, any_day = _values(fields[2], 1, 31)
    months, _ = _values(fields[3], 1, 12, _MONTHS)
    weekdays, any_weekday = _values(fields[4], 0, 6, _WEEKDAYS)
    found = []
    for number in range(_DAYS):
        day = _FIRST + timedelta(number)
        by_date, by_weekday = day.day in days_of_month, day.isoweekday() % 7 in weekdays
        # Where both are given, a day has to match only one of them: that is cron's own rule.
        fits = by_date and by_weekday if any_day or any_weekday else by_date or by_weekday
        if fits and day.month in months:
            found.append(number)
    return found


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> tuple[frozenset[int], bool]:
    """Read a field: its values, and whether it is a star."""
    values: set[int] = set()
    star = False
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, {}) if slash else 1
        if span == "*":
            first, last = low, high
            star |= step == 1
        else:
            start, dash, end = span.partition("-")
            first = _number(start, names or {})
            last = _number(end, names or {}) if dash else high if slash else first
        if not low <= first <= last <= high or step == 0:
            raise ValueError(f"{field!r} is not within {low} to {high}")
        values.update(range(first, last + 1, step))
    return frozenset(values), star


def _number(text: str, names: dict[str, int]) -> int:
    if text.upper() in names:
        return names[text.upper()]
    if not text.isdecimal():
        raise ValueError(f"{text!r} is not a number")
    return int(text)
