"""受講: from the booking to the result."""

from aomori_dx.kernel.workflow import Move, Workflow
from training import permissions as may
from training.effects import enrollment as effects
from training.models import Enrollment
from training.models import EnrollmentStatus as S
from training.rules import booking as rules

OPEN = (rules.year_is_open,)
BOOKED = frozenset({S.REQUESTED, S.CONFIRMED, S.WAITLISTED})

ENROLLMENT = Workflow(
    Enrollment,
    [
        Move(
            "confirm",
            "確定",
            frozenset({S.REQUESTED}),
            S.CONFIRMED,
            who=may.give_seat,
            needs=(*OPEN, rules.in_service),
            then=(effects.date_the_confirmation,),
            then_all=(effects.tell,),
        ),
        Move(
            "confirm_moved",
            "確定(中止した回から)",
            frozenset({S.REQUESTED}),
            S.CONFIRMED,
            who=may.run_bookings,
            needs=(*OPEN, rules.in_service),
            then=(effects.date_the_confirmation,),
        ),
        Move(
            "queue_moved",
            "キャンセル待ち(中止した回から)",
            frozenset({S.REQUESTED}),
            S.WAITLISTED,
            who=may.run_bookings,
            needs=OPEN,
        ),
        # At the door, also after the start: who stands there has the seat that is free.
        Move(
            "admit",
            "当日受付",
            frozenset({S.REQUESTED, S.WAITLISTED}),
            S.CONFIRMED,
            who=may.run_bookings,
            needs=(*OPEN, rules.in_service),
            then=(effects.date_the_confirmation,),
        ),
        Move(
            "promote",
            "繰上げ確定",
            frozenset({S.WAITLISTED}),
            S.CONFIRMED,
            who=may.give_seat,
            needs=(*OPEN, rules.in_service, rules.promoted_before_the_start),
            then=(effects.date_the_confirmation, effects.ask_for_the_answer),
            then_all=(effects.tell_of_the_seat,),
        ),
        Move(
            "turn_down_seat",
            "辞退",
            frozenset({S.CONFIRMED}),
            S.CANCELLED,
            who=may.change_own,
            needs=(*OPEN, rules.was_moved_up, rules.may_still_decline, rules.run_has_not_begun),
            then_all=(effects.tell_of_the_answer,),
        ),
        Move(
            "queue",
            "キャンセル待ち",
            frozenset({S.REQUESTED}),
            S.WAITLISTED,
            who=may.give_seat,
            needs=OPEN,
            then_all=(effects.tell,),
        ),
        Move(
            "reject",
            "却下",
            frozenset({S.REQUESTED, S.WAITLISTED}),
            S.REJECTED,
            who=may.run_bookings,
            needs=OPEN,
            then_all=(effects.tell,),
            reason_required=True,
        ),
        Move(
            "cancel",
            "取消",
            BOOKED,
            S.CANCELLED,
            who=may.change_own,
            needs=(*OPEN, rules.may_still_change, rules.run_has_not_begun),
            then_all=(effects.tell,),
        ),
        Move(
            "cancel_by_office",
            "取消(担当)",
            BOOKED,
            S.CANCELLED,
            who=may.run_bookings,
            needs=OPEN,
            then_all=(effects.tell,),
            reason_required=True,
        ),
        Move(
            "cancel_with_run",
            "取消(開催中止)",
            BOOKED,
            S.CANCELLED,
            who=may.run_bookings,
            needs=OPEN,
            reason_required=True,
        ),
        Move("attend", "受講済", frozenset({S.CONFIRMED, S.ABSENT}), S.ATTENDED, who=may.say_what_came, needs=OPEN),
        Move("miss", "欠席", frozenset({S.CONFIRMED, S.ATTENDED}), S.ABSENT, who=may.say_what_came, needs=OPEN),
        Move("complete", "修了", frozenset({S.ATTENDED}), S.COMPLETED, who=may.run_bookings, needs=OPEN),
        Move("fail", "未修了", frozenset({S.ATTENDED}), S.FAILED, who=may.run_bookings, needs=OPEN),
        Move(
            "reopen",
            "判定の訂正",
            frozenset({S.COMPLETED, S.FAILED}),
            S.ATTENDED,
            who=may.run_bookings,
            needs=OPEN,
            reason_required=True,
        ),
        # By the file of the platform, which asks about closed years once for all its rows.
        Move(
            "finish",
            "修了(eラーニング)",
            frozenset({S.CONFIRMED, S.ATTENDED}),
            S.COMPLETED,
            who=may.run_bookings,
            needs=(rules.by_elearning,),
        ),
    ],
    related=("employee", "run__course", "course"),
)
