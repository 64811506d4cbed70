"""A file as a change set: checked on trial, applied as shown, undone as a whole."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.serializers.json import DjangoJSONEncoder

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import Job, JobState
from aomori_dx.kernel.tables.marking import marked_workbook
from aomori_dx.kernel.tables.reading import Choices
from staff.models import (
    Absence,
    ChangeSet,
    Department,
    Employee,
    LineOutcome,
    OfficeRole,
    Posting,
    Succession,
)
from staff.services import change_set_jobs, change_sets
from stages.models import Promoter, StageEnrollment
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.staff.office_files import ROSTER, TRANSFERS, as_csv, as_xlsx, roster_row, transfer_row

pytestmark = pytest.mark.django_db
TABLES = (Department, Succession, Employee, Posting, Absence, Promoter, StageEnrollment)
TODAY = date(2026, 11, 23)


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR)


def everything() -> str:
    """Every row of the facts, for comparing before and after."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}
    for values in rows["Promoter"] + rows["StageEnrollment"]:
        values.update({key: int(value) for key, value in values.items() if hasattr(value, "start_year")})
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)


def load(kind: str, content: bytes, by, *, as_of: date | None = None) -> ChangeSet:
    """Upload and check."""
    change_set = change_sets.upload(kind, name="file.csv", content=content, as_of=as_of, by=by, at=clock.now())
    run_jobs()
    change_set.refresh_from_db()
    return change_set


def run_jobs() -> Job:
    """What a worker does: everything that waits."""
    waiting = Job.objects.filter(state=JobState.QUEUED).exclude(kind="compute_quotas").order_by("pk")
    for job in list(waiting):
        progress.run(job.pk)
    return Job.objects.exclude(kind="compute_quotas").latest("pk")


def apply(change_set: ChangeSet, by) -> Job:
    change_sets.request_apply(change_set.pk, by=by, at=clock.now())
    job = run_jobs()
    change_set.refresh_from_db()
    return job


def undo(change_set: ChangeSet, by) -> Job:
    change_sets.request_undo(change_set.pk, reason="取込の誤り", by=by, at=clock.now())
    job = run_jobs()
    change_set.refresh_from_db()
    return job


@pytest.fixture
def moves(hr):
    """A transfer list that moves one person, hires one, retires one and sends one on leave."""
    here, there = make.department("税務課"), make.department("財政課")
    mover, leaver, parent = (
        make.posting(make.employee(name), to=here).employee for name in ("移動　一", "退職　二", "育休　三")
    )
    newcomer = Employee(employee_number="7000001", name="新人　四")
    content = as_xlsx(
        TRANSFERS,
        transfer_row(mover, "転任", "R8.12.1", there),
        transfer_row(newcomer, "採用", "R8.12.1", there),
        transfer_row(leaver, "退職", "R8.12.1"),
        transfer_row(parent, "育児休業", "R8.12.1", here),
        title="令和8年12月1日付け 人事異動",
    )
    return load("transfers", content, hr)


def test_a_check_shows_what_would_change_and_writes_nothing(hr, moves):
    before = everything()
    change_sets.recheck(moves.pk, choices=Choices(), as_of=TODAY, by=hr, at=clock.now())
    run_jobs()
    moves.refresh_from_db()
    assert moves.state == "ready"
    assert everything() == before
    shown = {line.label: line for line in moves.lines.all()}
    assert [shown[name].outcome for name in ("移動　一", "新人　四", "退職　二", "育休　三")] == [
        "changed",
        "created",
        "ended",
        "changed",
    ]
    assert shown["移動　一"].fields["所属"] == ["税務課", "財政課"]
    assert shown["移動　一"].row == 3


def test_what_was_shown_is_written_with_a_journal(hr, moves):
    assert apply(moves, hr).state == JobState.DONE
    assert moves.state == "applied"
    mover = Employee.objects.get(name="移動　一")
    assert Posting.objects.primary().on(date(2026, 11, 30)).get(employee=mover).department.name == "税務課"
    assert Posting.objects.primary().on(date(2026, 12, 1)).get(employee=mover).department.name == "財政課"
    assert not Employee.objects.get(name="退職　二").in_service_on(date(2026, 12, 1))


def test_an_undo_puts_every_row_back_as_it_was(hr, moves):
    before = everything()
    apply(moves, hr)
    assert everything() != before
    assert undo(moves, hr).state == JobState.DONE
    assert moves.state == "undone"
    assert everything() == before


def test_the_day_comes_by_itself(hr, moves):
    apply(moves, hr)
    assert moves.is_planned(TODAY)
    assert not moves.is_planned(date(2026, 12, 1))


def test_applying_twice_is_applying_once(hr, moves):
    apply(moves, hr)
    after = everything()
    change_set_jobs.apply(moves.pk, by=hr, at=clock.now())
    assert everything() == after
    with pytest.raises(RuleBroken, match="「適用済み」からは「適用」にできません。"):
        change_sets.request_apply(moves.pk, by=hr, at=clock.now())


def test_records_that_changed_since_the_check_are_not_written_over(hr, moves):
    mover = Employee.objects.get(name="移動　一")
    Posting.objects.filter(employee=mover).update(title="主査")
    before = everything()
    job = apply(moves, hr)
    assert (job.state, moves.state) == (JobState.FAILED, "ready")
    assert "確認のあとに記録が変わりました" in job.error
    assert everything() == before


def test_an_undo_is_refused_with_the_list_of_what_was_changed_since(hr, moves):
    apply(moves, hr)
    mover = Employee.objects.get(name="移動　一")
    Posting.objects.filter(employee=mover, valid_to=None).update(title="主査")
    before = everything()
    job = undo(moves, hr)
    assert (job.state, moves.state) == (JobState.FAILED, "applied")
    assert "移動　一" in job.error
    assert "その後に変更されています" in job.error
    assert everything() == before


def test_an_undo_is_refused_where_somebody_depends_on_it(hr, moves):
    apply(moves, hr)
    make_stages.promoter(Employee.objects.get(name="新人　四"))
    job = undo(moves, hr)
    assert job.state == JobState.FAILED
    assert "職員「新人　四(7000001)」を使っているDX推進員があります。" in job.error


def test_an_undo_needs_a_reason(hr, moves):
    apply(moves, hr)
    with pytest.raises(RuleBroken, match="理由"):
        change_sets.request_undo(moves.pk, reason=" ", by=hr, at=clock.now())


def test_a_file_with_an_error_cannot_be_applied(hr):
    place = make.department()
    person = make.posting(to=place).employee
    content = as_csv(
        TRANSFERS, transfer_row(person, "転任", "R7.2.30", place), transfer_row(person, "転任", "R8.12.1", place)
    )
    change_set = load("transfers", content, hr)
    assert change_set.state == "refused"
    line = change_set.lines.get(outcome=LineOutcome.ERROR)
    assert (line.row, line.key, line.label) == (2, "発令年月日", "R7.2.30")
    with pytest.raises(RuleBroken):
        change_sets.request_apply(change_set.pk, by=hr, at=clock.now())


def test_the_errors_come_back_marked_in_the_file(hr):
    place = make.department()
    person = make.posting(to=place).employee
    content = as_xlsx(TRANSFERS, transfer_row(person, "転任", "R7.2.30", place), title="人事異動")
    change_set = load("transfers", content, hr)
    marked = marked_workbook(content, header_row=2, encoding="", remarks=change_sets.remarks_of(change_set))
    sheet = openpyxl.load_workbook(io.BytesIO(marked)).active
    cell = sheet.cell(3, TRANSFERS.index("発令年月日") + 1)
    assert cell.value == "R7.2.30"
    assert "2月30日" in cell.comment.text
    assert cell.fill.fgColor.rgb != "00000000"
    assert "発令年月日: 2月30日" in sheet.cell(3, len(TRANSFERS) + 1).value


def test_columns_with_other_names_are_chosen_once_and_remembered(hr):
    place = make.department("税務課")
    person = make.posting(to=place).employee
    header = ["ショクバン" if name == "職員番号" else name for name in TRANSFERS]
    content = as_csv(header, transfer_row(person, "昇任", "R8.12.1", place, 新補職名="主査"))
    first = load("transfers", content, hr)
    assert first.state == "refused"
    assert "職員番号" in first.lines.get().reason
    change_sets.recheck(first.pk, choices=Choices(mapping={"number": "ショクバン"}), as_of=TODAY, by=hr, at=clock.now())
    run_jobs()
    first.refresh_from_db()
    assert first.state == "ready"
    assert load("transfers", content, hr).state == "ready"


def test_who_is_missing_in_a_roster_has_left_unless_the_officer_says_otherwise(hr):
    place = make.department()
    stays, missing = (make.posting(make.employee(name), to=place).employee for name in ("残る　一", "消える　二"))
    content = as_csv(ROSTER, roster_row(stays.employee_number, stays.name, place))
    change_set = load("roster", content, hr, as_of=TODAY)
    assert change_set.lines.filter(outcome=LineOutcome.ENDED).get().label == missing.name
    change_sets.recheck(change_set.pk, choices=Choices(missing_ends=False), as_of=TODAY, by=hr, at=clock.now())
    run_jobs()
    assert not change_set.lines.filter(outcome=LineOutcome.ENDED).exists()


def test_an_empty_cell_leaves_what_is_known_unless_the_officer_says_otherwise(hr):
    place = make.department()
    person = make.posting(make.employee("空欄　一"), to=place).employee
    content = as_csv(ROSTER, roster_row(person.employee_number, person.name, place, 採用年月日="2010-04-01"))
    change_set = load("roster", content, hr, as_of=TODAY)
    assert "氏名カナ" not in change_set.lines.get(label=person.name).fields
    change_sets.recheck(change_set.pk, choices=Choices(blanks_clear=True), as_of=TODAY, by=hr, at=clock.now())
    run_jobs()
    assert change_set.lines.get(label=person.name).fields["氏名カナ"] == ["ｱｵﾓﾘ ﾀﾛｳ", ""]


def test_each_office_loads_its_own_files_only(hr):
    dx = make.office(OfficeRole.DX)
    with pytest.raises(NotAllowed):
        change_sets.upload("roster", name="r", content=b"x", as_of=TODAY, by=dx, at=clock.now())
    with pytest.raises(NotAllowed):
        change_sets.upload("promoters", name="p", content=b"x", as_of=None, by=hr, at=clock.now())
    assert not ChangeSet.objects.exists()


def test_an_apply_tells_the_floors_above(hr, moves):
    apply(moves, hr)
    assert Job.objects.filter(kind="compute_quotas", state=JobState.QUEUED).exists()


def test_consequences_for_the_programme_are_listed_before_anything_is_written(hr):
    make_stages.plan()
    here, there = make.department("りんご果樹課"), make.department("税務課")
    make.head_of(here)
    person = make.posting(make.employee("推進　一"), to=here).employee
    make_stages.promoter(person, department=here)
    change_set = load("transfers", as_csv(TRANSFERS, transfer_row(person, "転任", "R8.12.1", there)), hr)
    told = {impact["kind"]: impact["sentence"] for impact in change_set.checked["impacts"]}
    assert told["no_promoter"] == "りんご果樹課には令和8年度のDX推進員がいなくなります。"
    assert "りんご果樹課(所属長 青森　太郎)から税務課(所属長 不在)へ異動します" in told["promoter_moves"]
    assert not Posting.objects.filter(department=there).exists()
