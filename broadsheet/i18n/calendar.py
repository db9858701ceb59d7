"""Moments as pages show them: in the newsletter's language and time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names

from ..views.common import DateView


def locale_of(language: str) -> Locale:
    """Babel's locale for a language tag, English for one it does not know."""
    for tag in (language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def language_name(language: str) -> str:
    """What a language calls itself, beginning with a capital letter: "Русский"; its tag where nobody knows it."""
    locale = locale_of(language)
    name = locale.get_language_name() or ""
    return name[:1].upper() + name[1:] if locale.language == language.split("-")[0].lower() else language


@dataclass(slots=True)
class Calendar:
    """Owns, for one planning, the texts of the days already written out: thousands of articles share a few days."""

    locale: Locale
    zone: tzinfo
    _days: dict[date, str] = field(default_factory=dict)

    def view(self, moment: datetime) -> DateView:
        """The moment as a reader in the newsletter's zone would say it."""
        local = moment.astimezone(self.zone)
        day = local.date()
        text = self._days.get(day)
        if text is None:
            text = self._days[day] = format_date(day, "long", locale=self.locale)
        return DateView(local.isoformat(timespec="seconds"), text)

    def iso(self, moment: datetime) -> str:
        """The moment as machines read it, RFC 3339, in the newsletter's zone."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds")

    def month_name(self, month: int) -> str:
        """The name of a month, standing alone, as a title."""
        name = get_month_names("wide", context="stand-alone", locale=self.locale)[month]
        return str(name[:1].upper() + name[1:])


def calendar(language: str, zone: tzinfo) -> Calendar:
    """A calendar for a language and a zone."""
    return Calendar(locale_of(language), zone)


def moment_of(date: DateView) -> datetime:
    """The moment of a view; its text alone would not sort, since summer time changes the offset."""
    return datetime.fromisoformat(date.iso)
