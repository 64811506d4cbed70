"""推薦: the head chooses a person, changes the choice, or answers that there is nobody."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from staff.models import Department, Employee
from stages import choosing, desk, headed
from stages import permissions as may
from stages.desk import Desk
from stages.forms.nominate import DeclineForm, NominateForm
from stages.models import Nomination, NominationStatus, Route
from stages.services import declines, nominations, submissions
from stages.workflows.nomination import NOMINATION

for_heads = only(may.answer_calls, reason=headed.NOT_A_HEAD)


@dataclass(frozen=True)
class Visit:
    """One head at the desk of one department. `change`: the nomination that is to be changed."""

    request: HttpRequest
    at: datetime
    department: Department
    departments: list[Department]
    desk: Desk
    change: Nomination | None

    @property
    def on(self) -> date:
        return self.desk.on

    @cached_property
    def people(self) -> Any:
        return Employee.objects.posted_to([self.department.pk], self.on)

    @cached_property
    def last_year(self) -> Nomination | None:
        """What the department submitted the year before, for reference."""
        rows = Nomination.objects.visible_to(self.request.user, self.on).recommended()
        rows = rows.of_year(self.desk.fiscal_year.previous).of_place([self.department.pk])
        submitted = rows.filter(submitted_at__isnull=False).exclude(status=NominationStatus.WITHDRAWN)
        return submitted.select_related("nominee").order_by("-pk").first()

    @cached_property
    def refusals(self) -> list[str]:
        """Why nothing can be submitted here now, whoever is chosen: the sentences of the refusal."""
        if self.change is None:
            year, department = self.desk.fiscal_year, self.department
            bare = Nomination(fiscal_year=year, route=Route.RECOMMENDED, department=department)
            return desk.refusals(bare, self.at)
        if self.change.status == NominationStatus.RETURNED:
            return desk.refusals(self.change, self.at)
        return NOMINATION.blockers(self.change, "withdraw", by=self.request.user, at=self.at)

    @property
    def takes_a_form(self) -> bool:
        """A place is to be filled, or what fills it is to be changed; before the call a draft can be kept."""
        if self.change is not None:
            return not self.refusals
        return not self.desk.is_full and self.desk.decline is None and not self.is_over

    @property
    def is_over(self) -> bool:
        call = self.desk.call
        return call is not None and call.closes_on < self.on and bool(self.refusals)

    @property
    def home(self) -> str:
        return f"{reverse('stages:department')}?department={self.department.code}"


def _visit(request: HttpRequest) -> Visit:
    at = clock.now()
    on = clock.day_of(at)
    department, departments = headed.chosen(request.user, request.GET.get("department"), on=on)
    present = desk.of(department, user=request.user, at=at)
    return Visit(request, at, department, departments, present, _to_change(request, present))


def _to_change(request: HttpRequest, present: Desk) -> Nomination | None:
    """The live nomination that `?change=<id>` names; with one place the one that was sent back."""
    wanted = request.GET.get("change")
    if wanted:
        for row in present.live:
            if str(row.pk) == wanted:
                return row
    return present.returned[0] if present.returned and present.is_full else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_heads
def show(request: HttpRequest) -> HttpResponse:
    """`/department/nominate/`: whom to choose from, what was chosen, and the form."""
    visit = _visit(request)
    if request.method != "POST":
        return _page(visit, NominateForm(people=visit.people, initial=_initial(visit)))
    act = request.POST.get("act")
    form = NominateForm(request.POST, people=visit.people, as_draft=act == "draft")
    if act == "copy":
        return _page(visit, _with_last_reason(visit))
    if not form.is_valid():
        return _page(visit, form, status=422)
    try:
        done = _keep(visit, form) if act == "draft" else _submit(visit, form)
    except DomainError as refusal:
        for sentence in str(refusal).splitlines():
            form.add_error(None, sentence)
        return _page(_visit(request), form, status=409)
    messages.success(request, done)
    return redirect(visit.home)


def _keep(visit: Visit, form: NominateForm) -> str:
    person, reason = form.cleaned_data["nominee"], form.cleaned_data["reason"]
    year, by = visit.desk.fiscal_year, visit.request.user
    nominations.draft(visit.department, person, fiscal_year=year, reason=reason, by=by, at=visit.at)
    return f"{person.name}さんの推薦を下書きに保存しました。まだ提出していません。"


def _submit(visit: Visit, form: NominateForm) -> str:
    person = form.cleaned_data["nominee"]
    submissions.recommend(
        visit.department,
        person,
        fiscal_year=visit.desk.fiscal_year,
        reason=form.cleaned_data["reason"],
        instead_of=visit.change.pk if visit.change else None,
        by=visit.request.user,
        at=visit.at,
    )
    return f"{person.name}さんを{visit.desk.fiscal_year}のDX推進員に推薦しました。"


def _initial(visit: Visit) -> dict[str, Any]:
    row = visit.change or next(iter(visit.desk.drafts), None)
    if row is None:
        return {"nominee": visit.request.GET.get("employee", "")}
    return {"nominee": row.nominee_id, "reason": row.reason}


def _with_last_reason(visit: Visit) -> NominateForm:
    """What was typed so far, with the reason of the year before in its field."""
    reason = visit.last_year.reason if visit.last_year else visit.request.POST.get("reason", "")
    initial = {"nominee": visit.request.POST.get("nominee", ""), "reason": reason}
    return NominateForm(people=visit.people, initial=initial)


def _page(visit: Visit, form: NominateForm, *, status: int = 200) -> HttpResponse:
    choices = choosing.choices(visit.desk, user=visit.request.user, but=visit.change.pk if visit.change else None)
    context = {
        "visit": visit,
        "desk": visit.desk,
        "form": form,
        "shows_form": visit.takes_a_form or form.is_bound,
        "chosen": str(form["nominee"].value() or ""),
        "eligible": [row for row in choices if not row.reasons],
        "others": [row for row in choices if row.reasons],
        "rows": [(row, _why_no_change(visit, row)) for row in visit.desk.nominations if row.status != "draft"],
    }
    return render(visit.request, "stages/nominate.html", context, status=status)


def _why_no_change(visit: Visit, row: Nomination) -> list[str]:
    return NOMINATION.blockers(row, "withdraw", by=visit.request.user, at=visit.at)


@require_http_methods(["GET", "HEAD", "POST"])
@for_heads
def decline(request: HttpRequest) -> HttpResponse:
    """`/department/decline/`: 推薦なし with its reason, or taking it back."""
    visit = _visit(request)
    if request.method != "POST":
        return _decline_page(visit, DeclineForm())
    if request.POST.get("act") == "take_back":
        return _take_back(visit)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _decline_page(visit, form, status=422)
    year, given = visit.desk.fiscal_year, form.cleaned_data
    try:
        declines.decline(visit.department, fiscal_year=year, by=request.user, at=visit.at, **given)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _decline_page(_visit(request), form, status=409)
    messages.success(request, f"{visit.department.name}は、{year}は「推薦なし」と回答しました。")
    return redirect(visit.home)


def _take_back(visit: Visit) -> HttpResponse:
    """A second time there is nothing to take back: that is no mistake."""
    if visit.desk.decline is not None:
        try:
            declines.take_back(visit.desk.decline.pk, by=visit.request.user, at=visit.at)
        except DomainError as refusal:
            messages.error(visit.request, str(refusal))
            return _decline_page(visit, DeclineForm(), status=409)
    messages.success(visit.request, "「推薦なし」の回答を取り消しました。")
    return redirect(visit.home)


def _decline_page(visit: Visit, form: DeclineForm, *, status: int = 200) -> HttpResponse:
    refusals = declines.refusals(visit.department, visit.desk.fiscal_year, on=visit.on)
    context = {"visit": visit, "desk": visit.desk, "form": form, "refusals": refusals}
    return render(visit.request, "stages/decline.html", context, status=status)
