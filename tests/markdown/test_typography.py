"""Typography: the same in titles and in the text, and apostrophes where letters are left out."""

from __future__ import annotations

import pytest

from broadsheet.markdown.parse import parse_markdown
from broadsheet.markdown.text import plain_text
from broadsheet.markdown.typography import typographic


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Back in the '90s we'd say 'tis fine. Tell 'em.", "en", "Back in the ’90s we’d say ’tis fine. Tell ’em."),
        ("He said 'the '60s were great' and left.", "en", "He said ‘the ’60s were great’ and left."),
        ("Rock 'n' roll, 'twas", "en-GB", "Rock ’n’ roll, ’twas"),
        ('"\'Tis so," he said', "en", "“’Tis so,” he said"),
        ("'emphasis' and 'Emily'", "en", "‘emphasis’ and ‘Emily’"),
        ("die '90er Jahre", "de", "die ’90er Jahre"),
        ("er sagte 'em'", "de", "er sagte ‚em‘"),
        ("Don't panic: \"AI\" isn't -- yet...", "en", "Don’t panic: “AI” isn’t – yet…"),
        ("\"Er sagte 'ja'\"", "de", "„Er sagte ‚ja‘“"),
        ('«Он сказал "да"»', "ru", "«Он сказал «да»»"),
        ('"Oui"', "fr", "«\u00a0Oui\u00a0»"),
        ("plain", "en", "plain"),
    ],
)
def test_titles_and_text_have_the_same_typography(text: str, language: str, expected: str) -> None:
    """By the language."""
    assert typographic(text, language) == expected
    assert plain_text(parse_markdown(text, language).html) == expected


def test_a_caption_has_typography() -> None:
    """It is the title of a picture in Markdown."""
    html = parse_markdown("![Port](p.jpg \"The 'old' port\")", "en").html
    assert "<figcaption>The ‘old’ port</figcaption>" in html
