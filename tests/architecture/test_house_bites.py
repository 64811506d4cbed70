"""Each house rule, shown to bite: a bad snippet is found, a good one is left alone."""

from textwrap import dedent

import pytest

from tests.architecture import code_rules, page_rules
from tests.architecture.sources import Source

SERVICE, VIEW, TASKS, PAGE = "stages/services/x.py", "stages/views/x.py", "stages/tasks.py", "templates/stages/x.html"

BAD_CODE = {
    "files_end_before_they_tire": [(SERVICE, "x = 1\n" * 301)],
    "functions_fit_on_a_page": [(SERVICE, "def f():\n" + "    x()\n" * 40)],
    "every_room_says_what_it_is_for": [(SERVICE, "x = 1")],
    "only_the_clock_reads_the_clock": [
        (SERVICE, "date.today()"),
        (SERVICE, "datetime.date.today()"),
        (SERVICE, "datetime.datetime.now(TOKYO)"),
        (SERVICE, "timezone.now()"),
        (SERVICE, "django.utils.timezone.localdate()"),
        (SERVICE, "time.time()"),
        (SERVICE, "rows.filter(at__lt=Now())"),
        (SERVICE, "TruncDate('at')"),
        (SERVICE, "models.DateTimeField(auto_now=True)"),
        (SERVICE, "cursor.execute('SELECT CURRENT_DATE')"),
        (SERVICE, "cursor.execute('SELECT at::date FROM x')"),
        (SERVICE, "RawSQL('now()', [])"),
    ],
    "imports_stand_at_the_top": [(SERVICE, "def f():\n    import os"), (SERVICE, "def ready():\n    from x import y")],
    "names_say_something": [
        ("stages/utils.py", ""),
        ("stages/helpers/x.py", ""),
        (SERVICE, "class SeatManager: ..."),
        (SERVICE, "class Year: ..."),
        (SERVICE, "def process(): ..."),
        (SERVICE, "def handle(event): ..."),
    ],
    "variables_say_something": [
        (SERVICE, "data = 1"),
        (SERVICE, "for info in rows: ..."),
        (SERVICE, "[data for data in rows]"),
    ],
    "states_change_only_by_moves": [
        (SERVICE, "row.status = 'completed'"),
        (SERVICE, "row.status: str = 'completed'"),
        (SERVICE, "change_set.state = 'applied'"),
        (SERVICE, "rows.filter(pk=1).update(status='completed')"),
        (SERVICE, "Row.objects.bulk_update(rows, ['status', 'on'])"),
        (SERVICE, "setattr(row, 'status', 'completed')"),
    ],
    "floors_speak_by_named_signals_only": [
        (SERVICE, "from django.db.models.signals import post_save"),
        (SERVICE, "from django.db.models.signals import m2m_changed"),
    ],
    "letters_go_through_the_outbox": [
        (SERVICE, "from django.core.mail import send_mail"),
        (SERVICE, "from django.core.mail import EmailMessage"),
        (SERVICE, "from django.core.mail import mail_admins"),
    ],
    "locks_are_taken_where_things_are_written": [(VIEW, "rows.select_for_update().get()")],
    "services_start_no_tasks": [
        (SERVICE, "compute_quotas.delay(2026)"),
        (SERVICE, "compute_quotas.apply_async((2026,))"),
        (VIEW, "app.send_task('x')"),
    ],
    "tasks_make_one_call": [
        (TASKS, "@shared_task\ndef f():\n    for x in y: x()"),
        (TASKS, "@shared_task(acks_late=True)\ndef f():\n    if x: y()"),
    ],
    "views_are_thin": [
        (VIEW, "row.save()"),
        (VIEW, "Promoter.objects.create(x=1)"),
        (VIEW, "get(x).delete()"),
        (VIEW, "from django.db import transaction\nfrom django.db.transaction import atomic"),
    ],
    "roles_are_asked_of_permissions": [
        (VIEW, "if grant.role == 'hr_office': ..."),
        (SERVICE, "if user.is_superuser: ..."),
        (VIEW, "x = request.user.is_staff"),
    ],
    "no_door_is_left_open": [
        (VIEW, "from django.views.decorators.csrf import csrf_exempt"),
        (SERVICE, "from django.utils.safestring import mark_safe"),
    ],
    "nothing_is_left_for_later": [(SERVICE, "x = 1  # TO" + "DO: later")],
}

GOOD_CODE = [
    (
        SERVICE,
        """
        '''Writing things.'''
        from django.db import transaction
        from aomori_dx.kernel import clock

        @transaction.atomic
        def submit(pk, *, by, at):
            '''Rows of CURRENT_DATE are not asked for.'''
            row = Row.objects.select_for_update().get(pk=pk)
            row.started_on = at.date()
            row.save(update_fields=["started_on"])
            TruncDate("at", tzinfo=TOKYO)
            return Row(status="draft", on=clock.today())
        """,
    ),
    (
        VIEW,
        """
        '''A thin view.'''
        from stages.services import rows

        def submit(request, pk):
            page.status = 422
            return rows.submit(pk, by=request.user, at=clock.now())
        """,
    ),
    (TASKS, "'''Tasks.'''\n@shared_task\ndef compute(fiscal_year):\n    quotas.refresh(FiscalYear(fiscal_year))\n"),
    (
        "stages/apps.py",
        "'''The app.'''\nclass A(AppConfig):\n    def ready(self):\n        from stages import impacts\n",
    ),
    ("stages/management/commands/x.py", "'''A command.'''\nclass Command(BaseCommand):\n    def handle(self): ...\n"),
    ("stages/permissions.py", "'''Who may.'''\ndef select(user, on):\n    return grant.role == 'dx_office'\n"),
]

BAD_PAGES = {
    "templates_fit_on_a_page": [(PAGE, "<p>\n" * 151), ("templates/components/x.html", "{# x #}\n" * 41)],
    "components_say_what_they_take": [("templates/components/x.html", "<p>{{ x }}</p>")],
    "nothing_is_inline": [
        (PAGE, "<script>alert(1)</script>"),
        (PAGE, "<style>p { color: red }</style>"),
        (PAGE, '<p class="x" style="color: red">'),
        (PAGE, '<button type="button" onclick="go()">'),
        (PAGE, '<button\n  hx-on:click="go()">'),
        (PAGE, '<a href="javascript:go()">'),
        (PAGE, "<div hx-vals='js:{x: go()}'>"),
        ("static/img/x.svg", '<svg><path style="fill: red"/></svg>'),
    ],
    "nothing_comes_from_outside": [
        (PAGE, '<link rel="stylesheet" href="https://fonts.example.com/x.css">'),
        (PAGE, '<script src="//cdn.example.net/htmx.js"></script>'),
        ("static/css/x.css", "@import url(http://example.org/x.css);"),
        ("static/js/x.js", "fetch('https://api.example.org/')"),
    ],
    "text_stays_escaped": [(PAGE, "{{ x|safe }}"), (PAGE, "{% autoescape off %}")],
    "pages_do_not_read_the_clock": [(PAGE, '{% now "Y" %}')],
    "pages_ask_no_roles": [
        (PAGE, "{% if user.is_staff %}"),
        (PAGE, "{% if perms.staff.change_user %}"),
        (PAGE, '{% elif grant.role == "x" %}'),
    ],
    "forms_carry_their_token": [(PAGE, '<form method="post" action="/x/">\n<button>送る</button></form>')],
}

GOOD_PAGE = """{# x: a figure #}
{# <script>never</script> https://example.org #}
<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>
<script src="{% static 'js/shell.js' %}" defer></script>
<script type="application/json">{"ids": {}}</script>
<a href="/promoters/?on=2026-04-01">{{ x }}</a> <p>{{ today|reiwa }}</p>
<form method="post">{% csrf_token %}<button>送る</button></form> <form method="get"></form>
"""


def rule(rules, name: str):
    return next(rule for rule in rules.RULES if rule.__name__ == name)


def snippets(bad: dict) -> list:
    return [pytest.param(name, *each, id=f"{name}-{n}") for name, many in bad.items() for n, each in enumerate(many)]


@pytest.mark.parametrize(("name", "path", "text"), snippets(BAD_CODE))
def test_bad_code_is_found(name, path, text):
    assert list(rule(code_rules, name)(Source(path, text)))


@pytest.mark.parametrize(("name", "path", "text"), snippets(BAD_PAGES))
def test_a_bad_page_is_found(name, path, text):
    assert list(rule(page_rules, name)(Source(path, text)))


@pytest.mark.parametrize(("path", "text"), GOOD_CODE)
def test_good_code_is_left_alone(path, text):
    source = Source(path, dedent(text).strip())
    assert {rule.__name__: found for rule in code_rules.RULES if (found := list(rule(source)))} == {}


def test_a_good_page_is_left_alone():
    for path in (PAGE, "templates/components/x.html"):
        assert {r.__name__: found for r in page_rules.RULES if (found := list(r(Source(path, GOOD_PAGE))))} == {}


def test_every_rule_is_shown_to_bite():
    assert {rule.__name__ for rule in code_rules.RULES} == set(BAD_CODE)
    assert {rule.__name__ for rule in page_rules.RULES} == set(BAD_PAGES)
