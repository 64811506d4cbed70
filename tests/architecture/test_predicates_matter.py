"""Taking away any single check of who may is noticed: opened to everybody, a page answers otherwise."""

import inspect
from collections.abc import Callable

import pytest

from reports import permissions as may_reports
from staff import permissions as may_staff
from stages import permissions as may_stages
from tests.admin_pages import one_of_each
from tests.architecture.deciding import OURS, admin_doors, doors, one_of_each_kind, wrong_answers
from tests.architecture.people import House, settle
from training import permissions as may_training

pytestmark = pytest.mark.django_db

ROOMS = (may_staff, may_training, may_stages, may_reports)

DOORS = {
    "reports.see_dashboard": ("employee", "reports:dashboard"),
    "reports.see_jobs": ("employee", "reports:job"),
    "staff.cancel_letters": ("hr", "staff:letter"),
    "staff.change_numbers": ("dx", "staff:number"),
    "staff.correct_records": ("info", "records add"),
    "staff.export_people": ("employee", "staff:people-download"),
    "staff.import_people": ("info", "staff:imports"),
    "staff.open_admin": ("employee", "index"),
    "staff.reorganise": ("dx", "staff:reorganise"),
    "staff.run_the_system": ("employee", "ui"),
    "staff.see_corrections": ("dx", "staff:record-changes"),
    "staff.see_department_whole": ("employee", "staff:deputies"),
    "staff.see_deputies": ("employee", "staff:deputies"),
    "staff.see_directory": ("retired", "staff:people"),
    "staff.see_imports": ("employee", "staff:imports"),
    "staff.see_letters": ("employee", "staff:letters"),
    "staff.see_people": ("employee", "staff:people-download"),
    "staff.set_deputy": ("info", "staff:deputy-end"),
    "stages.answer_calls": ("employee", "stages:department"),
    "stages.answer_in_person": ("dx", "stages:department-answer"),
    "stages.apply_oneself": ("retired", "stages:self-nomination"),
    "stages.close_years": ("hr", "stages:year-close"),
    "stages.compute_quotas": ("employee", "reports:compute"),
    "stages.edit_curricula": ("hr", "stages:curriculum-edit"),
    "stages.import_promoters": ("info", "staff:imports"),
    "stages.judge_year": ("hr", "stages:judgement-confirm"),
    "stages.judge_progress": ("hr", "stages:promoter-rule"),
    "stages.nominate": ("dx", "stages:department-withdraw"),
    "stages.own_practice": ("retired", "stages:my-practices"),
    "stages.run_practice": ("hr", "stages:practices-remind"),
    "stages.see_library": ("retired", "stages:library"),
    "stages.take_library": ("employee", "stages:library-download"),
    "stages.read_calls": ("employee", "stages:call-attachment"),
    "stages.edit_documents": ("hr", "stages:document-text"),
    "stages.print_all_documents": ("info", "stages:document"),
    "stages.roll_over": ("hr", "stages:rollover-start"),
    "stages.see_rollover": ("employee", "stages:rollover"),
    "stages.run_nominations": ("hr", "stages:confirm"),
    "stages.see_curricula": ("retired", "stages:curricula"),
    "stages.see_nominations": ("employee", "stages:nominations"),
    "stages.see_promoters": ("employee", "stages:promoters"),
    "stages.see_years": ("employee", "stages:years"),
    "training.answer_follow_ups": ("employee", "training:follow-ups"),
    "training.book": ("retired", "training:my-surveys"),
    "training.edit_questionnaires": ("info", "training:questions"),
    "training.have_certificate": ("head", "training:certificate-issue"),
    "training.issue_certificates": ("info", "training:certificate-text"),
    "training.see_certificates": ("retired", "training:certificates"),
    "training.edit_runs": ("info", "training:course-new"),
    "training.see_catalogue": ("retired", "training:courses"),
    "training.see_survey_results": ("employee", "training:survey-results"),
    "training.see_completions": ("employee", "training:completions"),
    "training.edit_requirements": ("info", "training:requirement-new"),
    "training.see_own_unfinished": ("hr", "training:department-training"),
    "training.see_requirements": ("employee", "training:requirements"),
    "training.see_runs": ("employee", "training:runs"),
}
"""Predicate → who would get through which door without it. A new predicate needs a line here or below."""

NO_DOOR = {
    "reports.see_unplaced": "whether the home page speaks of unplaced people",
    "staff.horizon": "how far ahead a record is shown; it answers with a day",
    "staff.import_change_set": "the moves of a file",
    "staff.name_anybody": "whom the form of a deputy offers",
    "staff.see_leave_reason": "whether a record says why somebody is away",
    "staff.see_own_people": "whether the list of people offers the own department",
    "staff.see_plans": "whether days to come are shown",
    "staff.see_vacancies": "whether the organisation can be narrowed to departments without a head",
    "staff.why_not_on": "which days may be asked about; it answers with a sentence",
    "stages.answer": "the moves of a nomination after the decision",
    "stages.approve_practice": "the moves of a practice report",
    "stages.run_practice_report": "the moves of a practice report",
    "stages.write_practice": "the moves of a practice report",
    "stages.answer_the_call": "a department's nominations and its 推薦なし",
    "stages.end_with_promoter": "the moves of a promoter's year",
    "stages.endorse": "the moves of a nomination",
    "stages.let_lapse": "the moves of a nomination after the decision",
    "stages.publish_curriculum": "the move of a version",
    "stages.see_curriculum_drafts": "whether a curriculum shows the versions that are being written",
    "stages.end_the_turn": "the end of a turn of the year, which the system makes",
    "stages.turn_this_year": "the moves of a turn of the year",
    "stages.select": "the moves of a nomination",
    "stages.judge_progress": "the moves of a promoter's year",
    "training.answer_follow_up": "about whom a head may answer",
    "training.answer_survey": "whose sheet it is",
    "training.book": "whether the catalogue offers a seat",
    "training.change_own": "the moves of a booking",
    "training.give_seat": "the moves of a booking",
    "training.run_bookings": "the moves of a booking",
    "training.say_what_came": "the moves of a booking",
    "training.run_the_run": "the moves of a run",
    "training.settle_result": "the moves of a result that waits for its person",
}
"""Predicates that open no page of their own → what they decide; tested where that is."""


def predicates() -> dict[str, Callable]:
    return {
        f"{room.__name__.partition('.')[0]}.{name}": function
        for room in ROOMS
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__ and not name.startswith("_")
    }


def always(*people, **more) -> bool:
    return True


def first_wrong_answer(house: House, who: str, kind: str) -> str | None:
    every = [*doors(house, OURS), *one_of_each_kind(admin_doors())]
    return next(wrong_answers(house, who, [door for door in every if door.kind == kind]), None)


@pytest.fixture
def house() -> House:
    one_of_each()
    return settle(plan=False)


def test_every_predicate_has_its_line():
    assert set(predicates()) == DOORS.keys() | NO_DOOR.keys()


@pytest.mark.parametrize("name", DOORS)
def test_an_opened_door_is_noticed(house, name, monkeypatch):
    assert first_wrong_answer(house, *DOORS[name]) is None
    monkeypatch.setattr(predicates()[name], "__code__", always.__code__)
    assert first_wrong_answer(house, *DOORS[name])
