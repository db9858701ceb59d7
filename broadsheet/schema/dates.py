"""Dates as people write them: one form each, and everything that could mean two things is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from .values import InvalidValue, quoted

FIRST_YEAR = 1970  # nothing on the web is older, and mail and HTTP dates begin here
LAST_YEAR = 2200
RIGHT_FORM = "write it like 2026-11-20, 2026-11-20 09:30 or 2026-11-20T09:30:00+03:00"

_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:[Tt]|[ \t]+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?[ \t]*(Z|z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_NUMBERS = re.compile(r"([0-9]{1,4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,4})(?![0-9])(.*)", re.DOTALL)
_CLOCK = re.compile(
    r"(?:T|,? ?at )?,? ?(上午|午前|오전|下午|午後|오후)? ?([0-9]{1,2})(?:[:.h]([0-9]{2})(?::([0-9]{2}))?)?"
    r"(?: ?([ap])\.?m\b\.?)? ?(Z|UTC|GMT|[+-][0-9]{1,2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
_MORNING = ("a", "上午", "午前", "오전")
_LONGEST_CLOCK = 40


def parse_datetime(value: str, zone: tzinfo) -> datetime:
    """The moment written, cut to whole seconds; without a zone of its own it is meant in the one given.

    A day without a time is its first moment. Raises Fault for all that is impossible or could mean two things.
    """
    match = _DATE_TIME.fullmatch(value)
    if not match:
        raise InvalidValue(f"cannot read {quoted(value)} as a date", _right_form(value))
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        found = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        kind = "time" if _is_day(year, month, day) else "date"
        raise InvalidValue(f"{quoted(value)} is not a valid {kind}", RIGHT_FORM) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidValue(f"the year of {quoted(value)} is not between {FIRST_YEAR} and {LAST_YEAR}", "check the year")
    if offset:
        return found.replace(tzinfo=_zone(value, offset))
    local = found.replace(tzinfo=zone)
    if zone is UTC or local.utcoffset() == local.replace(fold=1).utcoffset():
        return local
    if hour is None:
        return local.astimezone(UTC).astimezone(zone)
    raise _twice_or_never(value, local)


def parse_date(value: str, zone: tzinfo) -> date:
    """The day written; of a date with a time, its day."""
    return parse_datetime(value, zone).date()


def _zone(value: str, offset: str) -> tzinfo:
    if offset in "Zz":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise InvalidValue(f"{quoted(value)} does not have a valid UTC offset", RIGHT_FORM)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if offset[0] == "-" else distance)


def _twice_or_never(value: str, local: datetime) -> InvalidValue:
    earlier, later = (local.replace(fold=fold).isoformat(" ", "minutes") for fold in (0, 1))
    # PEP 495: a local time that exists comes back from UTC as it was.
    exists = local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    if exists:
        return InvalidValue(
            f"the time {quoted(value)} occurs twice, because the clocks go back",
            f"add the UTC offset: {earlier} or {later}",
        )
    return InvalidValue(
        f"the time {quoted(value)} does not exist: the clocks go forward",
        "use a time an hour earlier or later, or add a UTC offset such as +03:00",
    )


def _is_day(year: str, month: str, day_: str) -> bool:
    try:
        date(int(year), int(month), int(day_))
    except ValueError:
        return False
    return True


def _right_form(value: str) -> str:
    match = _NUMBERS.match(value)
    if not match:
        return RIGHT_FORM
    first, second, third, rest = match.groups()
    if len(first) == 4:
        readings = [(first, second, third)]
    else:
        year = third if len(third) == 4 else f"20{third.zfill(2)}"
        readings = [(year, second, first), (year, first, second)]
    forms = {f"{y}-{m.zfill(2)}-{d.zfill(2)}" for y, m, d in readings if _is_day(y, m, d)}
    if not forms:
        return RIGHT_FORM
    time = _time(rest)
    return RIGHT_FORM if time is None else "write " + " or ".join(form + time for form in sorted(forms))


def _time(rest: str) -> str | None:
    """The time behind a day in our form, with a space before it; "" for none, None for what is not understood."""
    rest = " ".join(rest[: _LONGEST_CLOCK + 1].split())
    if not rest:
        return ""
    match = _CLOCK.fullmatch(rest)
    if not match or len(rest) > _LONGEST_CLOCK:
        return None
    before, hour_digits, minute, second, after, zone = match.groups()
    half = (before or after or "").lower()
    hour = int(hour_digits)
    if not (half or minute) or hour > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        return None
    if half and (hour == 0 or (hour > 12 and half in _MORNING)):
        return None  # it says two things
    if half and hour <= 12:
        hour = hour % 12 + (0 if half in _MORNING else 12)
    return f" {hour:02}:{minute or '00'}" + (f":{second}" if second else "") + _offset_form(zone or "")


def _offset_form(zone: str) -> str:
    if not zone.startswith(("+", "-")):
        return "Z" if zone else ""
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{zone[0]}{hours.zfill(2)}:{minutes}"
