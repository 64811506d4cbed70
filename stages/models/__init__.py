"""The tables of the policy: one noun a file."""

from stages.models.call import Consent, NominationCall
from stages.models.curriculum import Curriculum, CurriculumItem, CurriculumState, ItemKind
from stages.models.document import DocumentKind, DocumentText
from stages.models.enrollment import StageEnrollment, StageOutcome, StageStatus
from stages.models.going_on import ContinuationWish, ExaminationResult, ProofState, WishAnswer, WishCall
from stages.models.nomination import (
    LIVE,
    DeclineReason,
    Nomination,
    NominationDecline,
    NominationStatus,
    Proposal,
)
from stages.models.plan import AnnualTarget, PlanRevision, TrainingPlan
from stages.models.practice_report import PracticeAttachment, PracticeComment, PracticeReport, PracticeStatus
from stages.models.progress import ProgressRuling, RulingKind, StageProgress, Standing
from stages.models.promoter import Promoter, Route
from stages.models.quota import Exemption, QuotaSnapshot
from stages.models.rollover import MoveKind, Rollover, RolloverMove, RolloverState
from stages.models.stage import GrowthStage
from stages.models.track import CareerTrack

__all__ = [
    "LIVE",
    "AnnualTarget",
    "CareerTrack",
    "Consent",
    "ContinuationWish",
    "Curriculum",
    "CurriculumItem",
    "CurriculumState",
    "DeclineReason",
    "DocumentKind",
    "DocumentText",
    "ExaminationResult",
    "Exemption",
    "GrowthStage",
    "ItemKind",
    "MoveKind",
    "Nomination",
    "NominationCall",
    "NominationDecline",
    "NominationStatus",
    "PlanRevision",
    "PracticeAttachment",
    "PracticeComment",
    "PracticeReport",
    "PracticeStatus",
    "ProgressRuling",
    "Promoter",
    "ProofState",
    "Proposal",
    "QuotaSnapshot",
    "Rollover",
    "RolloverMove",
    "RolloverState",
    "Route",
    "RulingKind",
    "StageEnrollment",
    "StageOutcome",
    "StageProgress",
    "StageStatus",
    "Standing",
    "TrainingPlan",
    "WishAnswer",
    "WishCall",
]
