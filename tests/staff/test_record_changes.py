"""Corrections are new facts (E21): the former value of a person's record stays to be seen, with who, when and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import audit
from aomori_dx.kernel.tables.importing import import_file
from staff import record_changes
from staff.imports import transfers
from staff.models import OfficeRole, Posting
from staff.services import change_set_jobs, change_sets, reorganisation
from tests.admin_pages import REASON, address, client_of, corrector, typed
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.staff.office_files import TRANSFERS, as_csv, transfer_row
from tests.staff.reorganising import do, renamed

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting():
    return make.posting(make.employee("津軽　花子"), to=make.department("税務課"))


def told(posting: Posting) -> list[tuple]:
    """What the person's record says was changed."""
    return [
        (change.what, change.act, [(line.label, line.before, line.after) for line in change.changes], change.reason)
        for change in record_changes.of_employee(posting.employee)
    ]


def load(*rows) -> None:
    content = as_csv(TRANSFERS, *rows)
    report = import_file(transfers.KIND, content, as_of=NOW.date(), by=None, at=NOW, source="異動.csv")
    assert report.errors == []


def test_a_posting_corrected_in_the_admin_keeps_its_former_value(posting):
    client = corrector()
    client.post(address(posting), typed(client.get(address(posting)), title="主査"))
    posting.refresh_from_db()
    assert posting.title == "主査"
    assert told(posting) == [("配属", "訂正", [("補職名", "主事", "主査")], REASON)]
    (change,) = record_changes.of_employee(posting.employee)
    assert (change.by, change.at) == ("管理 花子", NOW)


def test_a_transfer_corrected_by_loading_it_again_keeps_what_it_said_first(posting):
    wrong, right = make.department("誤記課"), make.department("会計課")
    load(transfer_row(posting.employee, "転任", "R8.10.1", wrong))
    load(transfer_row(posting.employee, "転任", "R8.10.1", right))
    assert Posting.objects.on(NOW.date()).get(employee=posting.employee).department == right
    changes = [lines for _, _, lines, _ in told(posting)]
    assert changes == [[("所属", "誤記課", "会計課")], [("所属", "税務課", "誤記課")]]


def test_the_same_file_again_changes_nothing(posting):
    row = transfer_row(posting.employee, "転任", "R8.10.1", make.department("会計課"))
    load(row)
    load(row)
    assert len(told(posting)) == 1


def test_days_and_truths_are_said_in_words(posting):
    """As imports keep them."""
    before, after = {"所属長": "False", "退職日": ""}, {"所属長": "True", "退職日": "2027-04-01"}
    audit.record(posting.employee, "transfer_changed", by=None, at=NOW, before=before, after=after)
    ((_, _, lines, _),) = told(posting)
    assert lines == [("所属長", "いいえ", "はい"), ("退職日", "(空欄)", "令和9年4月1日")]


def test_an_absence_added_and_a_promoter_corrected_are_part_of_it(posting):
    promoter = stages.promoter(posting.employee)
    client = corrector()
    client.post(address(promoter), typed(client.get(address(promoter)), route="self"))
    absence = make.absence(posting.employee)
    audit.record(absence, "added", by=None, at=NOW, after={"reason": "sick"}, reason=REASON)
    assert [(what, act) for what, act, _, _ in told(posting)] == [("休職等", "追加"), ("DX推進員", "訂正")]


def test_a_reorganisation_is_part_of_it(posting):
    hr = make.office(OfficeRole.HR)
    wanted = renamed(posting.department, "税制課")
    seen = reorganisation.preview(wanted, by=hr, at=NOW)
    reorganisation.carry_out(wanted, seen=seen.seen, by=hr, at=NOW)
    assert told(posting)[0][:3] == ("職員", "組織改正", [("所属", "税務課", "税制課")])


def test_what_was_taken_back_with_its_file_or_reorganisation_says_so(client, posting):
    hr = make.office(OfficeRole.HR)
    row = transfer_row(posting.employee, "転任", "R8.12.1", make.department("会計課"))
    given = {"content": as_csv(TRANSFERS, row), "as_of": None, "by": hr, "at": NOW}
    change_set = change_sets.upload("transfers", name="取り消す.csv", **given)
    for step in (change_set_jobs.check, change_set_jobs.apply):
        step(change_set.pk, by=hr, at=NOW)
    titles = {"before": {"title": "主事"}, "after": {"title": "主査"}}
    audit.record(posting, "corrected", by=None, at=NOW, **titles, reason=REASON)
    assert not any(change.undone for change in record_changes.of_employee(posting.employee))

    change_set_jobs.undo(change_set.pk, reason="取込の誤り", by=hr, at=NOW)
    renaming = do(renamed(posting.department, "税制課"), hr)
    change_set_jobs.undo(renaming.pk, reason="施行の延期", by=hr, at=NOW)
    undone = {change.act: change.undone for change in record_changes.of_employee(posting.employee)}
    assert undone == {"異動": True, "訂正": False, "組織改正": True}
    log_in(client, hr)
    page = client.get(f"/people/{posting.employee.employee_number}/changes/").content.decode()
    assert page.count("取消済み") == 2


def test_what_was_only_recorded_or_looked_at_is_no_change(posting):
    audit.record(posting.employee, "viewed", by=None, at=NOW, before={"x": 1}, after={"x": 2})
    audit.record(posting.employee, "appointed", by=None, at=NOW, after={"氏名": "津軽　花子"})
    audit.record(posting.employee, "roster_created", by=None, at=NOW, before={"氏名": ""}, after={"氏名": "津軽　花子"})
    assert told(posting) == []
    other = make.posting()
    audit.record(other, "corrected", by=None, at=NOW, before={"title": "a"}, after={"title": "b"})
    assert told(posting) == []


def test_hr_gets_there_from_the_person_and_nobody_else_does(client, posting):
    admin = corrector()
    admin.post(address(posting), typed(admin.get(address(posting)), title="主査"))
    person = f"/people/{posting.employee.employee_number}/"
    where = f"{person}changes/"
    log_in(client, make.office(OfficeRole.HR))
    assert f'href="{where}"' in client.get(person).content.decode()
    page = client.get(where).content.decode()
    for words in ("配属の訂正", "主事", "主査", REASON, "管理 花子"):
        assert words in page
    for role in (OfficeRole.DX, OfficeRole.INFO, OfficeRole.ADMIN):
        other = client_of(make.office(role))
        assert where not in other.get(person).content.decode()
        assert other.get(where).status_code == 403
    log_in(client, make.user(posting.employee))
    assert where not in client.get(person).content.decode()
    assert client.get(where).status_code == 403


def test_looking_at_it_is_recorded_and_nobody_is_no_page(client, posting):
    log_in(client, make.office(OfficeRole.HR, display_name="人事 花子"))
    client.get(f"/people/{posting.employee.employee_number}/changes/")
    event = audit.history_of(posting.employee).get()
    assert (event.action, event.by_name) == ("viewed", "人事 花子")
    assert client.get("/people/0000000/changes/").status_code == 404


def test_a_person_without_changes_is_said_to_have_none(client, posting):
    log_in(client, make.office(OfficeRole.HR))
    page = client.get(f"/people/{posting.employee.employee_number}/changes/").content.decode()
    assert "この職員の記録が訂正・変更されたことはありません。" in page


def test_it_asks_as_often_for_a_long_life_as_for_a_short_one(client, posting):
    log_in(client, make.office(OfficeRole.HR))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/people/{posting.employee.employee_number}/changes/")
        return len(asked)

    few = queries()
    for number in range(30):
        audit.record(posting, "corrected", by=None, at=NOW, before={"title": str(number)}, after={"title": "主事"})
    assert queries() == few <= 12
