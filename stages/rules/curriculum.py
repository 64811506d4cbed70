"""What a curriculum must have before it is published. Each function says why not, or None; and what its rule says."""

from datetime import date, datetime
from decimal import Decimal

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from stages.models import Curriculum, CurriculumItem


def year_is_open(curriculum: Curriculum, at: datetime) -> str | None:
    """A closed year's curricula stay as they are."""
    return closing.hold().why_not(curriculum.fiscal_year)


def asks_for_something(curriculum: Curriculum, at: datetime) -> str | None:
    """Somebody must be able to complete it by doing something."""
    if not items_of(curriculum):
        return "項目がありません。研修、実践報告、資格・検定を1つ以上加えてください。"
    if not asked(curriculum):
        return "必修の項目がなく、選択項目の条件もありません。このままでは、何もしなくても修了になります。"
    return None


def asked(curriculum: Curriculum) -> bool:
    """Whether anything must be done for it."""
    required = any(item.is_required for item in items_of(curriculum))
    return required or curriculum.electives > 0 or curriculum.elective_hours > 0


def electives_can_be_met(curriculum: Curriculum, at: datetime) -> str | None:
    """Not more is asked for than there is."""
    electives = [item for item in items_of(curriculum) if not item.is_required]
    hours = sum((item.hours for item in electives), Decimal(0))
    reasons = []
    if curriculum.electives > len(electives):
        reasons.append(
            f"選択項目は{len(electives)}項目しかありませんが、{curriculum.electives}項目の受講を求めています。"
        )
    if curriculum.elective_hours > hours:
        reasons.append(
            f"選択項目は合計{plain(hours)}時間ですが、{plain(curriculum.elective_hours)}時間の受講を求めています。"
        )
    return "".join(reasons) or None


def days_lie_in_its_year(curriculum: Curriculum, at: datetime) -> str | None:
    """The day from which it is used, the deadline and every item's own day."""
    reasons = [
        outside("適用日", curriculum.valid_from, curriculum.fiscal_year),
        outside("修了の期限", curriculum.deadline, curriculum.fiscal_year),
    ]
    if curriculum.deadline < curriculum.valid_from:
        reasons.append("修了の期限は、適用日以後にしてください。")
    reasons += [why_not_due(item, curriculum) for item in items_of(curriculum)]
    return "".join(reason for reason in reasons if reason) or None


def courses_are_offered(curriculum: Curriculum, at: datetime) -> str | None:
    """Nobody is asked for a course that is offered no more."""
    day = max(curriculum.valid_from, curriculum.fiscal_year.clamp(day_of(at)))
    gone = [item for item in items_of(curriculum) if item.course and _ended(item, day)]
    words = "、".join(f"「{item.course.name}」({format_date(item.course.retired_on)}で終了)" for item in gone)  # type: ignore[union-attr, arg-type]
    return f"案内を終えた研修があります: {words}。外すか、ほかの研修に替えてください。" if gone else None


def _ended(item: CurriculumItem, day: date) -> bool:
    return item.course is not None and item.course.retired_on is not None and item.course.retired_on <= day


def outside(label: str, day: date, fiscal_year: FiscalYear) -> str | None:
    """A day that does not lie in the fiscal year, in words."""
    if day in fiscal_year:
        return None
    first, last = format_date(fiscal_year.first_day), format_date(fiscal_year.last_day)
    return f"{label}({format_date(day)})は、{fiscal_year}の日付({first}から{last}まで)にしてください。"


def why_not_due(item: CurriculumItem, curriculum: Curriculum) -> str | None:
    """An item's own day lies in the year, and not after the deadline of the whole."""
    if item.due_on is None:
        return None
    if reason := outside(f"「{item.title}」の期限", item.due_on, curriculum.fiscal_year):
        return reason
    if item.due_on > curriculum.deadline:
        return f"「{item.title}」の期限は、修了の期限({format_date(curriculum.deadline)})以前にしてください。"
    return None


def items_of(curriculum: Curriculum) -> list[CurriculumItem]:
    """Its items with their courses, in order; read once."""
    if "items" not in getattr(curriculum, "_prefetched_objects_cache", {}):
        return list(curriculum.items.select_related("course"))
    return list(curriculum.items.all())


def elective_rule(curriculum: Curriculum, electives: int) -> str:
    """What is asked of the `electives` items that one may choose, in words."""
    if not electives and not curriculum.electives and not curriculum.elective_hours:
        return "選択項目はありません。"
    parts = []
    if curriculum.electives:
        parts.append(f"{curriculum.electives}項目以上")
    if curriculum.elective_hours:
        parts.append(f"合計{plain(curriculum.elective_hours)}時間以上")
    if not parts:
        return f"選択項目{electives}項目は、受講しなくても修了できます。"
    return f"選択項目{electives}項目のうち、{'かつ'.join(parts)}を修了します。"


def plain(hours: Decimal) -> str:
    """12 for 12.0, 1.5 for 1.5"""
    return f"{hours.normalize():f}"
