"""組織改正: what a department can become, what would follow from it, and doing it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.wareki import format_date
from aomori_dx.kernel.web import only
from staff import marks
from staff import permissions as may
from staff.drafts import BY_CHOICE, UNDECIDED, ActKind, Draft
from staff.models import ChangeSet, Department, Posting
from staff.reorganisation_forms import HeadsForm, PlacesForm, place_name
from staff.reorganisation_sheet import Sheet
from staff.services import reorganisation
from staff.services.reorganisation import Preview

for_hr = only(may.reorganise, reason=reorganisation.NOT_YOURS)
WORDS = {
    ActKind.RENAME: "名称か所属コード、または両方を変えます。職員は全員、新しい名称の所属に移ります。",
    ActKind.MOVE: "別の部局に移します。名称や所属コードをあわせて変えることもできます。職員は全員いっしょに移ります。",
    ActKind.SPLIT: "2つ以上の所属に分けます。職員がどの所属に移るかを、1人ずつ、またはまとめて選びます。",
    ActKind.MERGE: "今ある所属、または新しい所属に統合します。職員は全員、統合先に移ります。",
    ActKind.ABOLISH: "引き継ぐ所属なしに廃止します。職員が残っているときは、全員の行き先を決めます。",
}
WORDS_OF_A_BUREAU = {
    ActKind.RENAME: "名称を変えます。この部局のすべての所属と職員は、そのまま新しい名称の部局に移ります。",
    ActKind.ABOLISH: "廃止します。所属が1つも残っていないときにできます。先に、所属の移管・統合・廃止をします。",
}


@require_safe
@for_hr
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """`/departments/<code>/reorganise/`: what can be done to the department."""
    return _choose(request, _department(request, code), WORDS)


@require_safe
@for_hr
def choose_for_bureau(request: HttpRequest, pk: int) -> HttpResponse:
    """`/departments/bureaus/<pk>/reorganise/`: what can be done to the 部局. It has no code, its name may change."""
    return _choose(request, _bureau(pk), WORDS_OF_A_BUREAU)


def _choose(request: HttpRequest, department: Department, words: dict[ActKind, str]) -> HttpResponse:
    on = _asked(request)
    query = f"?on={on}" if on else ""
    acts = [(act, _address(department, act) + query, said) for act, said in words.items()]
    return render(request, "staff/reorganise.html", {"department": department, "acts": acts})


def _address(department: Department, act: ActKind) -> str:
    """The page of an act."""
    if department.is_bureau:
        return reverse("staff:reorganisation-bureau", args=[department.pk, act.value])
    return reverse("staff:reorganisation", args=[department.code, act.value])


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def show(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """`/departments/<code>/reorganise/<act>/`"""
    if act not in WORDS:
        raise Http404
    return _answer(request, ActKind(act), _department(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def show_bureau(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """`/departments/bureaus/<pk>/reorganise/<act>/`"""
    if act not in WORDS_OF_A_BUREAU:
        raise Http404
    return _answer(request, ActKind(act), _bureau(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def open_one(request: HttpRequest) -> HttpResponse:
    """`/departments/open/`: a department that comes of none."""
    return _answer(request, ActKind.OPEN, None)


def _department(request: HttpRequest, code: str) -> Department:
    """The department that has the code on the day asked about (today), or that is to have it next."""
    rows = Department.objects.filter(code=code).select_related("parent")
    day = _asked(request) or clock.today()
    found = rows.on(day).first() or rows.filter(valid_from__gt=day).order_by("valid_from").first()
    if found is None:
        raise Http404
    return found


def _bureau(pk: int) -> Department:
    return get_object_or_404(Department.objects.bureaus(), pk=pk)


def _asked(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


@dataclass
class Page:
    """One answer to the page: its sheet, what came of it, and with which status it is sent."""

    sheet: Sheet
    typed: QueryDict
    preview: Preview | None = None
    draft: Draft | None = None
    status: int = 200


def _answer(request: HttpRequest, act: ActKind, department: Department | None) -> HttpResponse:
    """Each button of the page is a step: more blocks, many places at once, look at it, do it."""
    at = clock.now()
    typed, step = request.POST.copy(), request.POST.get("step", "check")
    if request.method != "POST":
        return _render(request, Page(Sheet(act, department, today=at.date()), typed))
    if step == "more":
        sheet = Sheet(act, department, typed, today=at.date(), judged=False, further=1)
        return _render(request, Page(sheet, typed))
    page = Page(Sheet(act, department, typed, today=at.date()), typed)
    if not page.sheet.is_valid():
        page.status = 422
        return _render(request, page)
    if step.startswith("assign"):
        _assign(page, step)
    done = _carry_out(request, page, at) if step == "apply" else None
    if done is not None:
        return _done(request, done, on=at.date())
    _look(request, page, at)
    return _render(request, page)


def _people(page: Page) -> list[Posting]:
    return reorganisation.going_by(page.sheet.draft())


def _assign(page: Page, step: str) -> None:
    """Send many to one place: those that were marked, or all that have none yet."""
    to, marked = page.typed.get("bulk_to", ""), set(page.typed.getlist("marked"))
    for posting in _people(page):
        name = place_name(posting.pk)
        chosen = str(posting.pk) in marked if step == "assign-marked" else not page.typed.get(name)
        if to and chosen:
            page.typed[name] = to
    page.typed.setlist("marked", [])


def _carry_out(request: HttpRequest, page: Page, at: datetime) -> ChangeSet | None:
    """What was done, or None where it was refused (the page says why)."""
    draft = page.sheet.draft(_people(page))
    try:
        return reorganisation.carry_out(draft, seen=page.typed.get("seen", ""), by=request.user, at=at)
    except DomainError as refusal:
        page.sheet.refusals.append(str(refusal))
        page.status = 409
        return None


def _look(request: HttpRequest, page: Page, at: datetime) -> None:
    page.draft = page.sheet.draft(_people(page))
    page.preview = reorganisation.preview(page.draft, by=request.user, at=at)
    new = [reason for reason in page.preview.blockers if reason not in "\n".join(page.sheet.refusals)]
    page.sheet.refusals += new
    if page.preview.blockers:
        page.status = 409


def _done(request: HttpRequest, change_set: ChangeSet, *, on: date) -> HttpResponse:
    if change_set.is_planned(on):
        day = format_date(change_set.as_of)
        words = f"{change_set.file_name}を予定として登録しました。{day}の0時から有効になります。"
    else:
        words = f"{change_set.file_name}を実施しました。"
    messages.success(request, words)
    return redirect("staff:import", pk=change_set.pk)


def _render(request: HttpRequest, page: Page) -> HttpResponse:
    sheet, preview = page.sheet, page.preview
    context: dict[str, Any] = {
        "sheet": sheet,
        "act": sheet.act,
        "department": sheet.department,
        "by_choice": sheet.act in BY_CHOICE,
        "preview": preview,
        "today": clock.today(),
    }
    if preview is not None and page.draft is not None and not preview.blockers:
        context |= _of_people(page, page.draft, preview)
    return render(request, "staff/reorganisation.html", context, status=page.status)


def _of_people(page: Page, draft: Draft, preview: Preview) -> dict[str, Any]:
    """Who goes where, line by line, and how many to each place."""
    labels = {target.key: target.label for target in draft.targets}
    form = PlacesForm(page.typed, people=preview.people, targets=draft.targets)
    missing = {posting.pk for posting in preview.missing}
    said = marks.words_of_each([posting.employee_id for posting in preview.people], draft.on)
    chosen = [draft.place_of(posting.pk) for posting in preview.people]
    nowhere = [("未定・兼務の終了", chosen.count(UNDECIDED))] if draft.act in BY_CHOICE else []
    return {
        "draft": draft,
        "lines": [
            {
                "posting": posting,
                "field": form[place_name(posting.pk)],
                "missing": posting.pk in missing,
                "words": [words[posting.employee_id] for words in said if posting.employee_id in words],
            }
            for posting in preview.people
        ],
        "sums": [*((label, chosen.count(key)) for key, label in labels.items()), *nowhere],
        "bulk": [*labels.items(), (UNDECIDED, "所属未定にする・兼務を終える")],
        "heads": HeadsForm(page.typed, rivals=preview.rivals, labels=labels) if preview.rivals else None,
        "primary": sum(posting.is_primary for posting in preview.people),
        "concurrent": sum(not posting.is_primary for posting in preview.people),
    }
