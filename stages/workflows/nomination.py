"""推薦: from the draft to the decision and after it."""

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.effects import nomination as effects
from stages.models import Nomination
from stages.models import NominationStatus as S
from stages.rules import nomination as rules

BEFORE_THE_DECISION = frozenset({S.DRAFT, S.SUBMITTED, S.ENDORSED, S.NOT_ENDORSED, S.IN_REVIEW, S.RETURNED, S.RESERVE})
WITH_THE_OFFICE = frozenset({S.SUBMITTED, S.ENDORSED, S.NOT_ENDORSED, S.IN_REVIEW})
OPEN = (rules.year_is_open,)

NOMINATION = Workflow(
    Nomination,
    [
        Move(
            "submit",
            "提出",
            frozenset({S.DRAFT, S.RETURNED, S.NOT_ENDORSED}),
            S.SUBMITTED,
            who=may.nominate,
            needs=(
                *OPEN,
                rules.answers_are_taken,
                rules.says_why,
                rules.department_owes_one,
                rules.department_has_not_declined,
                rules.place_is_free,
                rules.nominee_is_eligible,
            ),
            then=(effects.date_the_submission, effects.ask_for_consent),
        ),
        Move(
            "endorse",
            "同意",
            frozenset({S.SUBMITTED}),
            S.ENDORSED,
            who=may.endorse,
            needs=(*OPEN, rules.is_self_nominated, rules.consent_is_asked_for),
            then=(effects.tell_of_consent,),
        ),
        Move(
            "not_endorse",
            "不同意",
            frozenset({S.SUBMITTED}),
            S.NOT_ENDORSED,
            who=may.endorse,
            needs=(*OPEN, rules.is_self_nominated, rules.consent_is_asked_for),
            then=(effects.tell_of_consent,),
            reason_required=True,
        ),
        Move(
            "take_up",
            "審査開始",
            frozenset({S.SUBMITTED, S.ENDORSED, S.NOT_ENDORSED}),
            S.IN_REVIEW,
            who=may.select,
            needs=(*OPEN, rules.consent_was_given),
        ),
        Move(
            "accept",
            "決定",
            frozenset({S.IN_REVIEW}),
            S.ACCEPTED,
            who=may.select,
            needs=(*OPEN, rules.never_a_promoter, rules.in_service_now),
            then_all=(effects.appoint, effects.tell_of_decision),
        ),
        Move(
            "put_on_reserve",
            "補欠",
            frozenset({S.IN_REVIEW}),
            S.RESERVE,
            who=may.select,
            needs=(*OPEN, rules.never_a_promoter, rules.in_service_now),
            then_all=(effects.tell_of_decision,),
        ),
        Move(
            "decline",
            "不採用",
            frozenset({S.IN_REVIEW, S.RESERVE}),
            S.DECLINED,
            who=may.select,
            needs=OPEN,
            then_all=(effects.tell_of_decline,),
            reason_required=True,
        ),
        Move(
            "send_back",
            "差戻し",
            WITH_THE_OFFICE,
            S.RETURNED,
            who=may.select,
            needs=OPEN,
            then=(effects.tell_of_return,),
            reason_required=True,
        ),
        Move(
            "withdraw",
            "取下げ",
            BEFORE_THE_DECISION - {S.RESERVE},
            S.WITHDRAWN,
            who=may.nominate,
            needs=(*OPEN, rules.may_still_be_withdrawn),
        ),
        Move(
            "withdraw_by_office",
            "取下げ(事務局)",
            BEFORE_THE_DECISION - {S.DRAFT},
            S.WITHDRAWN,
            who=may.select,
            needs=OPEN,
            then=(effects.tell_of_withdrawal,),
            reason_required=True,
        ),
        Move(
            "put_aside",
            "受け付けない",
            frozenset({S.DRAFT}),
            S.WITHDRAWN,
            who=may.select,
            needs=(*OPEN, rules.clashes),
            reason_required=True,
        ),
        Move(
            "move_up",
            "繰上げ決定",
            frozenset({S.RESERVE}),
            S.ACCEPTED,
            who=may.answer,
            needs=(*OPEN, rules.was_asked, rules.never_a_promoter, rules.in_service_now),
            then=(effects.forget_the_day,),
            then_all=(effects.appoint, effects.tell_of_decision),
        ),
        Move(
            "turn_down",
            "辞退",
            frozenset({S.ACCEPTED, S.RESERVE}),
            S.TURNED_DOWN,
            who=may.answer,
            needs=OPEN,
            then=(effects.forget_the_day, effects.tell_of_refusal),
            reason_required=True,
        ),
        Move(
            "lapse",
            "回答期限切れ",
            frozenset({S.RESERVE}),
            S.TURNED_DOWN,
            who=may.let_lapse,
            needs=(*OPEN, rules.answer_is_overdue),
            then=(effects.forget_the_day, effects.tell_of_refusal),
        ),
    ],
    related=("nominee", "department"),
    gather=rules.gather,
)
