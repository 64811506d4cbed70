"""The tables of the policy: one noun a file."""

from stages.models.enrollment import StageEnrollment, StageStatus
from stages.models.plan import AnnualTarget, PlanRevision, TrainingPlan
from stages.models.promoter import Promoter, Route
from stages.models.quota import Exemption, QuotaSnapshot
from stages.models.stage import GrowthStage

__all__ = [
    "AnnualTarget",
    "Exemption",
    "GrowthStage",
    "PlanRevision",
    "Promoter",
    "QuotaSnapshot",
    "Route",
    "StageEnrollment",
    "StageStatus",
    "TrainingPlan",
]
