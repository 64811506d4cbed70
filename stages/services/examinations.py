"""資格・検定 (R26): reported with proof by the promoter, confirmed by the office; counts once it is confirmed."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff import roles
from staff.models import OfficeRole, User
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.models import ExaminationResult, Promoter, ProofState, StageEnrollment
from stages.services import recomputing
from stages.services.practice_files import Upload, looked_at

NOT_YOURS = "資格・検定を報告できるのは、DX推進員ご本人だけです。"
NOT_YOUR_OFFICE = "資格・検定の確認ができるのは、DX推進担当だけです。"
OWN_PAGE, OFFICE_PAGE = "/me/progress/examinations/", "/promoters/examinations/"
WORDS = {ProofState.CONFIRMED: "確認されました。", ProofState.REFUSED: "確認できませんでした。"}


@transaction.atomic
def report(
    *, name: str, passed_on: date, result: str, proof: Upload | None, by: User, at: datetime
) -> ExaminationResult:
    """An examination that was passed, with its proof. The same once more is the first one.

    Raises NotAllowed, or RuleBroken: no proof, no accepted file, a day to come, reported already.
    """
    on = day_of(at)
    promoter = Promoter.objects.select_for_update().filter(employee=roles.of(by, on).employee_id).first()
    if promoter is None or roles.of(by, on).employee_id is None:
        raise NotAllowed(NOT_YOURS)
    if not name.strip():
        raise RuleBroken("資格・検定の名称を入力してください。")
    if passed_on > on:
        raise RuleBroken("合格日は、今日より後の日にはできません。")
    if proof is None:
        raise RuleBroken("合格を証明するファイルを添付してください。")
    proof_name, proof_type, content = looked_at(proof)
    standing = ExaminationResult.objects.filter(promoter=promoter, name=name.strip(), passed_on=passed_on)
    same = standing.exclude(state=ProofState.REFUSED).first()
    if same is not None and bytes(same.proof or b"") == content:
        return same
    row = ExaminationResult(
        promoter=promoter,
        name=name.strip(),
        passed_on=passed_on,
        result=result.strip(),
        proof_name=proof_name,
        proof_type=proof_type,
        proof=content,
        reported_at=at,
    )
    with constraints_as_rules():
        row.save()
    audit.record(row, "created", by=by, at=at, after={"name": row.name, "passed_on": passed_on, "proof": proof_name})
    title = f"{promoter.employee.name}さんが「{row.name}」の合格を報告しました。証明を確認してください。"
    notices.write(Message(f"examination:{row.pk}:reported", OfficeRole.DX, title, url=f"{OFFICE_PAGE}{row.pk}/"), at=at)
    _count_again(row, at)
    return row


@transaction.atomic
def answer(examination_id: int, *, confirms: bool, note: str, by: User, at: datetime) -> ExaminationResult:
    """Confirm or refuse (with a reason). A confirmed one may be refused later, with a reason; what counts follows.

    The same answer a second time changes nothing. Raises NotAllowed, or RuleBroken: no reason, refused already.
    """
    if not may.run_practice(by, day_of(at)):
        raise NotAllowed(NOT_YOUR_OFFICE)
    rows = ExaminationResult.objects.defer("proof").select_for_update(of=("self",)).select_related("promoter__employee")
    row = rows.get(pk=examination_id)
    if row.promoter.employee_id == roles.of(by, day_of(at)).employee_id:
        raise NotAllowed("ご自分の資格・検定は、ほかの担当者が確認します。")
    state = ProofState.CONFIRMED if confirms else ProofState.REFUSED
    if row.state == state:
        return row
    if row.state == ProofState.REFUSED:
        raise RuleBroken("確認できないと回答済みです。ご本人がもう一度報告すると、確認できます。")
    if not confirms and not note.strip():
        raise RuleBroken("確認できない理由を入力してください。")
    before = row.state
    row.state, row.note = state, note.strip()
    row.confirmed_on, row.confirmed_by_name = (day_of(at) if confirms else None), str(by)[:100]
    row.save(update_fields=["state", "note", "confirmed_on", "confirmed_by_name"])
    audit.record(row, "confirm" if confirms else "refused", by=by, at=at, before=before, after=state, reason=row.note)
    key = f"examination:{row.pk}:{state}:{at:%Y%m%d%H%M%S}"
    title = f"「{row.name}」の合格が{WORDS[state]}"
    notices.write(Message(key, row.promoter.employee, title, row.note, OWN_PAGE), at=at)
    _count_again(row, at)
    return row


def _count_again(row: ExaminationResult, at: datetime) -> None:
    """Whatever year of hers asks for it follows at once."""
    years = StageEnrollment.objects.filter(promoter=row.promoter).order_by("pk").values_list("pk", flat=True)
    recomputing.of_enrollments(list(years), at=at)
