"""カリキュラム: what every stage asks for in a fiscal year, one version with all its items, and both as a file."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only
from stages import curriculum_diff, curriculum_documents, curriculum_grid, curriculum_sheet
from stages import permissions as may
from stages.models import Curriculum, CurriculumItem
from stages.services import curricula

IN_SERVICE_ONLY = "カリキュラムは、在職している職員だけが見られます。"
FARTHEST = 10
"""A year farther away than this has no page."""
for_everybody = only(may.see_curricula, reason=IN_SERVICE_ONLY)


@require_safe
@for_everybody
def show_all(request: HttpRequest) -> HttpResponse:
    """`/plan/curricula/?year=`: stage × career track."""
    on = clock.today()
    year = _year(request, on)
    rows = Curriculum.objects.visible_to(request.user, on).filter(fiscal_year__in=(year, year.previous))
    grid = curriculum_grid.of(year, rows.with_sums().select_related("stage", "track"))
    plan = grid.plan
    years = set(FiscalYear.between(plan.first_year, plan.last_year)) if plan else set()
    context = {
        "year": year,
        "grid": grid,
        "years": sorted({*years, year}),
        "plan": plan,
        "rungs": curriculum_grid.rungs(plan, [line.stage for line in grid.lines]) if plan else [],
        "edits": may.edit_curricula(request.user, on),
        "counts": may.see_promoters(request.user, on),
    }
    return render(request, "stages/curricula.html", context)


@require_safe
@for_everybody
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/`: one version, its items by the way they are done, the others of its line."""
    on = clock.today()
    row = visible(request, pk)
    versions = curriculum_sheet.versions(row, drafts=may.see_curriculum_drafts(request.user, on))
    shown = next(version for version in versions if version.pk == row.pk)
    other = _compared(request, shown, versions)
    counts = may.see_promoters(request.user, on)
    people = curriculum_sheet.judged_by(versions) if counts else {}
    context = {
        "row": shown,
        "sheet": curriculum_sheet.of(shown),
        "versions": [(version, people.get(version.pk, 0)) for version in versions],
        "newest": versions[0],
        "in_force": curriculum_sheet.in_force_on(shown.fiscal_year.clamp(on), versions),
        "other": other,
        "differences": curriculum_diff.between(other, shown) if other else [],
        "waiting": curricula.waiting(shown).count() if counts and shown.is_published else 0,
        "counts": counts,
        "edits": may.edit_curricula(request.user, on),
    }
    return render(request, "stages/curriculum.html", context)


@require_safe
@for_everybody
def download(request: HttpRequest) -> HttpResponseBase:
    """`/plan/curricula/download/?year=` or `?curriculum=`: an item a row."""
    at = clock.now()
    on = at.date()
    rows = CurriculumItem.objects.select_related("course", "curriculum__stage", "curriculum__track")
    if request.GET.get("curriculum"):
        row = visible(request, _number(request.GET["curriculum"]))
        title = f"カリキュラム_{row.fiscal_year.short}_ステージ{row.stage.number}_{row.for_whom}_第{row.version}版"
        rows, back = rows.filter(curriculum=row), reverse("stages:curriculum", args=[row.pk])
        conditions = str(row)
    else:
        year = _year(request, on)
        title, conditions = f"カリキュラム_{year.short}", f"年度: {year}"
        rows = rows.filter(curriculum__in=Curriculum.objects.visible_to(request.user, on).of_year(year))
        back = f"{reverse('stages:curricula')}?year={year.short}"
    order = ("curriculum__stage__number", "curriculum__track__sort_order", "curriculum__version", "position", "pk")
    found = list(rows.order_by(*order))
    document = curriculum_documents.items(found, title=title, on=on, count=len(found), conditions=conditions)
    return hand_out(request, document, model=CurriculumItem, count=len(found), at=at, back=back)


def visible(request: HttpRequest, pk: int) -> Curriculum:
    """One that this person sees; for the others there is nothing here (404)."""
    rows = Curriculum.objects.visible_to(request.user, clock.today()).select_related("stage", "track")
    return get_object_or_404(rows, pk=pk)


def sources_for(year: FiscalYear, stage: Any, track: Any) -> list[Curriculum]:
    """Published versions that a new one may be made from: last year's of the track, then others of the stage."""
    rows = Curriculum.objects.published().filter(stage=stage, fiscal_year__in=(year, year.previous))
    rows = rows.exclude(Q(fiscal_year=year, track=track)) if track else rows.exclude(fiscal_year=year, track=None)
    newest = {(row.fiscal_year, row.track_id): row for row in rows.select_related("stage", "track").order_by("version")}

    def nearness(row: Curriculum) -> tuple[bool, bool, int]:
        same_track = row.track_id == (track.pk if track else None)
        return not (same_track and row.fiscal_year < year), row.track_id is not None, int(row.fiscal_year)

    return sorted(newest.values(), key=nearness)


def blockers_of(row: Curriculum, *, by: Any) -> list[str]:
    """Why a draft cannot be published yet, each in a sentence."""
    curriculum_sheet.of(row)
    return curricula.CURRICULUM.blockers(row, "publish", by=by, at=clock.now())


def beyond(row: Curriculum) -> str | None:
    """The warning that nobody can be in this stage in this year (R22)."""
    stages = list(type(row.stage).objects.all())
    plan = curriculum_grid.plan_of(row.fiscal_year)
    return curriculum_grid.beyond_the_plan(row.fiscal_year, stages, plan).get(row.stage.number)


def _compared(request: HttpRequest, row: Curriculum, versions: list[Curriculum]) -> Curriculum | None:
    """The version that `?with=` asks for, else the one before."""
    wanted = request.GET.get("with", "")
    others = [version for version in versions if version.pk != row.pk]
    asked = next((version for version in others if str(version.pk) == wanted), None)
    return asked or next((version for version in others if version.version < row.version), None)


def _year(request: HttpRequest, on: date) -> FiscalYear:
    this = FiscalYear.containing(on)
    given = request.GET.get("year", "")
    try:
        year = FiscalYear.parse(given) if given else this
    except ValueError as error:
        raise Http404 from error
    if abs(int(year) - int(this)) > FARTHEST:
        raise Http404
    return year


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise Http404
    return int(text)
