"""Japanese forms of values, and the small components, for templates."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from unicodedata import normalize

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date, short_date

register = template.Library()

# The tone of a state, by its code. Colour only underlines the word.
TONES = {
    "requested": "info",
    "attended": "success",
    "absent": "warning",
    "rejected": "danger",
    "open": "success",
    "closed": "neutral",
    "held": "neutral",
    "queued": "neutral",
    "running": "info",
    "done": "success",
    "failed": "danger",
    "draft": "neutral",
    "submitted": "info",
    "endorsed": "info",
    "in_review": "info",
    "in_progress": "info",
    "accepted": "success",
    "confirmed": "success",
    "completed": "success",
    "not_endorsed": "warning",
    "reserve": "warning",
    "turned_down": "neutral",
    "accept": "success",
    "decline": "danger",
    "returned": "warning",
    "waitlisted": "warning",
    "not_completed": "warning",
    "declined": "danger",
    "suspended": "neutral",
    "withdrawn": "neutral",
    "cancelled": "neutral",
    "checking": "info",
    "ready": "info",
    "refused": "danger",
    "applied": "success",
    "undone": "neutral",
    "discarded": "neutral",
    "error": "danger",
    "warning": "warning",
    "created": "success",
    "changed": "info",
    "ended": "neutral",
    "unchanged": "neutral",
    "waiting": "info",
    "sent": "success",
    "answered": "success",
    "unanswered": "warning",
    "matched": "success",
    "set_aside": "neutral",
    "published": "success",
    "planned": "info",
    "theme_submitted": "info",
    "theme_returned": "warning",
    "working": "info",
    "approved": "success",
    "reported": "info",
    "met": "success",
    "on_track": "info",
    "behind": "warning",
    "stuck": "danger",
    "contradictory": "danger",
    "no_curriculum": "warning",
    "obligation_done": "success",
    "obligation_overdue": "danger",
    "obligation_soon": "warning",
    "obligation_open": "info",
    "obligation_on_leave": "neutral",
    "obligation_away": "neutral",
    "obligation_lifted": "neutral",
    "green": "success",
    "amber": "warning",
    "red": "danger",
    "recognised": "success",
    "repeat": "warning",
    "carry_on": "info",
    "yes": "success",
    "not_this_year": "neutral",
    "no": "neutral",
}
MINUS = "−"


@register.filter
def reiwa(value: Any) -> str:
    """令和8年度 for a fiscal year, 令和8年4月1日 for a day, with 10:05 behind it for a moment (in Japan)."""
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO)
        return f"{format_date(local.date())} {local:%-H:%M}"
    if isinstance(value, date):
        return format_date(value)
    return str(value) if isinstance(value, FiscalYear) else ""


@register.filter
def reiwa_short(value: Any) -> str:
    """R8 for a fiscal year, R8.4.1 for a day."""
    if isinstance(value, FiscalYear):
        return value.short
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO).date()
    return short_date(value) if isinstance(value, date) else ""


@register.filter
def wide(value: Any) -> str:
    """ワタナベ for ﾜﾀﾅﾍﾞ: the personnel system writes narrow kana, people read wide ones.

    A narrow 濁点 is a letter of its own, which browsers draw together with the one before it only where a single
    font file has both.
    """
    return normalize("NFKC", str(value or ""))


@register.filter
def figure(value: Any) -> str:
    """1,234; a decimal keeps its places; what is no number stays as it is (*, －)."""
    if not isinstance(value, (int, float, Decimal)):
        return "" if value is None else str(value)
    return f"{value:,}".replace("-", MINUS)


@register.filter
def trimmed(value: Any) -> str:
    """12 for 12.0, 1.5 for 1.5, 1,200 for 1200.0: a decimal without places that say nothing."""
    return figure(value if not isinstance(value, Decimal) else Decimal(f"{value.normalize():f}"))


@register.filter
def signed(value: Any) -> str:
    """+3, −2, ±0: for differences."""
    if not isinstance(value, (int, float, Decimal)):
        return figure(value)
    if value == 0:
        return "±0"
    return figure(value) if value < 0 else f"+{figure(value)}"


@register.filter
def share(value: Any, total: Any) -> str:
    """`value` in percent of `total` for a drawing, between 0 and 100; 0 where there is no total."""
    if not total or not value:
        return "0"
    return f"{min(max(value / total * 100, 0), 100):.2f}".rstrip("0").rstrip(".")


@register.filter
def percent(value: Any, total: Any) -> str:
    """93.4%, in words for people; － where there is no total."""
    if not total:
        return "－"
    exact = Decimal(value or 0) * 100 / Decimal(total)
    return f"{exact.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%".replace("-", MINUS)


@register.filter
def in_words(value: Any) -> Any:
    """はい or いいえ for a truth value; anything else as it is."""
    return {True: "はい", False: "いいえ"}[value] if isinstance(value, bool) else value


@register.filter
def tone(state: str) -> str:
    """The tone of a state's badge."""
    return TONES.get(state, "neutral")


@register.inclusion_tag("components/badge.html")
def status(state: str, label: str) -> dict:
    """The badge of a state: its code and its word."""
    return {"label": label, "tone": tone(state)}


@cache
def _sprite() -> str:
    return static("vendor/lucide/sprite.svg")


@register.simple_tag
def sprite() -> str:
    """The address of the icons, looked up once: a page shows dozens of them."""
    return _sprite()


@register.filter
def page_numbers(page: Page) -> list:
    """The page numbers to show, with gaps."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The page's own query with some parts replaced (None takes one out); `page` goes unless it is given."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, column: str, label: str, numeric: bool = False) -> dict:
    """A column heading that sorts by `column`, the other way round the second time (?sort=-column)."""
    now = context["request"].GET.get("sort", "")
    order = {column: "ascending", f"-{column}": "descending"}.get(now, "")
    turned = f"-{column}" if order == "ascending" else column
    return {"label": label, "numeric": numeric, "order": order, "href": query_with(context, sort=turned)}


@register.simple_block_tag
def card(content: SafeString, title: str = "", **parts: Any) -> SafeString:
    """A box with a title; the parts are those of components/card.html."""
    return render_to_string("components/card.html", {"body": content, "title": title, **parts})


@register.simple_block_tag
def details(content: SafeString, summary: str, open: bool = False) -> SafeString:
    """More for those who want it."""
    return render_to_string("components/details.html", {"body": content, "summary": summary, "open": open})
