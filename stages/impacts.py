"""What personnel changes mean for the programme: promoters who move, and departments without one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import impacts
from staff.models import Department, Posting, Succession
from stages import headed
from stages.models import Consent, Nomination, NominationCall, Promoter
from stages.services import coverage


def _active(day: date):
    """Promoters appointed by `day` who have not withdrawn."""
    return Promoter.objects.filter(appointed_on__lte=day, withdrawn_on__isnull=True)


def _per_department(day: date, cohort: FiscalYear | None = None) -> Counter[int]:
    """How many promoters are posted (primary) to each department on `day`."""
    promoters = _active(day)
    if cohort is not None:
        promoters = promoters.filter(cohort=cohort)
    places = Posting.objects.primary().on(day).filter(employee__in=promoters.values("employee"))
    return Counter(places.values_list("department_id", flat=True))


@impacts.register
def departments_without_promoter(on: date) -> Iterator[impacts.Impact]:
    """Departments whose promoter of the present year goes, and nobody of that year comes."""
    day_before = on - timedelta(days=1)
    cohort = FiscalYear.containing(day_before)
    before, after = _per_department(day_before, cohort), _per_department(on, cohort)
    heirs: dict[int, list[int]] = {}
    for old, new in Succession.objects.filter(on=on).values_list("predecessor_id", "successor_id"):
        heirs.setdefault(old, []).append(new)
    places = {row.pk: row for row in Department.objects.on(on).filter(nominates=True)}
    left = {new for old in before for new in heirs.get(old, [old]) if new in places and not after[new]}
    for place in sorted((places[pk] for pk in left), key=lambda row: row.code):
        sentence = f"{place.name}には{cohort}のDX推進員がいなくなります。"
        url = f"/departments/{place.code}/?on={on}"
        yield impacts.Impact("no_promoter", "今年度のDX推進員がいなくなる所属", sentence, url)


@impacts.register
def departments_with_several(on: date) -> Iterator[impacts.Impact]:
    """Departments in which more promoters come together than before, two or more."""
    before, after = _per_department(on - timedelta(days=1)), _per_department(on)
    origins = impacts.same_places(on)
    grown = [pk for pk, number in after.items() if number >= 2 and number > before[origins.get(pk, pk)]]
    for place in Department.objects.filter(pk__in=grown).order_by("code"):
        sentence = f"{place.name}のDX推進員が{after[place.pk]}人になります。"
        url = f"/departments/{place.code}/?on={on}"
        yield impacts.Impact("several_promoters", "DX推進員が2人以上になる所属", sentence, url)


@impacts.register
def promoters_who_move(on: date) -> Iterator[impacts.Impact]:
    """Promoters who change department, with both heads: they stay promoters, the 推薦枠 stays with the old one."""
    promoters = {row.employee_id: row for row in _active(on)}
    day_before = on - timedelta(days=1)
    heads_before = _head_names(day_before)
    heads_after = _head_names(on)
    for old, new in impacts.moved_people(on, among=_active(on).values("employee")):
        promoter = promoters[new.employee_id]
        was, becomes = heads_before.get(old.department_id, "不在"), heads_after.get(new.department_id, "不在")
        sentence = (
            f"{new.employee.name}({promoter.cohort.short})が{old.department.name}(所属長 {was})から"
            f"{new.department.name}(所属長 {becomes})へ異動します。"
        )
        yield impacts.Impact("promoter_moves", "異動するDX推進員", sentence, f"/promoters/{promoter.pk}/")


@impacts.register
def nominations_that_pass_on(on: date) -> Iterator[impacts.Impact]:
    """What waits for a head who changes: the call, 自薦 without a word, what was sent back. The successor has it."""
    day_before, origins = on - timedelta(days=1), impacts.same_places(on)
    old, new = _heads(day_before), _heads(on)
    places = {row.pk: row for row in Department.objects.on(on).below_bureaus().select_related("parent")}
    changed = {
        pk: (old[origin], new.get(pk))
        for pk in places
        if (origin := origins.get(pk, pk)) in old and _person(old[origin]) != _person(new.get(pk))
    }
    waiting = _waiting(changed, on) if changed else {}
    for place in sorted((places[pk] for pk in waiting), key=lambda row: row.code):
        before, after = changed[place.pk]
        becomes = f"{after.employee.name}に替わります" if after else "不在になります"
        sentence = (
            f"{place.name}の所属長が{before.employee.name}から{becomes}。"
            f"引き継がれる手続き: {'、'.join(waiting[place.pk])}。"
        )
        url = f"/departments/{place.code}/?on={on}"
        yield impacts.Impact("nominations_pass", "後任の所属長に引き継がれる推薦の手続き", sentence, url)


def _heads(day: date) -> dict[int, Posting]:
    return {row.department_id: row for row in Posting.objects.heads().on(day).select_related("employee")}


def _person(posting: Posting | None) -> int | None:
    return posting.employee_id if posting else None


def _waiting(departments: Collection[int], on: date) -> dict[int, list[str]]:
    """What of the nominations waits for the head of each of these departments, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    year, call = headed.call_in_hand(on)
    if call is not None and call.is_open_on(on):
        for answer in coverage.unanswered(year, on=on):
            if answer.department.pk in departments:
                found[answer.department.pk].append(f"{year}の推薦の回答")
    names = Department.present_names(departments)
    rows = Nomination.objects.filter(department__in=names)
    unasked = NominationCall.objects.filter(consent=Consent.NONE).values("fiscal_year")
    asked = rows.self_nominated().filter(status="submitted").exclude(fiscal_year__in=unasked)
    returned = rows.recommended().filter(status="returned")
    for kind, waiting in (("自薦への同意", asked), ("差し戻された推薦", returned)):
        numbers = Counter(names[pk] for pk in waiting.values_list("department_id", flat=True))
        for pk, number in numbers.items():
            found[pk].append(f"{kind}{number}件")
    return found


def _head_names(day: date) -> dict[int, str]:
    heads = Posting.objects.heads().on(day)
    return dict(heads.values_list("department_id", "employee__name"))


@impacts.register
def promoters_who_leave(on: date) -> Iterator[impacts.Impact]:
    """Promoters who leave the service: they count as appointed, and no longer as in service."""
    for promoter in _active(on).filter(employee__left_on=on).select_related("employee"):
        sentence = f"{promoter.employee.name}({promoter.cohort.short})が退職します。"
        yield impacts.Impact("promoter_leaves", "退職するDX推進員", sentence, f"/promoters/{promoter.pk}/")
