"""What the language of some prose decides: its quotation marks, and the few words that the parser itself writes."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Names for screen readers."""

    table: str
    footnotes: str
    back: str


_ENGLISH_QUOTES = ("“", "”", "‘", "’")
_NBSP = "\u00a0"

# CLDR's delimiters, with the house rules of the big dictionaries where CLDR gives only one level.
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

_ENGLISH_WORDS = Words("Table", "Footnotes", "Back to the text, note")

_WORDS: dict[str, Words] = {
    "de": Words("Tabelle", "Fußnoten", "Zurück zum Text, Anmerkung"),
    "es": Words("Tabla", "Notas", "Volver al texto, nota"),
    "fr": Words("Tableau", "Notes", "Retour au texte, note"),
    "it": Words("Tabella", "Note", "Torna al testo, nota"),
    "pl": Words("Tabela", "Przypisy", "Powrót do tekstu, przypis"),
    "ru": Words("Таблица", "Примечания", "Назад к тексту, примечание"),
    "uk": Words("Таблиця", "Примітки", "Назад до тексту, примітка"),
}


def primary_subtag(language: str) -> str:
    """The language itself: "pt" of "pt-BR"."""
    return language.replace("_", "-").partition("-")[0].lower()


def quotes_for(subtag: str) -> list[str]:
    """The four quotation marks of a language: outer pair, inner pair; English ones where we know no better."""
    return list(_QUOTES.get(subtag, _ENGLISH_QUOTES))


def words_for(subtag: str) -> Words:
    """The parser's own words in a language, English where we know no better."""
    return _WORDS.get(subtag, _ENGLISH_WORDS)
