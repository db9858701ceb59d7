"""A date has one form, and means one moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.schema.dates import parse_date, parse_datetime
from broadsheet.schema.values import InvalidValue

BERLIN = ZoneInfo("Europe/Berlin")
RIGHT = "write it like 2026-11-20, 2026-11-20 09:30 or 2026-11-20T09:30:00+03:00"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-20", "2026-11-20T00:00:00+01:00"),
        ("2026-07-20", "2026-07-20T00:00:00+02:00"),
        ("2026-11-20 09:30", "2026-11-20T09:30:00+01:00"),
        ("2026-11-20T09:30", "2026-11-20T09:30:00+01:00"),
        ("2026-11-20 09:30:15", "2026-11-20T09:30:15+01:00"),
        ("2026-11-20T09:30:15.999999Z", "2026-11-20T09:30:15+00:00"),
        ("2026-11-20 09:30Z", "2026-11-20T09:30:00+00:00"),
        ("2026-11-20 09:30 +03:00", "2026-11-20T09:30:00+03:00"),
        ("2026-11-20T09:30:00+0300", "2026-11-20T09:30:00+03:00"),
        ("2026-11-20 09:30-05:30", "2026-11-20T09:30:00-05:30"),
        ("2024-02-29", "2024-02-29T00:00:00+01:00"),
    ],
)
def test_forms_of_a_date(text: str, iso: str) -> None:
    """A zone of its own is kept; without one it is the newsletter's, summer or winter."""
    assert parse_datetime(text, BERLIN).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("2026-02-30", '"2026-02-30" is not a valid date', RIGHT),
        ("2026-13-01", '"2026-13-01" is not a valid date', RIGHT),
        ("2026-11-20 25:00", '"2026-11-20 25:00" is not a valid time', RIGHT),
        ("2026-11-20 24:00", '"2026-11-20 24:00" is not a valid time', RIGHT),
        ("2026-11-20 09:30+15:00", '"2026-11-20 09:30+15:00" does not have a valid UTC offset', RIGHT),
        ("1969-12-31", 'the year of "1969-12-31" is not between 1970 and 2200', "check the year"),
        ("9999-12-31", 'the year of "9999-12-31" is not between 1970 and 2200', "check the year"),
        ("0000-01-01", '"0000-01-01" is not a valid date', RIGHT),
        ("03/04/2026", 'cannot read "03/04/2026" as a date', "write 2026-03-04 or 2026-04-03"),
        ("20.11.26", 'cannot read "20.11.26" as a date', "write 2026-11-20"),
        ("20.11.2026 09:30", 'cannot read "20.11.2026 09:30" as a date', "write 2026-11-20 09:30"),
        ("2026-1-5", 'cannot read "2026-1-5" as a date', "write 2026-01-05"),
        ("2026/11/20", 'cannot read "2026/11/20" as a date', "write 2026-11-20"),
        ("20 November 2026", 'cannot read "20 November 2026" as a date', RIGHT),
        ("tomorrow", 'cannot read "tomorrow" as a date', RIGHT),
        ("20261120", 'cannot read "20261120" as a date', RIGHT),
        ("2026-11-20 09:30 MSK", 'cannot read "2026-11-20 09:30 MSK" as a date', RIGHT),
        ("२०२६-११-२०", 'cannot read "२०२६-११-२०" as a date', RIGHT),
        ("", 'cannot read "" as a date', RIGHT),
        ("99.99.99", 'cannot read "99.99.99" as a date', RIGHT),
    ],
)
def test_impossible_and_ambiguous_dates(text: str, message: str, hint: str) -> None:
    """Nothing is guessed: the hint shows what could be meant."""
    with pytest.raises(InvalidValue) as fault:
        parse_datetime(text, UTC)
    assert (fault.value.message, fault.value.hint) == (message, hint)


def test_a_time_that_the_clocks_skip() -> None:
    """On 29 March 2026 Berlin goes from 01:59 to 03:00."""
    with pytest.raises(InvalidValue) as fault:
        parse_datetime("2026-03-29 02:30", BERLIN)
    assert fault.value.message == 'the time "2026-03-29 02:30" does not exist: the clocks go forward'
    assert parse_datetime("2026-03-29 03:00", BERLIN).isoformat() == "2026-03-29T03:00:00+02:00"


def test_a_time_that_comes_twice() -> None:
    """On 25 October 2026 Berlin has 02:30 twice; the hint offers both."""
    with pytest.raises(InvalidValue) as fault:
        parse_datetime("2026-10-25 02:30", BERLIN)
    assert fault.value.message == 'the time "2026-10-25 02:30" occurs twice, because the clocks go back'
    assert fault.value.hint == "add the UTC offset: 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"
    assert parse_datetime("2026-10-25 02:30+01:00", BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_whose_midnight_is_skipped_begins_later() -> None:
    """In Beirut the clocks go forward at midnight; the author wrote no time, so it is no mistake."""
    assert parse_datetime("2026-03-29", ZoneInfo("Asia/Beirut")).isoformat() == "2026-03-29T01:00:00+03:00"


def test_a_day() -> None:
    """Of a date with a time the day as written counts."""
    assert parse_date("2026-11-20 23:30+14:00", UTC) == date(2026, 11, 20)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30), timezones=ZONES))
def test_a_date_with_a_zone_is_read_as_python_writes_it(when: datetime) -> None:
    """ISO 8601 comes back as the same moment with the same offset, to the second."""
    found = parse_datetime(when.isoformat(), BERLIN)
    assert found == when.replace(microsecond=0)
    assert found.utcoffset() == when.utcoffset()


@given(st.text(st.sampled_from("0123456789-:TZ+./ "), max_size=30))
def test_any_text_gives_a_moment_or_a_fault(text: str) -> None:
    """No other exception, and never a moment without a zone."""
    try:
        assert parse_datetime(text, BERLIN).tzinfo is not None
    except InvalidValue as fault:
        assert fault.hint


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("2026-01-02 09:30 PM", "write 2026-01-02 21:30"),
        ("2026-01-02 9:30pm", "write 2026-01-02 21:30"),
        ("2026-01-02 09:30 AM", "write 2026-01-02 09:30"),
        ("2026-01-02 12:05 a.m.", "write 2026-01-02 00:05"),
        ("2026-01-02 12:05 P.M.", "write 2026-01-02 12:05"),
        ("2026-01-02, 9 pm", "write 2026-01-02 21:00"),
        ("2026-01-02 at 9.30 pm", "write 2026-01-02 21:30"),
        ("2026-01-02 9:30:15 PM", "write 2026-01-02 21:30:15"),
        ("2026-01-02 21:30 PM", "write 2026-01-02 21:30"),
        ("2026-01-02 9:30 PM +3", "write 2026-01-02 21:30+03:00"),
        ("2026-01-02 9:30 PM -0530", "write 2026-01-02 21:30-05:30"),
        ("2026-01-02 09:30 UTC", "write 2026-01-02 09:30Z"),
        ("2026-01-02T9:30", "write 2026-01-02 09:30"),
        ("2026-01-02 下午9:30", "write 2026-01-02 21:30"),
        ("2026/1/2 午前 9:30", "write 2026-01-02 09:30"),
        ("02/13/2026 9:30 PM", "write 2026-02-13 21:30"),
        ("3/4/2026 9:30 PM", "write 2026-03-04 21:30 or 2026-04-03 21:30"),
        # Two things at once, or a zone that we do not know: the form, and no time that may be another one.
        ("2026-01-02 13:30 AM", RIGHT),
        ("2026-01-02 00:30 PM", RIGHT),
        ("2026-01-02 09:30 EST", RIGHT),
        ("2026-01-02 09:30 PM EST", RIGHT),
        ("2026-01-02 9:30 вечера", RIGHT),
        ("2026-01-02 9", RIGHT),
        ("2026-01-02 " + "1" * 60_000, RIGHT),
    ],
)
def test_hints_keep_the_time(value: str, hint: str) -> None:
    """A hint never changes the time that was meant."""
    with pytest.raises(InvalidValue) as fault:
        parse_datetime(value, UTC)

    assert fault.value.hint == hint


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["am", "pm", "AM", "PM", "a.m.", "p.m."]))
def test_hints_of_the_clock_of_twelve_hours(hour: int, minute: int, half: str) -> None:
    """What a hint says is read as the same time."""
    with pytest.raises(InvalidValue) as fault:
        parse_datetime(f"2026-01-02 {hour}:{minute:02} {half}", UTC)

    found = parse_datetime(fault.value.hint.removeprefix("write "), UTC)
    assert (found.hour, found.minute) == (hour % 12 + (12 if half[0] in "pP" else 0), minute)
