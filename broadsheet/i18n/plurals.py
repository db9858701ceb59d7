"""Messages with a number, in the plural form that the language has for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .calendar import locale_of
from .messages import Messages


@dataclass(slots=True)
class Counts:
    """Owns, for one planning, the texts already made: thousands of articles share a few reading times."""

    messages: Messages
    _texts: dict[tuple[str, int], str] = field(default_factory=dict)

    def text(self, name: str, number: int) -> str:
        """ "4 articles", "1 статья", in the messages' own language."""
        text = self._texts.get((name, number))
        if text is None:
            plural_form = locale_of(self.messages.language).plural_form
            text = self._texts[name, number] = self.messages.counted(name, number, plural_form)
        return text
