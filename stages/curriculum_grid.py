"""The curricula of a fiscal year: stage × career track, what is missing, how far the plan takes whom (R22, R25)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages import curriculum_sheet
from stages.models import CareerTrack, Curriculum, GrowthStage, StageEnrollment, TrainingPlan
from stages.rules import ladder


@dataclass(frozen=True)
class Cell:
    """What a stage asks for of a track in the year. `track` None: of every track. `people`: judged by any version."""

    stage: GrowthStage
    track: CareerTrack | None
    published: Curriculum | None = None
    draft: Curriculum | None = None
    people: int = 0
    last_year: Curriculum | None = None

    @property
    def is_missing(self) -> bool:
        """Nothing counts here: only what is for every track can be missing."""
        return self.track is None and self.published is None


@dataclass(frozen=True)
class Line:
    """One stage. `beyond`: why nobody can be in it this year. `waiting`: people in it without a curriculum."""

    stage: GrowthStage
    cells: list[Cell]
    beyond: str | None
    waiting: int

    @property
    def shared(self) -> Cell:
        return self.cells[0]


@dataclass(frozen=True)
class Grid:
    year: FiscalYear
    tracks: list[CareerTrack]
    lines: list[Line]
    plan: TrainingPlan | None

    @property
    def missing(self) -> list[Line]:
        """Stages in which somebody can be, without a published curriculum."""
        return [line for line in self.lines if line.shared.is_missing and (not line.beyond or line.waiting)]

    @property
    def to_copy(self) -> int:
        """How many curricula last year had of which this one has neither a version nor a draft."""
        cells = [cell for line in self.lines for cell in line.cells]
        return sum(bool(cell.last_year and not cell.published and not cell.draft) for cell in cells)

    @property
    def is_empty(self) -> bool:
        return not any(cell.published or cell.draft for line in self.lines for cell in line.cells)


@dataclass(frozen=True)
class Rung:
    """How far the plan takes a cohort."""

    cohort: FiscalYear
    stage: GrowthStage | None


@dataclass
class _Known:
    versions: dict[tuple[int, int | None], list[Curriculum]] = field(default_factory=lambda: defaultdict(list))
    earlier: dict[tuple[int, int | None], Curriculum] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)


def of(year: FiscalYear, visible: Iterable[Curriculum]) -> Grid:
    """The grid of these versions (of the year and the one before): a fixed number of queries."""
    stages, tracks = list(GrowthStage.objects.all()), list(CareerTrack.objects.all())
    known = _Known()
    for row in visible:
        if row.fiscal_year == year:
            known.versions[row.stage_id, row.track_id].append(row)
        elif row.is_published:
            known.earlier[row.stage_id, row.track_id] = row
    every = [row for rows in known.versions.values() for row in rows]
    known.people = curriculum_sheet.judged_by(every) if every else {}
    without = StageEnrollment.objects.filter(fiscal_year=year, curriculum__isnull=True).order_by()
    waiting = dict(without.values_list("stage").annotate(people=Count("pk")))
    plan = plan_of(year)
    beyond = beyond_the_plan(year, stages, plan)
    lines = [
        Line(
            stage,
            [_cell(stage, track, known) for track in (None, *tracks)],
            beyond[stage.number],
            waiting.get(stage.pk, 0),
        )
        for stage in stages
    ]
    return Grid(year, tracks, lines, plan)


def _cell(stage: GrowthStage, track: CareerTrack | None, known: _Known) -> Cell:
    key = (stage.pk, track.pk if track else None)
    rows = sorted(known.versions.get(key, ()), key=lambda row: row.version)
    published = [row for row in rows if row.is_published]
    return Cell(
        stage=stage,
        track=track,
        published=published[-1] if published else None,
        draft=next((row for row in rows if not row.is_published), None),
        people=sum(known.people.get(row.pk, 0) for row in rows),
        last_year=known.earlier.get(key),
    )


def beyond_the_plan(
    year: FiscalYear, stages: Sequence[GrowthStage], plan: TrainingPlan | None
) -> dict[int, str | None]:
    """By stage: the sentence that warns that nobody can be in it in the year; None also where there is no plan."""
    numbers = [stage.number for stage in stages]
    if plan is None:
        return dict.fromkeys(numbers)
    return {
        number: ladder.why_beyond(number, year, first_year=plan.first_year, last_year=plan.last_year, stages=numbers)
        for number in numbers
    }


def plan_of(year: FiscalYear) -> TrainingPlan | None:
    """The plan that has the year, else the newest one."""
    plans = list(TrainingPlan.objects.order_by("-last_year"))
    return next((plan for plan in plans if plan.first_year <= year <= plan.last_year), plans[0] if plans else None)


def rungs(plan: TrainingPlan, stages: Sequence[GrowthStage]) -> list[Rung]:
    """How far each cohort of the plan comes by its end (R22)."""
    by_number = {stage.number: stage for stage in stages}
    found = []
    for cohort in FiscalYear.between(plan.first_year, plan.last_year):
        number = ladder.highest_stage(cohort, plan.last_year, sorted(by_number))
        found.append(Rung(cohort, by_number.get(number) if number else None))
    return found
