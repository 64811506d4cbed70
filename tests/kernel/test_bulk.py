"""Many rows at once are the rows that bulk_create writes, and are refused in the same words."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import bulk
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing, Job, OutboxMessage
from staff.models import ChangeSet, ChangeSetFile, Employee, EmploymentType, Posting
from stages.models import TrainingPlan
from tests.architecture.test_tables import OURS
from tests.conftest import NOW
from tests.factories import staff as make
from training.models import Course

pytestmark = pytest.mark.django_db
TEXTS = (
    "",
    "青森　太郎",
    "a\tb",
    "a\nb\r\nc",
    "\\N",
    "\\.",
    "\\",
    '"引用"',
    "N",
    "𠮷野",
    "{}",
    "a,b'c''",
    "\u2028",
    " 前後 ",
)
MOMENTS = (NOW, datetime(1868, 10, 23, 0, 0, 0, 1, TOKYO), NOW + timedelta(microseconds=123456))


def event(**fields) -> AuditEvent:
    defaults = {"at": NOW, "by_name": "青森", "action": "created", "model": "staff.employee", "object_pk": "1"}
    return AuditEvent(**{**defaults, "object_label": "対象", **fields})


def closing(number: int) -> FiscalYearClosing:
    year = FiscalYear(2024 + number % 3)
    return FiscalYearClosing(fiscal_year=year, number=number, act="closed", at=NOW, by_name="青森", reason="締め")


def examples() -> dict[type[models.Model], list[models.Model]]:
    """New rows of tables that have, together, every kind of column of the house."""
    values = (
        None,
        {},
        [],
        {"氏名": [None, True, 1, 1.5, "a\tb\\n\n"], "日": date(2026, 4, 1), "時": NOW},
        "文",
        0,
        False,
    )
    file = ChangeSet.objects.create(kind="roster", file_name="f", as_of=NOW, uploaded_by_name="青森", uploaded_at=NOW)
    person, place = make.employee(), make.department()
    days = [date(2024, 4, 1), date(2025, 4, 1), date(2026, 4, 1)]
    return {
        AuditEvent: [
            *(event(reason=text, object_label=text) for text in TEXTS),
            *(event(before=value, after=value, by_id=2**62) for value in values),
            *(event(at=moment) for moment in MOMENTS),
        ],
        ChangeSetFile: [ChangeSetFile(change_set=file, content=bytes(range(256)))],
        Employee: [
            Employee(employee_number=f"00{n}", name=text[:100], employment_type=kind, hired_on=day, email="a@b.jp")
            for n, (text, kind, day) in enumerate(
                zip(TEXTS, [*EmploymentType, "", "regular"], [*days, None] * 2, strict=False)
            )
        ],
        FiscalYearClosing: [closing(number) for number in range(1, 7)],
        Job: [Job(kind="k", key=str(n), params={"n": n}, queued_at=NOW, done=n, total=2**31 - 1) for n in range(3)],
        OutboxMessage: [OutboxMessage(key="k", to="a@b.jp", subject="件名", body="本文\n", written_at=NOW)],
        Posting: [
            Posting(employee=person, department=place, is_head=n == 1, valid_from=day, valid_to=day + timedelta(n + 1))
            for n, day in enumerate(days)
        ],
        Course: [Course(code=f"c{n}", name="研修", hours=hours) for n, hours in enumerate((Decimal("7.5"), 3, 0.5))],
        TrainingPlan: [
            TrainingPlan(code="r6-10", name="計画", first_year=FiscalYear(2024), last_year=FiscalYear(2028))
        ],
    }


def written(insert, model: type[models.Model], rows: list[models.Model]) -> list[tuple]:
    """What a way of inserting leaves in the table, taken back again."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    with transaction.atomic():
        insert(rows)
        assert all(row.pk and not row._state.adding for row in rows)
        found = model._base_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list(*names)
        left = [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in found]
        transaction.set_rollback(True)
    for row in rows:
        row.pk, row._state.adding = None, True
    return left


def test_every_kind_of_column_holds_what_bulk_create_writes():
    found = examples()
    for model, rows in found.items():
        left = written(lambda rows, model=model: bulk.insert_all(model, iter(rows)), model, rows)
        assert left == written(model._base_manager.bulk_create, model, rows), model
        assert len(left) == len(rows)
    tried = {type(field) for model in found for field in model._meta.concrete_fields}
    asked = {type(field) for model in OURS for field in model._meta.concrete_fields}
    assert tried >= asked - {models.UUIDField}  # the sheets of a survey, of which few come at a time, go another way


def test_the_same_sentence_as_for_one_row_and_nothing_is_left(monkeypatch):
    monkeypatch.setattr(bulk, "PORTION", 2)
    known, place = make.posting().employee, make.department()
    people = [Employee(employee_number=f"00{n}", name="名") for n in range(5)]
    twice = Employee(employee_number=known.employee_number, name="名")
    gone = Employee(employee_number="009", name="名", hired_on=date(2026, 4, 1), left_on=date(2026, 4, 1))
    second = Posting(employee=known, department=place, valid_from=date(2026, 4, 1))
    backwards = Posting(employee=known, department=place, is_primary=False, valid_from=NOW, valid_to=date(2024, 4, 1))
    for model, rows, sentence in (
        (Employee, [*people, twice], "この職員番号はすでに登録されています。"),
        (Employee, [*people, gone], "退職日は採用年月日より後にしてください。"),
        (Posting, [second], "主たる配属がすでにあります。"),
        (Posting, [backwards], "終了日は開始日より後にしてください。"),
    ):
        with pytest.raises(RuleBroken, match=sentence) as refusal, constraints_as_rules(), transaction.atomic():
            bulk.insert_all(model, rows)
        assert isinstance(refusal.value.__cause__, IntegrityError)
        for row in people:
            row.pk = None
    assert list(Employee.objects.all()) == [known]
    assert Posting.objects.count() == 1


def test_rows_get_the_keys_that_nobody_has_and_keep_their_own():
    bulk.insert_all(AuditEvent, [])
    first = [event(object_pk=str(n)) for n in range(3)]
    bulk.insert_all(AuditEvent, first)
    one = event()
    one.save()
    own = event(object_pk="own")
    own.pk = one.pk + 1000
    bulk.insert_all(AuditEvent, [own, event()])
    event().save()
    keys = [row.pk for row in first]
    assert dict(AuditEvent.objects.filter(pk__in=keys).values_list("pk", "object_pk")) == dict(
        zip(keys, "012", strict=True)
    )
    assert AuditEvent.objects.get(object_pk="own").pk == own.pk
    nameless = [event(object_pk="x"), event(object_pk="x")]
    bulk.insert_all(AuditEvent, nameless, keyed=False)
    assert [row.pk for row in nameless] == [None, None]
    assert AuditEvent.objects.filter(object_pk="x").count() == 2
    assert AuditEvent.objects.count() == 9


def test_ten_times_the_rows_ask_the_same_questions():
    def asked(number: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            bulk.insert_all(AuditEvent, (event() for _ in range(number)))
        return len(queries)

    assert asked(300) == asked(30)
    assert AuditEvent.objects.count() == 330


def test_what_only_a_query_could_compute_is_refused():
    with pytest.raises(TypeError, match="employee_number"), transaction.atomic():
        bulk.insert_all(Employee, [Employee(employee_number=F("name"), name="名")])
    with pytest.raises(ValueError, match="unsaved"), transaction.atomic():
        bulk.insert_all(Posting, [Posting(employee=Employee(), department=make.department(), valid_from=NOW)])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite stores a NUL")
def test_a_nul_is_refused_as_for_one_row():
    with pytest.raises(ValueError, match="NUL"), transaction.atomic():
        bulk.insert_all(AuditEvent, [event(reason="a\0b")])


def test_who_watches_statements_sees_these_and_may_forbid_them():
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        bulk.insert_all(AuditEvent, [event()], keyed=False)
    assert [sql.split(" (")[0] for sql in seen] in (['COPY "kernel_auditevent"'], ['INSERT INTO "kernel_auditevent"'])
    assert AuditEvent.objects.count() == 1
