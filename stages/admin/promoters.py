"""DX推進員 and their years in the admin. A state is corrected by an act of its own."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import path

from aomori_dx.kernel import clock, corrections
from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from aomori_dx.kernel.admin_forms import REASON, ReasonForm, WarekiDateField
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.table_admin import TableAdmin
from aomori_dx.kernel.wareki import format_date
from staff.admin.people import OneAtATimeForm, PersonSearch
from stages.admin.tables import PromoterResource, appoint
from stages.models import Promoter, StageEnrollment, StageStatus
from stages.rules import progression
from stages.services import corrections as state_corrections
from stages.services import curricula

TITLE = "状態を訂正する"


@admin.register(Promoter)
class PromoterAdmin(PersonSearch, TableAdmin):
    """A new row is an appointment: stage ① comes with it. The cohort never changes (rule 2)."""

    form = OneAtATimeForm
    resource_classes = [PromoterResource]
    places = ("department__name__icontains", "department__code")
    list_display = ["employee", "cohort", "route", "department", "appointed_on", "withdrawn_on"]
    list_filter = ["cohort", "route", ("withdrawn_on", GivenFilter)]
    list_select_related = ["employee", "department"]
    search_fields = ["employee__name", "employee__employee_number", "department__name"]
    search_help_text = "職員番号、氏名、カナ、推薦所属で探します。"
    autocomplete_fields = ["employee", "department"]
    date_hierarchy = "appointed_on"
    fields = ["employee", "cohort", "route", "department", "appointed_on", "withdrawn_on", "withdrawal_reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("employee", "department")

    def get_readonly_fields(self, request, obj=None):
        return ["cohort"] if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        at, reason = clock.now(), corrections.demand_reason(form.cleaned_data[REASON])
        corrections.keep_constraints(obj)
        appoint(obj, by=request.user, at=at, reason=reason)
        corrections.announce(Promoter, by=request.user, at=at)


class EnrollmentForm(OneAtATimeForm):
    """A year of training begins in progress, on its first day; later its state is not for this form."""

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None and self.cleaned_data.get("started_on"):
            self.instance.status_on = self.cleaned_data["started_on"]
        return cleaned

    def lock(self) -> None:
        promoter = self.cleaned_data.get("promoter")
        if promoter:
            state_corrections.hold_promoter(promoter.pk)

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and (reason := progression.year_is_not_before_appointment(self.instance, clock.now())):
            self.add_error("fiscal_year", reason)
        if not self.errors and {"stage", "fiscal_year"} & set(self.changed_data):
            self.instance.curriculum = self._curriculum()

    def _curriculum(self) -> Any:
        """A year in another stage is judged by another curriculum: the one in force when it began, else now."""
        year, today = self.instance, clock.today()
        line = (year.stage, year.track, year.fiscal_year)
        return curricula.current(*line, on=year.started_on) or curricula.current(*line, on=max(year.started_on, today))


class StateForm(ReasonForm):
    """To which state, since when, and why. `seen`: what the person saw when deciding."""

    to = forms.ChoiceField(label="新しい状態", choices=StageStatus.choices)
    on = WarekiDateField(
        label="その状態になった日",
        widget=AdminDateWidget,
        help_text="「R8.4.1」「2026/4/1」の形で入力してください。",
        error_messages={"required": "日付を入力してください。"},
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    field_order = ["to", "on", "correction_reason", "seen"]

    def ask_to_confirm(self) -> None:
        """The same answers, carried along unseen."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
        self.fields["confirmed"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.answer(confirmed="1")

    def answer(self, **answers: str) -> None:
        """Put answers in place of what was sent."""
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        for name, text in answers.items():
            sent[name] = text
        self.data = sent


@admin.register(StageEnrollment)
class StageEnrollmentAdmin(PersonSearch, CorrectionAdmin):
    form = EnrollmentForm
    person = "promoter__employee"
    places = ("stage__name__icontains",)
    list_display = ["promoter", "fiscal_year", "stage", "status", "status_on", "started_on"]
    list_filter = ["fiscal_year", "stage", "status"]
    list_select_related = ["promoter__employee", "stage"]
    search_fields = ["promoter__employee__name", "promoter__employee__employee_number", "stage__name"]
    search_help_text = "職員番号、氏名、カナ、ステージで探します。"
    autocomplete_fields = ["promoter"]
    date_hierarchy = "started_on"
    fields = ["promoter", "fiscal_year", "stage", "started_on", "status", "status_on"]
    readonly_fields = ["status", "status_on"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("promoter__employee", "stage")

    def get_fieldsets(self, request, obj=None):
        """A new year has no state to show yet."""
        sets = super().get_fieldsets(request, obj)
        if obj is None:
            hidden = set(self.readonly_fields)
            sets = [
                (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
                for title, options in sets
            ]
        return sets

    def object_links(self, request, obj: Any):
        if not self.has_change_permission(request, obj):
            return []
        return [(self.address("correct_status", obj), "状態を訂正する")]

    def get_urls(self):
        view = self.admin_site.admin_view(self.correct_status)
        return [path("<id>/status/", view, name="stages_stageenrollment_correct_status"), *super().get_urls()]

    def correct_status(self, request, id):
        """First the answers, then what follows from them, then the act."""
        enrollment = self.get_object(request, unquote(id))
        if not self.has_change_permission(request, enrollment):
            raise PermissionDenied
        if enrollment is None:
            raise Http404
        form = StateForm(request.POST or None, initial={"seen": _token(enrollment)})
        if request.method != "POST" or not self._answered(form, enrollment):
            return self._ask(request, enrollment, form)
        if request.POST.get("confirmed") != "1":
            return self._confirm(request, enrollment, form)
        return self._correct(request, enrollment, form)

    @staticmethod
    def _answered(form: StateForm, enrollment: StageEnrollment) -> bool:
        """Whether the answers are complete and possible; else the form says what is wrong."""
        if not form.is_valid():
            return False
        to, on = form.cleaned_data["to"], form.cleaned_data["on"]
        for reason in state_corrections.status_blockers(enrollment, to=to, on=on, at=clock.now()):
            form.add_error(None, reason)
        return form.is_valid()

    def _ask(self, request, enrollment: StageEnrollment, form: StateForm):
        return self.ask(
            request, enrollment, title=TITLE, button="内容を確かめる", follows=[], form=form, now=_words(enrollment)
        )

    def _confirm(self, request, enrollment: StageEnrollment, form: StateForm):
        to, on = form.cleaned_data["to"], form.cleaned_data["on"]
        line = f"{_words(enrollment)} → {StageStatus(to).label}({format_date(on)}から)"
        follows = state_corrections.what_follows(enrollment, to=to)
        form.ask_to_confirm()
        return self.ask(
            request, enrollment, title=TITLE, button="この状態に訂正する", follows=follows, form=form, now=line
        )

    def _correct(self, request, enrollment: StageEnrollment, form: StateForm):
        answers = form.cleaned_data
        try:
            state_corrections.correct_status(
                enrollment.pk, to=answers["to"], on=answers["on"], reason=answers[REASON], by=request.user,
                at=clock.now(), seen=_state(answers["seen"]),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            enrollment.refresh_from_db()
            form.answer(seen=_token(enrollment))
            return self._ask(request, enrollment, form)
        messages.success(request, "状態を訂正しました。")
        return HttpResponseRedirect(self.address("change", enrollment))


def _token(enrollment: StageEnrollment) -> str:
    status, on = state_corrections.state_of(enrollment)
    return f"{status}|{on.isoformat()}"


def _state(token: str) -> state_corrections.State:
    """What `_token` said; a made-up one is a state that nothing has."""
    status, _, on = token.partition("|")
    try:
        return status, date.fromisoformat(on)
    except ValueError:
        return "", date.min


def _words(enrollment: StageEnrollment) -> str:
    return f"いまの状態: {enrollment.get_status_display()}({format_date(enrollment.status_on)}から)"
