"""`/departments/<code>/reorganise/`: typed, looked at, done; what was typed stays, and every button works by itself."""

from datetime import date

import pytest
from django.test import Client

from staff.models import ChangeSet, ChangeSetState, Department, OfficeRole, Posting, Succession
from tests.architecture.people import log_in
from tests.factories import staff as make
from tests.staff.reorganising import NEXT_APRIL, REASON, found, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    client = Client()
    log_in(client, make.office(OfficeRole.HR, display_name="人事 花子"))
    return client


@pytest.fixture
def place():
    return make.department("税務課", parent=make.bureau("総務部"))


def address(place: Department, act: str) -> str:
    return f"/departments/{place.code}/reorganise/{act}/"


def text(response) -> str:
    return response.content.decode()


def send(client, place: Department, act: str, step: str = "check", **typed):
    """Press a button of the page. Two underscores in a name stand for its hyphen."""
    answers = {"on": "R9.4.1", "reason": REASON, "step": step}
    answers |= {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(address(place, act), answers)


def press_on(client, page, step: str, **typed):
    """Press a button of an answered page, with everything on it as it stands."""
    values = dict(page.wsgi_request.POST.items())
    values |= {f"place-{line['posting'].pk}": line["field"].value() or "" for line in page.context.get("lines", [])}
    if page.context.get("preview"):
        values["seen"] = page.context["preview"].seen
    values |= {"step": step, **{name.replace("__", "-"): value for name, value in typed.items()}}
    return client.post(page.wsgi_request.path, values)


def test_the_page_offers_what_can_be_done(hr, place):
    page = hr.get(f"/departments/{place.code}/reorganise/")
    for act in ("改称", "移管", "分割", "統合", "廃止", "新設"):
        assert act in text(page)


@pytest.mark.parametrize("role", [OfficeRole.DX, OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN])
def test_only_hr_reorganises(role, place):
    client = Client()
    log_in(client, make.office(role))
    for where in (f"/departments/{place.code}/reorganise/", address(place, "rename"), "/departments/open/"):
        assert client.get(where).status_code == 403
    assert send(client, place, "rename", to0__name="新課", to0__code="111111").status_code == 403
    assert not ChangeSet.objects.exists()


def test_a_new_name_is_looked_at_and_then_given(hr, place):
    make.head_of(place)
    page = send(hr, place, "rename", to0__name="税制課", to0__code=place.code)
    assert page.status_code == 200
    assert "「税務課」" in text(page)
    assert "「税制課」" in text(page)
    assert not Succession.objects.exists()

    done = press_on(hr, page, "apply")
    change_set = ChangeSet.objects.get()
    assert done.status_code == 302
    assert done.url == f"/imports/{change_set.pk}/"
    assert (change_set.state, change_set.file_name) == (ChangeSetState.APPLIED, "税務課の改称")
    assert found("税制課").valid_from == NEXT_APRIL
    shown = text(hr.get(done.url))
    assert "令和9年4月1日の0時から有効になります。" in shown
    assert "この組織改正をすべて取り消す" in shown
    assert "税務課の改称" in text(hr.get("/imports/"))


def test_what_is_wrong_is_said_and_what_was_typed_stays(hr, place):
    page = send(hr, place, "rename", on="R9.2.30", reason="", to0__name="税制課", to0__code="十")
    assert page.status_code == 422
    for words in (
        "施行日:",
        "理由: 理由を入力してください。",
        "所属コード(6桁): 6桁の数字で入力してください。",
        "税制課",
    ):
        assert words in text(page)


def test_what_stands_against_it_is_said_in_a_sentence(hr, place):
    make.department("税制課", parent=place.parent)
    page = send(hr, place, "rename", to0__name="税制課", to0__code=place.code)
    assert page.status_code == 409
    assert "「総務部」には、「税制課」がすでにあります。" in text(page)
    assert "この内容で実施する" not in text(page)


def test_a_division_asks_where_everybody_goes(hr, place):
    head = make.head_of(place)
    people = [make.posting(to=place).employee for _ in range(4)]
    other = make.department("受け皿課", parent=place.parent)
    typed = {
        "count": "2",
        "to0__name": "税制課",
        "to0__code": "222222",
        "to0__kind": "section",
        "to0__bureau": str(place.parent_id),
        "to1__existing": str(other.pk),
    }
    page = send(hr, place, "split", **typed)
    assert page.status_code == 200
    assert "5人の行き先を選んでください" in text(page)
    assert "この内容で実施する" not in text(page)

    marked = [str(line["posting"].pk) for line in page.context["lines"][1:3]]
    page = press_on(hr, page, "assign-marked", marked=marked, bulk_to="1")
    assert "3人の行き先を選んでください" in text(page)
    page = press_on(hr, page, "assign-rest", bulk_to="0")
    assert page.context["preview"].is_complete
    assert page.context["sums"] == [("税制課", 3), ("受け皿課", 2), ("未定・兼務の終了", 0)]

    done = press_on(hr, page, "apply")
    assert done.status_code == 302
    where = {employee: Posting.objects.primary().on(NEXT_APRIL).get(employee=employee) for employee in (head, *people)}
    assert {row.department.name for row in where.values()} == {"税制課", "受け皿課"}
    assert where[head].department.name == "税制課"
    assert sorted(Succession.objects.values_list("successor__name", "rank")) == [("受け皿課", 2), ("税制課", 1)]


def test_a_button_for_many_without_a_place_changes_nothing(hr, place):
    (posting,) = [make.posting(to=place)]
    page = send(hr, place, "abolish", count="1", to0__existing=str(make.department("受け皿課").pk))
    page = press_on(hr, page, "check", **{f"place__{posting.pk}": "0"})
    page = press_on(hr, page, "assign-marked", marked=[str(posting.pk)], bulk_to="")
    assert page.context["sums"][0] == ("受け皿課", 1)


def test_more_blocks_come_on_demand_and_keep_what_was_typed(hr, place):
    page = send(hr, place, "split", "more", count="2", to0__name="税制課", to0__nominates="on")
    assert page.context["sheet"].count == 3
    assert "税制課" in text(page)
    assert "R9.4.1" in text(page)
    assert "入力内容を確認してください" not in text(page)
    page = send(hr, place, "split", "more", count="99")
    assert page.context["sheet"].count == 12


def test_a_spare_block_is_not_judged(hr, place):
    typed = {"count": "4", "to0__name": "甲課", "to0__code": "111111", "to1__name": "乙課", "to1__code": "222222"}
    typed |= {f"to{number}__{name}": value for number in (0, 1) for name, value in
              (("kind", "section"), ("bureau", str(place.parent_id)))}  # fmt: skip
    page = send(hr, place, "split", **typed)
    assert page.status_code == 200
    assert page.context["preview"].is_complete


def test_who_is_head_is_chosen(hr, place):
    other = make.department("会計課", parent=place.parent)
    ours, theirs = make.head_of(place), make.head_of(other)
    page = send(hr, place, "merge", others="2", to0__existing=str(other.pk))
    assert "所属長が2人以上になります" in text(page)
    assert "この内容で実施する" not in text(page)
    chosen = Posting.objects.get(employee=ours)
    page = press_on(hr, page, "check", head__0=str(chosen.pk))
    done = press_on(hr, page, "apply", head__0=str(chosen.pk))
    assert done.status_code == 302
    heads = Posting.objects.heads().on(NEXT_APRIL).filter(department=other)
    assert [row.employee for row in heads] == [ours]
    assert Posting.objects.on(NEXT_APRIL).get(employee=theirs).department == other


def test_the_second_press_gets_the_first_ones_answer(hr, place):
    page = send(hr, place, "rename", to0__name="税制課", to0__code=place.code)
    first = press_on(hr, page, "apply")
    second = press_on(hr, page, "apply")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert ChangeSet.objects.count() == 1


def test_what_changed_meanwhile_is_shown_before_anything_is_done(hr, place):
    page = send(hr, place, "rename", to0__name="税制課", to0__code=place.code)
    make.posting(make.employee("弘前　三郎"), to=place)
    answer = press_on(hr, page, "apply")
    assert answer.status_code == 409
    assert "確認した後に、内容か記録が変わりました。" in text(answer)
    assert "弘前" in text(answer)
    assert not ChangeSet.objects.exists()
    assert press_on(hr, answer, "apply").status_code == 302


def test_a_department_is_opened(hr, place):
    typed = {"on": "R9.4.1", "reason": REASON, "to0-kind": "section", "to0-name": "ＤＸ推進課", "to0-code": "12345"}
    typed |= {"to0-bureau": str(place.parent_id), "to0-nominates": "on"}
    page = hr.post("/departments/open/", typed)
    assert page.status_code == 200
    hr.post("/departments/open/", {**typed, "step": "apply", "seen": page.context["preview"].seen})
    row = found("ＤＸ推進課")
    assert (row.code, row.parent, row.nominates, row.valid_from) == ("012345", place.parent, True, NEXT_APRIL)


def test_a_bureau_is_opened(hr):
    typed = {"on": "R9.4.1", "reason": REASON, "to0-kind": "bureau", "to0-name": "こども家庭部"}
    page = hr.post("/departments/open/", {**typed, "to0-code": "111111"})
    assert "部局には、所属コードも上の部局もありません。" in text(page)
    page = hr.post("/departments/open/", typed)
    hr.post("/departments/open/", {**typed, "step": "apply", "seen": page.context["preview"].seen})
    assert found("こども家庭部").kind == "bureau"


def test_a_department_that_is_not_there_has_no_page(hr, place):
    assert hr.get("/departments/000000/reorganise/").status_code == 404
    assert hr.get(address(place, "open")).status_code == 404
    assert hr.get(address(place, "nothing")).status_code == 404


def test_one_that_has_yet_to_begin_can_be_looked_up(hr, place):
    later = make.department("予定課", parent=place.parent, valid_from=date(2027, 4, 1))
    assert "予定課" in text(hr.get(f"/departments/{later.code}/reorganise/"))
    assert "予定課" in text(hr.get(f"/departments/{later.code}/reorganise/?on=2027-05-01"))


def test_the_change_set_of_an_act_is_no_file(hr, place):
    press_on(hr, send(hr, place, "rename", to0__name="税制課", to0__code=place.code), "apply")
    change_set = ChangeSet.objects.get()
    page = hr.get(f"/imports/{change_set.pk}/")
    assert "読んだ行" not in text(page)
    assert "ファイルの読み方" not in text(page)
    assert hr.get(f"/imports/{change_set.pk}/marked/").status_code == 404
    assert "組織改正" not in [label for _, label in hr.get("/imports/").context["form"].fields["kind"].choices]
    answer = hr.post("/imports/", {"kind": "reorganisation", "as_of": "R9.4.1"})
    assert answer.status_code == 422


def test_several_hundred_people_fit_on_one_page(hr, place):
    for _ in range(520):
        make.posting(to=place)
    typed = {"count": "1", "to0__existing": str(make.department("受け皿課").pk)}
    page = send(hr, place, "abolish", **typed)
    everybody = [str(line["posting"].pk) for line in page.context["lines"]]
    page = press_on(hr, page, "assign-marked", marked=everybody, bulk_to="0")
    assert page.context["sums"][0] == ("受け皿課", 520)
    assert press_on(hr, page, "apply").status_code == 302
    assert len(picture(NEXT_APRIL)) == 520
