"""実践テーマ・実践報告: first the theme, which the head approves, then the report."""

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.effects import practice as effects
from stages.models import PracticeReport
from stages.models import PracticeStatus as S
from stages.rules import practice as rules

OPEN = (rules.year_is_open,)
GOING_ON = (*OPEN, rules.stage_goes_on)

PRACTICE_REPORT = Workflow(
    PracticeReport,
    [
        Move(
            "submit_theme",
            "テーマの提出",
            frozenset({S.DRAFT, S.THEME_RETURNED}),
            S.THEME_SUBMITTED,
            who=may.write_practice,
            needs=(*GOING_ON, rules.theme_is_written),
            then=(effects.note_submission, effects.ask_the_head),
        ),
        Move(
            "approve_theme",
            "テーマの承認",
            frozenset({S.THEME_SUBMITTED}),
            S.WORKING,
            who=may.approve_practice,
            needs=OPEN,
            then=(effects.note_theme_approval, effects.tell_of_theme),
        ),
        Move(
            "return_theme",
            "テーマの差戻し",
            frozenset({S.THEME_SUBMITTED}),
            S.THEME_RETURNED,
            who=may.approve_practice,
            needs=OPEN,
            then=(effects.keep_as_returned, effects.tell_of_return),
            reason_required=True,
        ),
        Move(
            "submit_report",
            "報告の提出",
            frozenset({S.WORKING, S.RETURNED}),
            S.SUBMITTED,
            who=may.write_practice,
            needs=(*GOING_ON, rules.report_is_written),
            then=(effects.note_submission, effects.ask_the_head),
        ),
        Move(
            "approve_report",
            "報告の承認",
            frozenset({S.SUBMITTED}),
            S.APPROVED,
            who=may.approve_practice,
            needs=OPEN,
            then=(effects.tell_of_approval,),
        ),
        Move(
            "return_report",
            "報告の差戻し",
            frozenset({S.SUBMITTED}),
            S.RETURNED,
            who=may.approve_practice,
            needs=OPEN,
            then=(effects.keep_as_returned, effects.tell_of_return),
            reason_required=True,
        ),
        Move(
            "withdraw_report",
            "取下げ",
            frozenset({S.DRAFT, S.THEME_SUBMITTED, S.THEME_RETURNED, S.WORKING, S.SUBMITTED, S.RETURNED}),
            S.WITHDRAWN,
            who=may.write_practice,
            needs=OPEN,
            then=(effects.call_off,),
        ),
        Move(
            "revoke_approval",
            "承認の取消",
            frozenset({S.APPROVED}),
            S.RETURNED,
            who=may.run_practice_report,
            needs=OPEN,
            then=(effects.keep_as_returned, effects.forget_approval, effects.tell_of_return),
            reason_required=True,
        ),
    ],
    related=("enrollment__promoter__employee", "enrollment__stage"),
)
