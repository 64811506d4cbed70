"""Whoever writes a dated fact asks whether its fiscal year is closed: services, the admin, files and their undo."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from aomori_dx.kernel import closing, corrections, journal
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.tables.importing import import_file
from staff.imports import roster, successions, transfers
from staff.models import ChangePage, ChangeSet, Department, OfficeRole, Posting, Succession, SuccessionKind, User
from staff.services import departments
from staff.services.service_records import Place, ServiceRecords
from staff.services.successions import succeed
from stages.effects import appointment
from stages.imports import stage_enrollments
from stages.models import Exemption, Promoter, StageEnrollment
from stages.services import corrections as state_corrections
from stages.services import progress
from tests.admin_pages import client_of, confirm, told, upload
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.stages import R6, R7, R8
from tests.staff.office_files import ROSTER, TRANSFERS, as_csv, roster_row, transfer_row

pytestmark = pytest.mark.django_db

IN_R7, LAST_OF_R7, IN_R8 = date(2025, 10, 1), date(2026, 3, 31), date(2026, 4, 1)
REASON = "人事課からの連絡により訂正"
STAGE_HEADER = ["年度", "職員番号", "育成ステージ", "状態", "状態の日付"]


@dataclass
class World:
    """Everything began in R6, which is closed, and so is R7."""

    posting: Posting
    other: Department
    enrollment: StageEnrollment
    dx: User
    admin: User

    @property
    def place(self) -> Department:
        return self.posting.department

    def act(self, on: date = IN_R7) -> departments.Act:
        return departments.Act(on=on, by=None, at=NOW, reason=REASON)


@pytest.fixture
def world():
    posting = make.posting(make.employee("津軽　花子"), to=make.department("旧課"))
    promoter = stages.promoter(posting.employee, cohort=R7, department=posting.department)
    stages.stages()
    return World(
        posting,
        make.department("隣の課"),
        stages.enrollment(promoter, fiscal_year=R7),
        make.office(OfficeRole.DX),
        make.office(OfficeRole.ADMIN),
    )


def close() -> None:
    for year in (R6, R7):
        closing.close(year, by=None, at=NOW, reason="実績報告を提出したため")


def on_record(world: World, change, *, on: date = IN_R7) -> None:
    """Change the person's service record in memory and write it."""
    records = ServiceRecords.load([world.posting.employee.employee_number])
    record = records.get(world.posting.employee.employee_number)
    change(record, on)
    records.note(record, "transfer_changed", {})
    records.write(by=None, at=NOW, reason=REASON, journal=journal.NO_JOURNAL)


def place(world: World):
    return lambda record, on: record.place(Place(world.other, "主査", False, False), on=on)


def corrected(obj, **changes):
    """A correction of a row as the admin writes it."""
    before = corrections.values_of(obj)
    for name, value in changes.items():
        setattr(obj, name, value)
    corrections.write(obj, before=before, by=None, at=NOW, reason=REASON)


def loaded(kind, header, *rows, as_of=IN_R7) -> None:
    report = import_file(kind.KIND, as_csv(header, *rows), as_of=as_of, by=None, at=NOW, source="file.csv")
    if report.errors:
        raise RuleBroken("\n".join(remark.reason for remark in report.errors))


def replaced(world: World, on: date = IN_R7) -> None:
    new = Department(code=world.place.code, name="新課", parent=world.place.parent, kind="section")
    departments.replace(world.place, new, kind=SuccessionKind.RENAMED, act=world.act(on))


def corrected_succession(world: World) -> None:
    row = Succession.objects.create(predecessor=world.place, successor=world.other, on=IN_R7, kind="merged")
    Department.objects.filter(pk=world.place.pk).update(valid_to=IN_R7)
    rows = [[world.place.code, world.place.name, world.other.code, world.other.name, "分割"]]
    header = ["旧所属コード", "旧所属名", "新所属コード", "新所属名", "区分"]
    loaded(successions, header, *rows)
    assert Succession.objects.get(pk=row.pk).kind == "split"


def admin_file(world: World) -> None:
    row = [world.posting.employee.employee_number, world.place.code, "R6.4.1", "はい", "主幹"]
    header = ["職員番号", "所属コード", "開始日", "主たる配属", "補職名"]
    client = client_of(world.admin)
    page = upload(client, Posting, as_csv(header, row))
    if page.context.get("problems"):
        raise RuleBroken(told(page))
    confirm(client, Posting, page)
    world.posting.refresh_from_db()
    assert world.posting.title == "主幹"


def appointed(world: World) -> None:
    row = Promoter(
        employee=make.employee(), cohort=R7, route="self", department=world.place, appointed_on=date(2025, 6, 2)
    )
    appointment.appoint_all([row], by=None, at=NOW, reason=REASON)


def another_year(world: World) -> None:
    who = stages.promoter(cohort=R7)
    progress.start(who.pk, stage=1, fiscal_year=R7, by=world.dx, at=NOW)


def undone(world: World) -> None:
    """Take back what a file wrote in R7, before the year was closed."""
    change_set = ChangeSet.objects.get()
    journal.undo(ChangePage.objects.filter(change_set=change_set))


ACTS = {
    "a transfer": lambda w: on_record(w, place(w)),
    "leaving the service": lambda w: on_record(w, lambda record, on: record.leave(on=on)),
    "leave of absence": lambda w: on_record(w, lambda record, on: record.be_absent("sick", on=on)),
    "concurrent posts": lambda w: on_record(w, lambda record, on: record.set_concurrent([w.other], on=on)),
    "coming back": lambda w: make.absence(w.posting.employee)
    and on_record(w, lambda record, on: record.come_back(on=on)),
    "a post that never began": lambda w: make.posting(
        w.posting.employee, to=w.other, is_primary=False, valid_from=IN_R7
    )
    and on_record(w, lambda record, on: record.set_concurrent([], on=on)),
    "leaving without a place": lambda w: w.posting.delete() and on_record(w, lambda record, on: record.leave(on=on)),
    "a corrected first day": lambda w: on_record(w, place(w), on=make.LONG_AGO),
    "a list of transfers": lambda w: loaded(
        transfers, TRANSFERS, transfer_row(w.posting.employee, "転任", "R7.10.1", w.other)
    ),
    "a roster": lambda w: loaded(
        roster,
        ROSTER,
        roster_row(w.posting.employee.employee_number, w.posting.employee.name, w.other),
    ),
    "a bureau opened": lambda w: departments.open_bureaus(["新しい部"], act=w.act()),
    "a department opened": lambda w: departments.open_all(
        [Department(code="999999", name="新課", parent=w.place.parent, kind="section")], act=w.act()
    ),
    "a department ended": lambda w: departments.end([w.other], act=w.act()),
    "a department renamed": replaced,
    "a department edited": lambda w: departments.edit([(w.place, {"nominates": (True, False)})], act=w.act()),
    "a succession": lambda w: succeed(
        [Succession(predecessor=w.other, successor=w.place, on=IN_R7, kind="merged")], act=w.act()
    ),
    "a succession corrected by a file": corrected_succession,
    "an appointment": appointed,
    "a year of training begun": another_year,
    "a stage completed": lambda w: progress.complete(w.enrollment.pk, by=w.dx, at=NOW),
    "a stage not completed": lambda w: progress.end_without_completion(w.enrollment.pk, by=w.dx, at=NOW),
    "a year suspended": lambda w: progress.suspend(w.enrollment.pk, by=w.dx, at=NOW, reason=REASON),
    "a year withdrawn": lambda w: progress.withdraw(w.enrollment.pk, by=w.dx, at=NOW, reason=REASON),
    "a year resumed": lambda w: progress.resume(
        stages.enrollment(stages.promoter(cohort=R7), status="suspended").pk, by=w.dx, at=NOW
    ),
    "a state corrected": lambda w: state_corrections.correct_status(
        w.enrollment.pk, to="completed", on=IN_R8, reason=REASON, by=w.admin, at=NOW
    ),
    "years of training by a file": lambda w: loaded(
        stage_enrollments, STAGE_HEADER, ["R7", w.posting.employee.employee_number, "1", "修了", "R8.2.1"]
    ),
    "a posting corrected": lambda w: corrected(w.posting, title="主幹"),
    "an end moved out of a closed year": lambda w: corrected(
        make.posting(to=w.other, valid_to=LAST_OF_R7), valid_to=date(2026, 6, 1)
    ),
    "an end moved into a closed year": lambda w: corrected(
        make.posting(to=w.other, valid_to=date(2026, 6, 1)), valid_to=LAST_OF_R7
    ),
    "postings corrected by a table": admin_file,
    "a promoter corrected": lambda w: corrected(w.enrollment.promoter, route="self"),
    "an exemption added": lambda w: corrections.write(
        Exemption(department=w.other, fiscal_year=R7, reason="小規模"), before=None, by=None, at=NOW, reason=REASON
    ),
    "a succession removed": lambda w: corrections.remove(
        Succession.objects.create(predecessor=w.other, successor=w.place, on=IN_R7, kind="merged"),
        by=None,
        at=NOW,
        reason=REASON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_what_is_dated_in_a_closed_year_is_refused_with_the_reason(act, world):
    close()
    events = AuditEvent.objects.count()
    with pytest.raises(RuleBroken, match=r"締められています。訂正するには、締めを解除してください。"):
        ACTS[act](world)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("act", ACTS)
def test_when_the_year_is_opened_again_it_is_written(act, world):
    """So it was the closing that refused, and nothing else."""
    close()
    closing.reopen(R6, by=None, at=NOW, reason=REASON)
    ACTS[act](world)


TODAY = NOW.date()
AFTER = {
    "a transfer": lambda w: on_record(w, place(w), on=IN_R8),
    "leaving the service": lambda w: on_record(w, lambda record, on: record.leave(on=on), on=IN_R8),
    "a department renamed": lambda w: replaced(w, IN_R8),
    "a department ended": lambda w: departments.end([w.other], act=w.act(IN_R8)),
    "an end set": lambda w: corrected(w.posting, valid_to=IN_R8),
    "an end moved": lambda w: corrected(make.posting(to=w.other, valid_to=IN_R8), valid_to=TODAY),
    "a withdrawal": lambda w: corrected(w.enrollment.promoter, withdrawn_on=IN_R8, withdrawal_reason="異動"),
    "a name": lambda w: corrected(w.posting.employee, name="津軽　葉子"),
    "a short name": lambda w: corrected(w.place, short_name="旧"),
    "nothing at all": lambda w: corrected(w.posting),
    "the same file again": lambda w: loaded(
        roster, ROSTER, roster_row(w.posting.employee.employee_number, w.posting.employee.name, w.place)
    ),
    "next year's training": lambda w: (
        stages.enrollment(w.enrollment.promoter, stage=2, fiscal_year=R8)
        and progress.suspend(w.enrollment.promoter.enrollments.get(fiscal_year=R8).pk, by=w.dx, at=NOW, reason=REASON)
    ),
}


@pytest.mark.parametrize("act", AFTER)
def test_what_began_in_a_closed_year_may_end_in_an_open_one(act, world):
    close()
    AFTER[act](world)


def test_a_file_of_a_closed_year_cannot_be_undone(world):
    change_set = ChangeSet.objects.create(
        kind="transfers", file_name="異動.csv", as_of=IN_R7, uploaded_by_name="人事", uploaded_at=NOW
    )
    kept = journal.KeptJournal(lambda **page: ChangePage.objects.create(change_set=change_set, **page))
    records = ServiceRecords.load([world.posting.employee.employee_number])
    record = records.get(world.posting.employee.employee_number)
    place(world)(record, IN_R7)
    records.note(record, "transfer_changed", {})
    records.write(by=None, at=NOW, reason=REASON, journal=kept)
    kept.close()
    close()
    with pytest.raises(RuleBroken, match="令和7年度は締められています"):
        undone(world)
    assert Posting.objects.filter(employee=world.posting.employee).count() == 2

    closing.reopen(R7, by=None, at=NOW, reason=REASON)
    undone(world)
    assert Posting.objects.get(employee=world.posting.employee).valid_to is None


def test_no_act_dated_in_an_open_year_changes_a_day_of_a_closed_one(world):
    """Why the first day is enough: years are closed in order."""
    close()
    days = [make.LONG_AGO + timedelta(days=number) for number in range(0, 730, 7)]

    def picture():
        return [sorted(Posting.objects.on(day).values_list("employee", "department__name", "title")) for day in days]

    before = picture()
    on_record(world, place(world), on=IN_R8)
    departments.end([world.other], act=world.act(TODAY))
    replaced(world, TODAY)
    assert picture() == before
