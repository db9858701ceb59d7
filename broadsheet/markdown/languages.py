"""What depends on the language of the prose: quotation marks, and the labels that the parser adds."""

from __future__ import annotations

from typing import NamedTuple


class Labels(NamedTuple):
    """Labels for screen readers."""

    table: str
    footnotes: str
    back: str
    """Of a link from a footnote to its reference. The part before the comma is shown on the page."""


_ENGLISH_QUOTES = ("“", "”", "‘", "’")
_NBSP = "\u00a0"

# CLDR's delimiters; from the major dictionaries where CLDR has only one level.
_QUOTES: dict[str, tuple[str, str, str, str]] = {
    "be": ("«", "»", "„", "“"),
    "bg": ("„", "“", "‚", "‘"),
    "ca": ("«", "»", "“", "”"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("»", "«", "›", "‹"),
    "de": ("„", "“", "‚", "‘"),
    "el": ("«", "»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "et": ("„", "“", "‚", "‘"),
    "fi": ("”", "”", "’", "’"),
    "fr": ("«" + _NBSP, _NBSP + "»", "“", "”"),
    "hr": ("„", "”", "‘", "’"),
    "hu": ("„", "”", "»", "«"),
    "it": ("«", "»", "“", "”"),
    "ja": ("「", "」", "『", "』"),
    "kk": ("«", "»", "“", "”"),
    "lt": ("„", "“", "‚", "‘"),
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": ("„", "“", "‚", "‘"),
    "sl": ("„", "“", "‚", "‘"),
    "sr": ("„", "”", "’", "’"),
    "sv": ("”", "”", "’", "’"),
    "uk": ("«", "»", "„", "“"),
}

_ENGLISH_LABELS = Labels("Table", "Footnotes", "Back to the text, note")

_LABELS: dict[str, Labels] = {
    "de": Labels("Tabelle", "Fußnoten", "Zurück zum Text, Anmerkung"),
    "es": Labels("Tabla", "Notas", "Volver al texto, nota"),
    "fr": Labels("Tableau", "Notes", "Retour au texte, note"),
    "it": Labels("Tabella", "Note", "Torna al testo, nota"),
    "pl": Labels("Tabela", "Przypisy", "Powrót do tekstu, przypis"),
    "ru": Labels("Таблица", "Примечания", "Назад к тексту, примечание"),
    "uk": Labels("Таблиця", "Примітки", "Назад до тексту, примітка"),
}


def primary_subtag(language: str) -> str:
    """The language without region or script: "pt" for "pt-BR"."""
    return language.replace("_", "-").partition("-")[0].lower()


def quotes_for(subtag: str) -> list[str]:
    """The four quotation marks of a language, outer pair and inner pair; English ones if it is unknown."""
    return list(_QUOTES.get(subtag, _ENGLISH_QUOTES))


def labels_for(subtag: str) -> Labels:
    """The labels in a language; English ones if it is unknown."""
    return _LABELS.get(subtag, _ENGLISH_LABELS)
