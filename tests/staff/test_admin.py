"""Correcting people in the admin: the reason, the record of exactly what changed, what is refused, who was quicker."""

from datetime import date

import pytest
from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from aomori_dx.kernel import audit, corrections
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Department, Deputy, Employee, OfficeRole, Posting, Succession, User
from tests.admin_pages import REASON, address, client_of, corrector, list_address, typed
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return corrector()


def errors_of(response) -> str:
    form = response.context["adminform"].form
    return " ".join(message for messages in form.errors.values() for message in messages)


def correct(client, obj, **changes):
    return client.post(address(obj), typed(client.get(address(obj)), **changes))


def test_a_correction_leaves_exactly_what_changed_by_whom_and_why():
    account = make.office(OfficeRole.ADMIN, display_name="管理 花子")
    person = make.employee("青森　太郎", email="old@pref.example.jp")
    response = correct(client_of(account), person, name="青森　髙志", left_on="R9.4.1")
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.left_on) == ("青森　髙志", date(2027, 4, 1))
    event = audit.history_of(person).get()
    assert event.action == "corrected"
    assert event.before == {"name": "青森　太郎", "left_on": None}
    assert event.after == {"name": "青森　髙志", "left_on": "2027-04-01"}
    assert (event.by_id, event.by_name, event.reason, event.at) == (account.pk, "管理 花子", REASON, now())


def test_a_corrected_name_is_found_by_any_way_of_writing(client):
    person = make.employee("青森　太郎")
    correct(client, person, name="髙﨑　太郎")
    assert list(Employee.objects.search("高崎太郎")) == [person]
    page = client.get(f"{list_address(Employee)}?q=高崎 太郎")
    assert [row.pk for row in page.context["cl"].result_list] == [person.pk]


@pytest.mark.parametrize("reason", ["", "   ", "誤記", "　　　　　　"])
def test_without_a_reason_nothing_is_corrected(client, reason):
    person = make.employee("青森　太郎")
    response = correct(client, person, name="青森　次郎", correction_reason=reason)
    assert response.status_code == 200
    assert "訂正の理由" in errors_of(response)
    person.refresh_from_db()
    assert person.name == "青森　太郎"
    assert not AuditEvent.objects.exists()


def test_the_service_demands_a_reason_too():
    person = make.employee()
    with pytest.raises(RuleBroken, match="訂正の理由"):
        corrections.write(person, before=corrections.values_of(person), by=None, at=now(), reason="  ")


def test_saving_without_a_change_leaves_no_event(client):
    person = make.employee()
    assert correct(client, person).status_code == 302
    assert not AuditEvent.objects.exists()


def test_an_added_row_is_recorded_whole_and_needs_a_reason(client):
    fields = {"employee_number": "0000777", "name": "八戸　桜", "employment_type": "regular", "hired_on": "2026/4/1"}
    where = list_address(Employee, "add")
    assert client.post(where, fields).status_code == 200
    assert client.post(where, {**fields, "correction_reason": REASON}).status_code == 302
    person = Employee.objects.get()
    event = audit.history_of(person).get()
    assert (event.action, event.before, event.reason) == ("added", None, REASON)
    assert event.after["employee_number"] == "0000777"
    assert event.after["hired_on"] == "2026-04-01"
    assert "name_key" not in event.after


def test_a_reference_is_recorded_by_its_name_of_that_day_and_its_id(client):
    posting = make.posting()
    old, new = posting.department, make.department("新しい課")
    correct(client, posting, department=new.pk)
    event = audit.history_of(posting).get()
    assert event.before == {"department": f"{old.name}(ID {old.pk})"}
    assert event.after == {"department": f"新しい課(ID {new.pk})"}


def test_a_broken_constraint_comes_back_in_the_offices_words(client):
    first = make.posting(valid_to=date(2026, 4, 1))
    second = make.posting(first.employee, valid_from=date(2026, 4, 1))
    response = correct(client, second, valid_from="R7.4.1")
    assert "主たる配属の期間が重なっています。" in errors_of(response)
    response = correct(client, second, valid_to="2026-03-01")
    assert "終了日は開始日より後にしてください。" in errors_of(response)
    second.refresh_from_db()
    assert second.valid_from == date(2026, 4, 1)
    assert not AuditEvent.objects.exists()


def test_a_day_that_does_not_exist_is_told_as_such(client):
    response = correct(client, make.employee(), hired_on="R7.2.30")
    assert "2月30日" in errors_of(response)


def test_what_only_the_database_could_refuse_comes_back_on_the_form(client, monkeypatch):
    """Somebody took the number between the check of the form and the write."""
    person = make.employee(employee_number="0000001")
    make.employee(employee_number="0000002")
    answers = typed(client.get(address(person)), employee_number="0000002", name="打った　名前")
    monkeypatch.setattr(Employee, "validate_constraints", lambda self, exclude=None: None)
    response = client.post(address(person), answers)
    assert response.status_code == 200
    assert "この職員番号はすでに登録されています。" in errors_of(response)
    assert response.context["adminform"].form["name"].value() == "打った　名前"
    assert not AuditEvent.objects.exists()


def test_overlapping_postings_are_refused_by_the_service_on_every_database():
    first = make.posting()
    twin = Posting(employee=first.employee, department=make.department(), valid_from=date(2026, 4, 1), title="主事")
    twin.is_primary = True
    with pytest.raises(RuleBroken):
        corrections.write(twin, before=None, by=None, at=now(), reason=REASON)
    assert Posting.objects.count() == 1


def test_who_was_slower_is_told_what_changed_and_loses_no_typing(client):
    person = make.employee("青森　太郎", email="old@pref.example.jp")
    mine = typed(client.get(address(person)), former_name="弘前")
    colleague = make.office(OfficeRole.ADMIN, display_name="同僚 三郎")
    correct(client_of(colleague), person, name="青森　次郎", left_on="R9.4.1")

    response = client.post(address(person), mine)
    told = errors_of(response)
    assert "氏名: 青森　太郎 → 青森　次郎" in told
    assert "退職日: (空欄) → R9.4.1" in told
    assert "同僚 三郎" in told
    form = response.context["adminform"].form
    assert form["former_name"].value() == "弘前"
    assert form["name"].value() == "青森　次郎"
    assert audit.history_of(person).count() == 1

    assert client.post(address(person), typed(response)).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.former_name, person.left_on) == ("青森　次郎", "弘前", date(2027, 4, 1))
    assert audit.history_of(person).first().after == {"former_name": "弘前"}


def test_what_both_changed_stays_as_it_was_typed(client):
    person = make.employee("青森　太郎")
    mine = typed(client.get(address(person)), name="青森　三郎")
    correct(corrector(), person, name="青森　次郎")
    response = client.post(address(person), mine)
    assert response.context["adminform"].form["name"].value() == "青森　三郎"
    person.refresh_from_db()
    assert person.name == "青森　次郎"


def test_boxes_and_references_of_the_other_are_kept_as_well(client):
    posting, place = make.posting(is_head=True), make.department("移った先の課")
    mine = typed(client.get(address(posting)), title="主査")
    correct(corrector(), posting, is_head="", is_manager="on", department=place.pk)
    posting.refresh_from_db()
    assert (posting.is_head, posting.is_manager, posting.department) == (False, True, place)
    response = client.post(address(posting), mine)
    assert "移った先の課" in errors_of(response)
    assert client.post(address(posting), typed(response)).status_code == 302
    posting.refresh_from_db()
    assert (posting.is_head, posting.is_manager, posting.title) == (False, True, "主査")
    assert posting.department == place


@pytest.mark.parametrize("token", ["", "x", signing.dumps({"name": "x"}, salt="another")])
def test_a_page_that_does_not_say_what_it_showed_is_not_trusted(client, token):
    person = make.employee("青森　太郎")
    response = correct(client, person, name="青森　次郎", loaded=token)
    assert "画面の情報が古くなっています" in errors_of(response)
    person.refresh_from_db()
    assert person.name == "青森　太郎"
    assert client.post(address(person), typed(response)).status_code == 302


def test_people_are_never_deleted_but_a_wrong_succession_may_go(client):
    old, new = make.department(), make.department()
    pair = Succession.objects.create(predecessor=old, successor=new, on=date(2026, 4, 1), kind="renamed")
    for row in (old, make.posting(), make.employee()):
        assert client.post(address(row, "delete"), {"correction_reason": REASON}).status_code == 403
    assert client.post(address(pair, "delete"), {"correction_reason": "短い"}).status_code == 200
    assert Succession.objects.exists()
    assert client.post(address(pair, "delete"), {"correction_reason": REASON}).status_code == 302
    assert not Succession.objects.exists()
    event = AuditEvent.objects.get(action="removed")
    assert event.object_pk == str(pair.pk)
    assert event.before["kind"] == "renamed"
    assert event.reason == REASON


def test_a_deputys_dates_are_corrected_and_may_not_overlap(client):
    place = make.department()
    deputies = [
        Deputy.objects.create(
            department=place, employee=make.employee(), reason="出張", valid_from=first, valid_to=last
        )
        for first, last in ((date(2026, 11, 1), date(2026, 11, 10)), (date(2026, 11, 10), date(2026, 11, 20)))
    ]
    response = correct(client, deputies[1], valid_from="R8.11.5")
    assert "期間の重なる代理者がすでにいます。" in errors_of(response)
    assert correct(client, deputies[1], valid_from="R8.11.12").status_code == 302
    assert audit.history_of(deputies[1]).get().after == {"valid_from": "2026-11-12"}


def test_the_pages_ask_for_the_right_themselves(rf):
    """Whoever comes past the door of the admin is asked again."""
    request = rf.get("/")
    request.user = make.office(OfficeRole.HR)
    site = admin.site
    tables, accounts = site.get_model_admin(Employee), site.get_model_admin(User)
    for view in (tables.export_action, tables.import_action):
        with pytest.raises(PermissionDenied):
            view(request)
    with pytest.raises(PermissionDenied):
        accounts.reset_second_factor(request, str(make.user().pk))


def test_there_is_no_way_to_delete_many_at_once(client):
    person = make.employee()
    client.post(list_address(Employee), {"action": "delete_selected", "_selected_action": person.pk, "post": "yes"})
    assert Employee.objects.exists()


def test_a_bureau_is_chosen_among_bureaus(client):
    section = make.department()
    response = correct(client, section, parent=make.department().pk)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["parent"]


def test_departments_are_filtered_by_bureau(client):
    ours, gone = make.bureau("総務部"), make.bureau("旧・企画部", valid_to=date(2025, 4, 1))
    mine = make.department(parent=ours)
    make.department(parent=gone)
    page = client.get(f"{list_address(Department)}?bureau={ours.pk}")
    assert [row.pk for row in page.context["cl"].result_list] == [mine.pk]
    assert "旧・企画部(廃止)" in page.content.decode()
    assert client.get(f"{list_address(Department)}?bureau=x").context["cl"].result_count == 4


def test_places_and_people_find_a_posting(client):
    posting = make.posting(make.employee("髙﨑　太郎"), to=make.department("広報広聴課"))
    make.posting()
    for word in ("高崎", "広聴", posting.department.code, posting.employee.employee_number):
        page = client.get(f"{list_address(Posting)}?q={word}")
        assert [row.pk for row in page.context["cl"].result_list] == [posting.pk], word
    where = reverse("admin:autocomplete")
    query = {"app_label": "staff", "model_name": "posting", "field_name": "employee", "term": "高崎 太郎"}
    assert [row["id"] for row in client.get(where, query).json()["results"]] == [str(posting.employee_id)]
