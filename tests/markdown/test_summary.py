"""A summary is made of whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.markdown.summary import LIMIT, first_sentences

LONG = "word " * 60


@pytest.mark.parametrize(
    ("lead", "summary"),
    [
        ("", ""),
        ("One short sentence.", "One short sentence."),
        ("No full stop here", "No full stop here"),
        (f"First sentence. Second {LONG}end.", "First sentence."),
        (f"Is it so? It is! {LONG}end.", "Is it so? It is!"),
        (f"He said “yes.” Then {LONG}end.", "He said “yes.”"),
        (f"Dr. Smith of the U.S. agreed. Then {LONG}end.", "Dr. Smith of the U.S. agreed."),
        (f"Growth was 3.5 per cent. {LONG}end.", "Growth was 3.5 per cent."),
        (f"{LONG}end. Next.", f"{LONG}end."),
        (LONG.strip(), LONG.strip()),
    ],
)
def test_whole_sentences_are_kept(lead: str, summary: str) -> None:
    """As many as fit, at least the first, and never half a one."""
    assert first_sentences(lead, "en") == summary


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("zh", "今天发布的新模型在多项测试中表现出色。", "研究人员说，它的训练成本只有以前的十分之一。"),
        ("zh", "“是的！”", "他说。"),
        ("ja", "新しいモデルが公開された。", "研究者は驚いた。"),
        ("de", "Die Regierung hat am 12. Dezember einen Plan beschlossen, z. B. für Dr. Meier.", "Der 3. Teil folgt."),
        ("ru", "В 2024 г. компания А. С. Пушкина выпустила отчёт, т. е. книгу.", "Затем всё изменилось."),
        ("fr", "M. Dupont et Mme. Durand, p. ex., sont là.", "Ils sont partis."),
        ("es", "El Sr. López llegó a EE. UU. ayer.", "¿Qué pasó?"),
        ("en", "Dr. Smith of U.S. Steel Corp. said so at 5 p.m. on Monday.", "The rest agreed."),
        ("ar", "قال الوزير ذلك في المؤتمر.", "هل هذا صحيح؟"),
        ("he", "אמר השר במסיבה.", "האם זה נכון?"),
        ("fa", "وزیر این را گفت.", "آیا درست است؟"),
        ("hi", "यह पहला वाक्य है।", "यह दूसरा है।"),
    ],
)
def test_sentences_end_by_the_rules_of_their_language(language: str, first: str, second: str) -> None:
    """Abbreviations and ordinals are no ends; 。 and । are."""
    between = "" if language in ("zh", "ja") else " "
    lead = between.join([first, *[second] * 30])
    summary = first_sentences(lead, language)
    assert len(summary) <= LIMIT
    rest = summary.removeprefix(first)
    assert rest != summary
    assert rest.replace(second, "").strip() == ""


@given(st.lists(st.sampled_from(["One two.", "Three?", "Four five six!", "Seven " * 30 + "end."]), max_size=12))
def test_a_summary_is_a_beginning_that_ends_with_a_sentence(sentences: list[str]) -> None:
    """It is the lead's own text, within the limit unless its first sentence is longer."""
    lead = " ".join(sentences)
    summary = first_sentences(lead, "en")

    assert lead.startswith(summary)
    assert not summary or summary[-1] in ".?!"
    assert len(summary) <= max(LIMIT, len(sentences[0]) if sentences else 0)
    assert not lead[len(summary) :] or lead[len(summary)] == " "
