"""The house rules for templates, style sheets and scripts. Each yields line and finding."""

import re
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source

Found = Iterator[tuple[int, str]]
Rule = Callable[[Source], Found]

TEMPLATE, COMPONENT = 150, 40
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")

COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)
INLINE = (
    (re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE), "a script in the page"),
    (re.compile(r"<style\b", re.IGNORECASE), "a style sheet in the page"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE), "a style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE), "an event attribute"),
    (re.compile(r"<[^>]*\shx-on\b", re.IGNORECASE), "hx-on runs text as script"),
    (re.compile(r"javascript:|\bjs:\{", re.IGNORECASE), "script in an address or value"),
)
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}", re.IGNORECASE)


def _found(source: Source, pattern: re.Pattern[str], what: str) -> Found:
    """Hits outside comments; line numbers are those of the file."""
    bare = COMMENTS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source.text)
    for match in pattern.finditer(bare):
        yield bare.count("\n", 0, match.start()) + 1, f"{what}: {match[0][:60]}"


def templates_fit_on_a_page(source: Source) -> Found:
    if not source.path.endswith((".html", ".txt")):
        return
    ceiling = COMPONENT if "/components/" in source.path else TEMPLATE
    if len(source.lines) > ceiling:
        yield ceiling, f"{len(source.lines)} lines (ceiling {ceiling})"


def components_say_what_they_take(source: Source) -> Found:
    if source.path.startswith("templates/components/") and not source.text.lstrip().startswith(("{#", "{% comment")):
        yield 1, "no comment on top that names the parameters"


def nothing_is_inline(source: Source) -> Found:
    if source.path.endswith((".html", ".svg")):
        for pattern, what in INLINE:
            yield from _found(source, pattern, what)


def nothing_comes_from_outside(source: Source) -> Found:
    for line, what in _found(source, OUTSIDE, "an address outside the prefecture's network"):
        if not any(name in source.lines[line - 1] for name in NAMESPACES):
            yield line, what


def text_stays_escaped(source: Source) -> Found:
    if source.path.endswith(".html"):
        yield from _found(source, re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"), "unescaped text")


def pages_do_not_read_the_clock(source: Source) -> Found:
    if source.path.endswith((".html", ".txt")):
        yield from _found(source, re.compile(r"\{%\s*now\s"), "the page reads the clock")


def pages_ask_no_roles(source: Source) -> Found:
    if source.path.endswith(".html"):
        pattern = re.compile(r"\{%\s*(?:el)?if\s[^%]*\b(?:is_staff|is_superuser|\.role\b|\bperms\.)")
        yield from _found(source, pattern, "the page decides who may")


def forms_carry_their_token(source: Source) -> Found:
    if not source.path.endswith(".html"):
        return
    for form in re.finditer(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", source.text, re.IGNORECASE | re.DOTALL):
        if "csrf_token" not in form[0]:
            yield source.text.count("\n", 0, form.start()) + 1, "a form without csrf_token"


EXCEPTIONS = {
    ("text_stays_escaped", "templates/django/forms/field.html"): "Django's help texts are markup of our own code",
}
"""Rule and file → why the rule does not hold there."""

RULES: tuple[Rule, ...] = (
    templates_fit_on_a_page, components_say_what_they_take, nothing_is_inline, nothing_comes_from_outside,
    text_stays_escaped, pages_do_not_read_the_clock, pages_ask_no_roles, forms_carry_their_token,
)  # fmt: skip
