"""How values and small components are printed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.templatetags import ui


def printed(source: str, address: str = "/list/", **values) -> str:
    return Template(source).render(Context({"request": RequestFactory().get(address), **values}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (FiscalYear(2026), "令和8年度"),
        (FiscalYear(2019), "令和元年度"),
        (date(2026, 4, 1), "令和8年4月1日"),
        (datetime(2026, 3, 31, 15, 5, tzinfo=UTC), "令和8年4月1日 0:05"),
        (None, ""),
    ],
)
def test_years_days_and_moments_are_written_in_japanese_eras(value, text):
    assert ui.reiwa(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (FiscalYear(2026), "R8"),
        (date(2026, 4, 1), "R8.4.1"),
        (datetime(2026, 3, 31, 15, 5, tzinfo=UTC), "R8.4.1"),
        (None, ""),
    ],
)
def test_the_short_form_is_for_tables(value, text):
    assert ui.reiwa_short(value) == text


@pytest.mark.parametrize(
    ("value", "plain", "signed"),
    [
        (1234567, "1,234,567", "+1,234,567"),
        (-12, "−12", "−12"),
        (0, "0", "±0"),
        (Decimal("12.50"), "12.50", "+12.50"),
        ("*", "*", "*"),
        (None, "", ""),
    ],
)
def test_numbers_are_grouped_and_differences_carry_their_sign(value, plain, signed):
    assert (ui.figure(value), ui.signed(value)) == (plain, signed)


@pytest.mark.parametrize(
    ("value", "total", "drawn", "said"),
    [
        (171, 183, "93.44", "93.4%"),
        (1, 2000, "0.05", "0.1%"),
        (50, 100, "50", "50.0%"),
        (250, 200, "100", "125.0%"),
        (-3, 10, "0", "−30.0%"),
        (3, 0, "0", "－"),
        (0, 10, "0", "0.0%"),
        (None, 10, "0", "0.0%"),
    ],
)
def test_a_bar_never_leaves_its_frame_but_the_words_tell_the_truth(value, total, drawn, said):
    assert (ui.share(value, total), ui.percent(value, total)) == (drawn, said)


def test_a_state_is_said_in_a_word():
    assert printed('{% status "completed" "修了" %}').strip() == '<span class="badge badge-success">修了</span>'
    assert "badge-neutral" in printed('{% status "unheard_of" "不明" %}')


def test_a_changed_condition_goes_back_to_the_first_page():
    address = "/list/?q=%E9%9D%92&page=3&sort=name"
    assert printed('{% query_with sort="-name" %}', address) == "?q=%E9%9D%92&amp;sort=-name"
    assert printed("{% query_with page=4 %}", address) == "?q=%E9%9D%92&amp;sort=name&amp;page=4"
    assert printed("{% query_with q=None sort=None %}", address) == "?"


@pytest.mark.parametrize(
    ("address", "order", "leads_to"),
    [
        ("/list/", None, "?sort=name"),
        ("/list/?sort=name", "ascending", "?sort=-name"),
        ("/list/?sort=-name", "descending", "?sort=name"),
        ("/list/?sort=other", None, "?sort=name"),
    ],
)
def test_a_column_says_how_it_is_sorted_and_turns_the_order(address, order, leads_to):
    heading = printed('{% sort_header "name" "氏名" %}', address)
    assert (f'aria-sort="{order}"' in heading) == bool(order)
    assert ("aria-sort" in heading) == bool(order)
    assert f'href="{leads_to}"' in heading


def test_long_lists_show_some_of_their_pages():
    pages = printed('{% include "components/pager.html" %}', page=Paginator(range(500), 20).get_page(12))
    assert 'aria-current="page"><span class="visually-hidden">ページ</span>12<' in pages
    assert pages.count("…") == 2
    assert printed('{% include "components/pager.html" %}', page=Paginator(range(5), 20).get_page(1)).strip() == ""


def test_what_people_typed_stays_text():
    hostile = "<script>alert(1)</script>"
    page = printed(
        "{% card title=text %}{{ text }}{% endcard %}{% details summary=text %}{{ text }}{% enddetails %}"
        '{% include "components/alert.html" with text=text %}{% include "components/figure.html" with value=text %}',
        text=hostile,
    )
    assert page.count("&lt;script&gt;") == 6
    assert "<script>" not in page


def test_narrow_kana_are_shown_wide():
    assert ui.wide("ﾜﾀﾅﾍﾞ ﾅｵｷ") == "ワタナベ ナオキ"
    assert ui.wide(None) == ""
