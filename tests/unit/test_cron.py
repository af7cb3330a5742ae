from __future__ import annotations

import re

import pytest

from pyfleet.cron import longest_pause

HOUR = 3600
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("schedule", "pause"),
    [
        ("*/15 * * * *", HOUR // 4),
        ("@hourly", HOUR),
        ("0 * * * *", HOUR),
        ("5/20 * * * *", HOUR // 3),
        ("*/7 * * * *", 7 * 60),
        ("0,10 * * * *", 50 * 60),
        ("0 */6 * * *", 6 * HOUR),
        ("0 9-17 * * *", 16 * HOUR),
        ("0 2 * * *", DAY),
        ("@daily", DAY),
        ("@weekly", 7 * DAY),
        ("0 0 * * 1,3", 5 * DAY),
        ("0 9-17 * * MON-FRI", 2 * DAY + 16 * HOUR),
        ("@monthly", 31 * DAY),
        ("@yearly", 366 * DAY),
        ("0 0 1 JAN,jul *", 184 * DAY),
    ],
)
def test_the_longest_pause_of_a_schedule(schedule: str, pause: int) -> None:
    assert longest_pause(schedule) == pause


def test_a_day_of_the_month_or_of_the_week_is_enough_where_both_are_given() -> None:
    assert longest_pause("0 0 13 * 5") == 7 * DAY
    assert longest_pause("0 0 */2 * 5") == 2 * DAY
    assert longest_pause("0 0 */1 * 5") == 7 * DAY, "every day is no restriction"


def test_a_leap_day_comes_every_four_years() -> None:
    assert longest_pause("0 0 29 2 *") == (4 * 365 + 1) * DAY


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("60 * * * *", "minute 60 is not within 0 to 59"),
        ("0 24 * * *", "hour 24 is not within 0 to 23"),
        ("0 0 0 * *", "day of the month 0 is not within 1 to 31"),
        ("0 0 1 13 *", "month 13 is not within 1 to 12"),
        ("0 0 * * 7", "day of the week 7 is not within 0 to 6; Sunday is 0"),
        ("0 0 * * 8", "day of the week 8 is not within 0 to 6"),
        ("*/0 * * * *", "step of the minute 0 is not at least 1"),
        ("5-1 * * * *", "minute 5-1 ends before it begins"),
        ("0 0 * * fri-mon", "day of the week fri-mon ends before it begins"),
        ("0 0 * * someday", "day of the week 'someday' is not a number, nor one of SUN to SAT"),
        ("mon 0 * * *", "minute 'mon' is not a number"),
        ("@every 6h", "'@every 6h' is not a cron schedule of five fields, such as `0 2 * * *`"),
    ],
)
def test_what_kubernetes_refuses_is_refused_with_the_reason(schedule: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        longest_pause(schedule)


@pytest.mark.parametrize("schedule", ["-1 * * * *", "0 0 * * someday", "0 0 1- * *", "a * * * *"])
def test_what_is_no_number_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        longest_pause(schedule)


def test_a_schedule_that_never_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="never runs"):
        longest_pause("0 0 30 2 *")
    with pytest.raises(ValueError, match="never runs"):
        longest_pause("0 0 31 4,6 *")


def test_a_day_of_the_week_beside_a_day_that_never_is_runs() -> None:
    assert longest_pause("0 0 30 2 MON") > DAY
