"""What depends on the language of the prose: quotation marks, and the labels that the parser adds."""

from __future__ import annotations

from typing import NamedTuple


class Labels(NamedTuple):
    """Labels for screen readers."""

    table: str
    footnotes: str
    back: str
    """Of a link from a footnote to its reference. The part before the comma is shown on the page."""
    done: str
    to_do: str
    note: str
    tip: str
    important: str
    warning: str
    caution: str


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

# https://www.unicode.org/reports/tr35/tr35-general.html: languages whose characters run from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})

_ENGLISH_LABELS = Labels(
    "Table", "Footnotes", "Back to the text, note", "done", "to do", "Note", "Tip", "Important", "Warning", "Caution"
)

_LABELS: dict[str, Labels] = {
    "de": Labels(
        "Tabelle",
        "Fußnoten",
        "Zurück zum Text, Anmerkung",
        "erledigt",
        "offen",
        "Hinweis",
        "Tipp",
        "Wichtig",
        "Warnung",
        "Vorsicht",
    ),
    "es": Labels(
        "Tabla",
        "Notas",
        "Volver al texto, nota",
        "hecho",
        "pendiente",
        "Nota",
        "Consejo",
        "Importante",
        "Advertencia",
        "Precaución",
    ),
    "fr": Labels(
        "Tableau",
        "Notes",
        "Retour au texte, note",
        "fait",
        "à faire",
        "Note",
        "Conseil",
        "Important",
        "Avertissement",
        "Attention",
    ),
    "it": Labels(
        "Tabella",
        "Note",
        "Torna al testo, nota",
        "fatto",
        "da fare",
        "Nota",
        "Suggerimento",
        "Importante",
        "Avviso",
        "Attenzione",
    ),
    "pl": Labels(
        "Tabela",
        "Przypisy",
        "Powrót do tekstu, przypis",
        "zrobione",
        "do zrobienia",
        "Uwaga",
        "Wskazówka",
        "Ważne",
        "Ostrzeżenie",
        "Ostrożnie",
    ),
    "ru": Labels(
        "Таблица",
        "Примечания",
        "Назад к тексту, примечание",
        "сделано",
        "не сделано",
        "Примечание",
        "Совет",
        "Важно",
        "Предупреждение",
        "Осторожно",
    ),
    "uk": Labels(
        "Таблиця",
        "Примітки",
        "Назад до тексту, примітка",
        "зроблено",
        "не зроблено",
        "Примітка",
        "Порада",
        "Важливо",
        "Попередження",
        "Обережно",
    ),
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
