"""The house rules for tables: constraints speak, nothing that counts is deleted, every state can be shown."""

import re

import pytest
from django.apps import apps
from django.db import models

from aomori_dx.kernel.templatetags.ui import TONES

OURS = [
    model
    for label in ("kernel", "staff", "training", "stages", "reports")
    for model in apps.get_app_config(label).get_models()
]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")

MAY_CASCADE: set[str] = set()
"""`app.Model.field` whose row may go with the row it points to; by the rules nothing that counts does."""

UNNAMED_UNIQUE = {"staff.User.username"}
"""Django's own; all other uniqueness is a named constraint with a sentence."""

WITHOUT_A_NAME = {"kernel.CacheEntry"}
"""Django's cache writes it; no person sees it."""

# How the rows of a table may change (written by hand; a new table needs a line).
MOVED, SERVICES, REFERENCE, KERNEL = "by its workflow", "by services", "reference, by load and admin", "by the kernel"
CHANGES = {
    "kernel.AuditEvent": KERNEL,
    "kernel.CacheEntry": KERNEL,
    "kernel.FiscalYearClosing": KERNEL,
    "kernel.Heartbeat": KERNEL,
    "kernel.Job": KERNEL,
    "kernel.OutboxMessage": KERNEL,
    "staff.Absence": SERVICES,
    "staff.ChangeLine": SERVICES,
    "staff.ChangePage": SERVICES,
    "staff.ChangeSet": MOVED,
    "staff.ChangeSetFile": SERVICES,
    "staff.Department": SERVICES,
    "staff.Deputy": SERVICES,
    "staff.FormerNumber": SERVICES,
    "staff.Employee": SERVICES,
    "staff.Notice": SERVICES,
    "staff.NoticeLetter": SERVICES,
    "staff.NoticeReading": SERVICES,
    "staff.OfficeRoleGrant": SERVICES,
    "staff.Posting": SERVICES,
    "staff.ServiceGap": SERVICES,
    "staff.Succession": SERVICES,
    "staff.User": SERVICES,
    "stages.AnnualTarget": REFERENCE,
    "stages.CareerTrack": REFERENCE,
    "stages.ContinuationWish": SERVICES,
    "stages.Curriculum": SERVICES,
    "stages.CurriculumItem": SERVICES,
    "stages.DocumentText": SERVICES,
    "stages.ExaminationResult": SERVICES,
    "stages.Exemption": SERVICES,
    "stages.GrowthStage": REFERENCE,
    "stages.Nomination": MOVED,
    "stages.NominationCall": SERVICES,
    "stages.NominationDecline": SERVICES,
    "stages.PlanRevision": REFERENCE,
    "stages.PracticeAttachment": SERVICES,
    "stages.PracticeComment": SERVICES,
    "stages.PracticeReport": MOVED,
    "stages.ProgressRuling": SERVICES,
    "stages.Promoter": SERVICES,
    "stages.QuotaSnapshot": SERVICES,
    "stages.Rollover": MOVED,
    "stages.RolloverMove": SERVICES,
    "stages.StageEnrollment": MOVED,
    "stages.StageProgress": SERVICES,
    "stages.TrainingPlan": REFERENCE,
    "stages.WishCall": SERVICES,
    "training.Attendance": SERVICES,
    "training.CalendarFeed": SERVICES,
    "training.Certificate": SERVICES,
    "training.ChangeRequest": SERVICES,
    "training.CertificateText": SERVICES,
    "training.Completion": SERVICES,
    "training.Course": SERVICES,
    "training.CourseAlias": SERVICES,
    "training.CourseRun": MOVED,
    "training.DroppedMeeting": SERVICES,
    "training.Enrollment": MOVED,
    "training.FollowUp": SERVICES,
    "training.Interest": SERVICES,
    "training.Invitation": SERVICES,
    "training.Obligation": SERVICES,
    "training.Question": SERVICES,
    "training.Questionnaire": SERVICES,
    "training.PlatformAccount": SERVICES,
    "training.Requirement": SERVICES,
    "training.RunMessage": SERVICES,
    "training.RunSession": SERVICES,
    "training.SeatHold": SERVICES,
    "training.Survey": SERVICES,
    "training.SurveyAnswer": SERVICES,
    "training.SurveyInvitation": SERVICES,
    "training.SurveyResponse": SERVICES,
    "training.UnmatchedResult": MOVED,
}


def label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def unprotected(tables: list[type[models.Model]]) -> set[str]:
    return {
        f"{label(model)}.{field.name}"
        for model in tables
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }


def mute(tables: list[type[models.Model]]) -> set[str]:
    """Constraints without a Japanese sentence of their own."""
    return {
        constraint.name
        for model in tables
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
        or not re.search(r"[ぁ-ん].*。$", str(constraint.get_violation_error_message()))
    }


def mistakable(tables: list[type[models.Model]]) -> set[str]:
    """Tables with two unique constraints over the same columns: SQLite could not say which was broken."""
    found = set()
    for model in tables:
        columns = [frozenset(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
        if len(columns) != len(set(columns)):
            found.add(label(model))
    return found


def unnamed_unique(tables: list[type[models.Model]]) -> set[str]:
    return {
        f"{label(model)}.{field.name}"
        for model in tables
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }


def untold(tables: list[type[models.Model]]) -> set[str]:
    """Tables and columns a person may see whose name is not Japanese."""
    names = {label(model): model._meta.verbose_name for model in tables}
    names |= {
        f"{label(model)}.{field.name}": field.verbose_name
        for model in tables
        for field in model._meta.local_fields
        if field.editable and not field.primary_key and label(model) not in WITHOUT_A_NAME
    }
    return {name for name, text in names.items() if not JAPANESE.search(str(text))}


def states() -> list[tuple[str, str, str]]:
    return [
        (f"{label(model)}.{field.name}", str(value), str(text))
        for model in OURS
        for field in model._meta.local_fields
        if field.name in {"status", "state"} and field.choices
        for value, text in field.flatchoices
    ]


def test_nothing_that_counts_is_deleted_with_something_else():
    assert unprotected(OURS) == MAY_CASCADE


def test_every_constraint_speaks_japanese():
    assert mute(OURS) == set()


def test_a_broken_uniqueness_is_known_by_its_columns():
    assert mistakable(OURS) == set()


def test_uniqueness_has_a_name_and_a_sentence():
    assert unnamed_unique(OURS) == UNNAMED_UNIQUE


def test_what_a_person_sees_is_named_in_japanese():
    assert untold(OURS) == set()


def test_every_table_says_how_its_rows_change():
    assert {label(model) for model in OURS} == set(CHANGES)


def test_every_state_has_a_word_and_a_badge():
    assert [row for row in states() if row[1] not in TONES or not JAPANESE.search(row[2])] == []
    assert len(states()) >= 9


@pytest.mark.parametrize("check", [unprotected, mute, mistakable, unnamed_unique, untold])
def test_the_check_bites(check):
    """A table with every mistake, which no migration ever sees."""

    class Bad(models.Model):
        owner = models.ForeignKey("staff.Employee", on_delete=models.CASCADE)
        code = models.CharField(unique=True, max_length=1)

        class Meta:
            app_label = "architecture"
            apps = type(apps)()
            constraints = [
                models.UniqueConstraint(fields=["owner"], name="one"),
                models.UniqueConstraint(fields=["owner"], condition=models.Q(code=""), name="two"),
            ]

    assert check([Bad])
