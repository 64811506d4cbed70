"""Survey results for the offices: by course and year, by course, by run; as files."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from training import permissions as may
from training import survey_documents, survey_results
from training.forms.surveys import SurveyFilter, YearFilter
from training.models import Course, CourseRun, Question, Survey

PER_PAGE = 50
OFFICES_ONLY = (
    "アンケートの結果は、研修の担当課だけが見られます。自分のアンケートは、「アンケート」の画面から回答できます。"
)
TOO_FEW = f"回答が{survey_results.FEWEST}件に満たないため、記述は見られません。"
for_offices = only(may.see_survey_results, reason=OFFICES_ONLY)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/surveys/`: a line a course and year."""
    wanted = SurveyFilter(request.GET, Survey.objects.all(), on=clock.today())
    lines = wanted.qs.order_by().values("run__course", "run__course__code", "run__course__name", "run__fiscal_year")
    lines = lines.annotate(runs=Count("pk")).order_by("-run__fiscal_year", "run__course__code")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    years = {row["run__fiscal_year"] for row in shown}
    of_page = _surveys().filter(run__course__in={row["run__course"] for row in shown}, run__fiscal_year__in=years)
    results = survey_results.by_course_and_year(list(of_page))
    page.object_list = [
        {
            "code": row["run__course__code"],
            "name": row["run__course__name"],
            "year": FiscalYear.parse(row["run__fiscal_year"]),
            "runs": row["runs"],
            "result": results[row["run__course"], int(row["run__fiscal_year"])],
        }
        for row in shown
    ]
    context = {"page": page, "wanted": wanted, "may_edit": may.edit_questionnaires(request.user, clock.today())}
    return render(request, "training/surveys.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """What `/surveys/` lists, a row a run and question."""
    at = clock.now()
    wanted = SurveyFilter(request.GET, _surveys(), on=clock.day_of(at))
    found = list(wanted.qs)
    document = survey_documents.numbers(survey_results.of(found), _questions(found), on=clock.day_of(at))
    count = len(list(document.rows()))
    return hand_out(request, document, model=Survey, count=count, at=at, back=reverse("training:survey-results"))


@require_safe
@for_offices
def of_course(request: HttpRequest, code: str) -> HttpResponse:
    """`/courses/<code>/survey/`: the runs of a course side by side."""
    course = get_object_or_404(Course, code=code)
    wanted = YearFilter(request.GET, _surveys().filter(run__course=course), on=clock.today())
    results, total = survey_results.compare(list(wanted.qs))
    context = {
        "course": course,
        "wanted": wanted,
        "rows": [(row, [row.mean_of(scale.text, scale.kind) for scale in total.scales]) for row in results],
        "total": total,
        "query": urlencode({"q": course.code, "year": request.GET.get("year", "")}),
        "may_edit": may.edit_questionnaires(request.user, clock.today()),
    }
    return render(request, "training/course_survey.html", context)


@require_safe
@for_offices
def of_run(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/survey/`"""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    survey = _surveys().filter(run=run).first()
    context: dict[str, Any] = {"run": run, "survey": survey, "fewest": survey_results.FEWEST}
    if survey is not None:
        audit.record(survey, "viewed", by=request.user, at=clock.now())
        result = survey_results.of([survey])[0]
        context["result"] = result
        context["texts"] = dict(survey_results.texts(survey)) if result.is_told else {}
        context["words"] = survey_results.words_of_heads(survey) if result.usages.is_told else []
        context["tallies"] = [(row, context["texts"].get(row.text, [])) for row in result.tallies]
    return render(request, "training/run_survey.html", context)


@require_safe
@for_offices
def download_texts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was written in the survey of a run."""
    at = clock.now()
    survey = get_object_or_404(_surveys(), run=pk)
    if not survey_results.of([survey])[0].is_told:
        return refused(request, TOO_FEW)
    document = survey_documents.written(survey, survey_results.texts(survey), on=clock.day_of(at))
    count = len(list(document.rows()))
    return hand_out(request, document, model=Survey, count=count, at=at, back=reverse("training:run-survey", args=[pk]))


def _surveys() -> Any:
    """The newest run first."""
    return Survey.objects.select_related("run__course").order_by(
        "-run__fiscal_year", "run__course__code", "-run__number"
    )


def _questions(surveys: list[Survey]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    rows = Question.objects.filter(questionnaire__in={row.questionnaire_id for row in surveys})
    for row in rows.order_by("position"):
        found[row.questionnaire_id].append(row)
    return found
