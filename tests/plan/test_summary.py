"""A summary is made of whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.plan.summary import LIMIT, first_sentences

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
        (f"Первое предложение. Второе {LONG}конец.", "Первое предложение."),
        (f"一句話。 {LONG}end.", "一句話。"),
        (f"{LONG}end. Next.", f"{LONG}end."),
        (LONG.strip(), LONG.strip()),
    ],
)
def test_whole_sentences_are_kept(lead: str, summary: str) -> None:
    """As many as fit, at least the first, and never half a one."""
    assert first_sentences(lead) == summary


@given(st.lists(st.sampled_from(["One two.", "Three?", "Four five six!", "Seven " * 30 + "end."]), max_size=12))
def test_a_summary_is_a_beginning_that_ends_with_a_sentence(sentences: list[str]) -> None:
    """It is the lead's own text, within the limit unless its first sentence is longer."""
    lead = " ".join(sentences)
    summary = first_sentences(lead)

    assert lead.startswith(summary)
    assert not summary or summary[-1] in ".?!"
    assert len(summary) <= max(LIMIT, len(sentences[0]) if sentences else 0)
    assert not lead[len(summary) :] or lead[len(summary)] == " "
