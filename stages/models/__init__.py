"""The tables of the policy: one noun a file."""

from stages.models.call import Consent, NominationCall
from stages.models.document import DocumentKind, DocumentText
from stages.models.enrollment import StageEnrollment, StageStatus
from stages.models.nomination import (
    LIVE,
    DeclineReason,
    Nomination,
    NominationDecline,
    NominationStatus,
    Proposal,
)
from stages.models.plan import AnnualTarget, PlanRevision, TrainingPlan
from stages.models.promoter import Promoter, Route
from stages.models.quota import Exemption, QuotaSnapshot
from stages.models.stage import GrowthStage
from stages.models.track import CareerTrack

__all__ = [
    "LIVE",
    "AnnualTarget",
    "CareerTrack",
    "Consent",
    "DeclineReason",
    "DocumentKind",
    "DocumentText",
    "Exemption",
    "GrowthStage",
    "Nomination",
    "NominationCall",
    "NominationDecline",
    "NominationStatus",
    "PlanRevision",
    "Promoter",
    "Proposal",
    "QuotaSnapshot",
    "Route",
    "StageEnrollment",
    "StageStatus",
    "TrainingPlan",
]
