"""What surveys say, run by run, without names; a run with few sheets is not broken down, nor can it be worked out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.db.models import Count, Q

from training.models import FollowUp, Question, QuestionKind, Survey, SurveyAnswer, SurveyInvitation, Usage
from training.models.survey import CHOICES
from training.querysets import PRESENT

FEWEST = 3
"""Of fewer sheets nothing is told: whose they are could be guessed."""


@dataclass(frozen=True)
class Tally:
    """One question: `counts` by the number that was chosen, `answers` how many have answered it."""

    kind: str
    text: str
    counts: dict[int, int] = field(default_factory=dict)
    written: int = 0

    @property
    def answers(self) -> int:
        return self.written if self.kind == QuestionKind.TEXT else sum(self.counts.values())

    @property
    def lines(self) -> list[tuple[int, str, int]]:
        """Number, its words and how many chose it, the best first."""
        choices = CHOICES.get(QuestionKind(self.kind), ())
        return [(number, word, self.counts.get(number, 0)) for number, word in choices]

    @property
    def kind_word(self) -> str:
        return QuestionKind(self.kind).label

    @property
    def mean(self) -> Fraction | None:
        """Of a scale; for はい and いいえ the share of はい."""
        if not sum(self.counts.values()):
            return None
        return Fraction(sum(number * count for number, count in self.counts.items()), sum(self.counts.values()))

    @property
    def mean_word(self) -> str:
        """3.67, 75%, or － without answers."""
        if self.mean is None:
            return "－"
        if self.kind == QuestionKind.YES_NO:
            return f"{float(self.mean):.0%}"
        return f"{float(self.mean):.2f}"


@dataclass(frozen=True)
class Usages:
    """What the heads said: how many were asked about, how many of each answer."""

    asked: int = 0
    answered: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        return self.answered >= FEWEST

    @property
    def lines(self) -> list[tuple[str, int]]:
        return [(str(usage.label), self.counts.get(usage, 0)) for usage in Usage]

    @property
    def told(self) -> int:
        """Whose answers are in the counts."""
        return sum(self.counts.values())

    @property
    def at_work(self) -> int:
        return self.counts.get(Usage.USED, 0) + self.counts.get(Usage.PARTLY, 0)


@dataclass(frozen=True)
class Result:
    """One survey, or several together. `tallies` are empty where there are too few sheets (`is_told`)."""

    asked: int
    answered: int
    tallies: list[Tally]
    usages: Usages = field(default_factory=Usages)
    survey: Survey | None = None

    @property
    def is_told(self) -> bool:
        return self.answered >= FEWEST

    @property
    def scales(self) -> list[Tally]:
        return [row for row in self.tallies if row.kind == QuestionKind.SCALE]

    @property
    def mean_word(self) -> str:
        """The mean of all 5-point answers."""
        counts: Counter[int] = Counter()
        for row in self.scales:
            counts.update(row.counts)
        return Tally(QuestionKind.SCALE, "", dict(counts)).mean_word

    def mean_of(self, text: str, kind: str) -> str:
        """Of the question with these words; － where it was not asked or is not told."""
        return next((row.mean_word for row in self.tallies if (row.text, row.kind) == (text, kind)), "－")


def of(surveys: Sequence[Survey]) -> list[Result]:
    """A result a survey, in their order, as it may be told. Four queries, whatever their number."""
    return [_told(row) for row in _whole(surveys)]


def compare(surveys: Sequence[Survey]) -> tuple[list[Result], Result]:
    """`of`, and all of them together."""
    whole = _whole(surveys)
    return [_told(row) for row in whole], _pooled(whole)


def by_course_and_year(surveys: Sequence[Survey]) -> dict[tuple[int, int], Result]:
    """(course, fiscal year) → its surveys together. The same queries whatever their number."""
    groups: dict[tuple[int, int], list[Result]] = defaultdict(list)
    for row in _whole(surveys):
        if row.survey is not None:
            groups[row.survey.run.course_id, int(row.survey.run.fiscal_year)].append(row)
    return {key: _pooled(rows) for key, rows in groups.items()}


def _pooled(whole: Sequence[Result]) -> Result:
    """Questions with the same words are one question, in the order of the first survey.

    Surveys with few sheets go in only where these are enough together: the difference to the others would tell what
    they said.
    """
    enough = sum(row.answered for row in whole if not row.is_told) >= FEWEST
    added: dict[tuple[str, str], list[Tally]] = defaultdict(list)
    for result in whole:
        for tally in result.tallies if result.is_told or enough else []:
            added[tally.text, tally.kind].append(tally)
    return Result(
        sum(row.asked for row in whole),
        sum(row.answered for row in whole),
        [_sum(rows) for rows in added.values()],
        _sum_of_usages([row.usages for row in whole]),
    )


def texts(survey: Survey) -> list[tuple[str, list[str]]]:
    """Question → what was written, in an order that tells nothing. The caller asks only where it may be told."""
    rows = SurveyAnswer.objects.filter(response__survey=survey, question__kind=QuestionKind.TEXT).exclude(text="")
    found: dict[str, list[str]] = defaultdict(list)
    for question, text in rows.order_by("question__position", "pk").values_list("question__text", "text"):
        found[question].append(text)
    return list(found.items())


def words_of_heads(survey: Survey) -> list[str]:
    """What heads added, without names, in an order that tells nothing."""
    rows = FollowUp.objects.filter(enrollment__run=survey.run_id).exclude(words="")
    return sorted(rows.values_list("words", flat=True))


def _told(row: Result) -> Result:
    usages = row.usages if row.usages.is_told else replace(row.usages, counts={})
    hidden = replace(row, usages=usages)
    return hidden if row.is_told else replace(hidden, tallies=[])


def _sum(rows: Sequence[Tally]) -> Tally:
    counts: Counter[int] = Counter()
    for row in rows:
        counts.update(row.counts)
    return replace(rows[0], counts=dict(counts), written=sum(row.written for row in rows))


def _sum_of_usages(rows: Sequence[Usages]) -> Usages:
    enough = sum(row.answered for row in rows if not row.is_told) >= FEWEST
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.counts if row.is_told or enough else {})
    return Usages(sum(row.asked for row in rows), sum(row.answered for row in rows), dict(counts))


def _whole(surveys: Sequence[Survey]) -> list[Result]:
    ids = [row.pk for row in surveys]
    questions: dict[int, list[Question]] = defaultdict(list)
    asked = Question.objects.filter(questionnaire__in={row.questionnaire_id for row in surveys})
    for question in asked.order_by("position"):
        questions[question.questionnaire_id].append(question)
    sheets, counts = _sheets(ids), _counts(ids)
    usages = _usages([row.run_id for row in surveys])
    return [
        Result(
            *sheets.get(row.pk, (0, 0)),
            tallies=[_tally(each, counts.get((row.pk, each.pk), {})) for each in questions[row.questionnaire_id]],
            usages=usages.get(row.run_id, Usages()),
            survey=row,
        )
        for row in surveys
    ]


def _tally(question: Question, counts: dict[int | None, int]) -> Tally:
    chosen = {number: count for number, count in counts.items() if number is not None}
    return Tally(question.kind, question.text, chosen, counts.get(None, 0))


def _sheets(surveys: Collection[int]) -> dict[int, tuple[int, int]]:
    """Survey → asked and answered. Who was there no more after a correction and has not answered does not count."""
    rows = SurveyInvitation.objects.filter(survey__in=surveys).order_by().values("survey")
    answered = Q(answered_on__isnull=False)
    found = rows.annotate(
        asked=Count("pk", filter=answered | Q(enrollment__status__in=PRESENT)), answered=Count("pk", filter=answered)
    )
    return {row["survey"]: (row["asked"], row["answered"]) for row in found}


def _counts(surveys: Collection[int]) -> dict[tuple[int, int], dict[int | None, int]]:
    rows = SurveyAnswer.objects.filter(response__survey__in=surveys).order_by()
    found: dict[tuple[int, int], dict[int | None, int]] = defaultdict(dict)
    for row in rows.values("response__survey", "question", "number").annotate(count=Count("pk")):
        found[row["response__survey"], row["question"]][row["number"]] = row["count"]
    return found


def _usages(runs: Collection[int]) -> dict[int, Usages]:
    rows = FollowUp.objects.filter(enrollment__run__in=runs).order_by()
    asked: dict[int, int] = defaultdict(int)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows.values("enrollment__run", "usage").annotate(count=Count("pk")):
        asked[row["enrollment__run"]] += row["count"]
        if row["usage"]:
            counts[row["enrollment__run"]][row["usage"]] = row["count"]
    return {run: Usages(number, sum(counts[run].values()), counts[run]) for run, number in asked.items()}
