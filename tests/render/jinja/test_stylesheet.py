"""The style sheet in a page: only the rules that it needs, none of them changed."""

from __future__ import annotations

import pytest

from broadsheet.render.jinja.stylesheet import needed_by

MARKUP = '<body>\n<p class="dek wide">Text</p>\n<ul\nid="found"><li>One</li></ul>'


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p { margin: 0; } table { margin: 0; }", "p{margin:0}"),
        ("P, h1, .dek, .table, #found, #lost { margin: 0; }", "P,.dek,#found{margin:0}"),
        (".wide p > li, li + hr { color: red; }", ".wide p>li{color:red}"),
        (".p, .body { margin: 0; }", ""),  # a class is no element
        ("html { margin: 0; } html.dark, body > p { top: 0; }", "html{margin:0}body>p{top:0}"),
        (
            ":root { --a: 1; } * { margin: 0; } :focus-visible { outline: 0; }",
            ":root{--a:1}*{margin:0}:focus-visible{outline:0}",
        ),
        ("a:hover, p:not(.none):first-child, li::before { top: 0; }", "p:not(.none):first-child,li::before{top:0}"),
        ('p[title="a > b"], hr[title] { top: 0; }', 'p[title="a > b"]{top:0}'),
        ("hr:is(.a, .b) { top: 0; }", "hr:is(.a,.b){top:0}"),  # not taken apart
        (r".md\:wide { top: 0; }", r".md\:wide{top:0}"),  # nor this
        ("@media print { hr { top: 0; } p { top: 0; } } @media screen { hr { top: 0; } }", "@media print{p{top:0}}"),
        ("@supports (top: 0) { @media print { p, hr { top: 0; } } }", "@supports (top:0){@media print{p{top:0}}}"),
        ("@media print { } p { top: 0; }", "p{top:0}"),
        ("@layer a { hr { top: 0; } } @layer b { p { top: 0; } }", "@layer a{}@layer b{p{top:0}}"),
        ("@font-face { font-family: hr; } @layer a, b;", "@font-face{font-family:hr}@layer a,b;"),
        ("@keyframes hr { 0% { top: 0; } 50% { top: 1px; } }", "@keyframes hr{0%{top:0}50%{top:1px}}"),
        ("li { color: red; & hr { top: 0; } }", "li{color:red;& hr{top:0}}"),
        ('li::before { content: "} hr {"; } hr { top: 0; }', 'li::before{content:"} hr {"}'),
        ("p { width: calc(1px + 2px); }", "p{width:calc(1px + 2px)}"),
        ("/* p */ hr { top: 0; } /* } */", ""),
        ("", ""),
    ],
)
def test_a_page_gets_the_rules_that_it_needs(css: str, expected: str) -> None:
    """What names elements, classes and ids that are not there is left out; the rest stands as it was written."""
    assert needed_by(css, MARKUP) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p { top: 0", "p{top:0}"),
        ("hr { top: 0", ""),
        ("} p { top: 0; }", "}p{top:0}"),
        ('p { content: "', 'p{content:"}'),
        ("p", "p"),
        ("p { } }", "p{}}"),
        ("hr { { }", ""),
    ],
)
def test_a_broken_style_sheet_is_no_trap(css: str, expected: str) -> None:
    """A rule ends with the style sheet at the latest; what is no rule is left to browsers."""
    assert needed_by(css, MARKUP) == expected


@pytest.mark.parametrize("markup", ["<p class=dek id=found>", "<P class='dek'>", '<p\n  class="a dek b">'])
def test_attributes_are_found_however_they_are_written(markup: str) -> None:
    """Quoted or not, on a line of their own or not."""
    assert needed_by("p.dek { top: 0; }", markup) == "p.dek{top:0}"
