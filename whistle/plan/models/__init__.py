"""The action plan's rows.  Every row belongs to an organisation; none knows of a case."""

from whistle.plan.models.evidence import (
    Attestation,
    ControlRun,
    EffectReview,
    Evidence,
    EvidenceFile,
    ImportRun,
    MeasureUpdate,
    Proposal,
    RiskAssessment,
)
from whistle.plan.models.figures import CouncilReport, Edition, Fold, Reading, SentStatus
from whistle.plan.models.plan import (
    Control,
    EvidenceRule,
    Goal,
    Indicator,
    Measure,
    Plan,
    PlanChange,
    Risk,
    RiskArea,
    RoleHolder,
)
from whistle.plan.models.registers import Gift, Interest

__all__ = [
    "Attestation",
    "Control",
    "ControlRun",
    "CouncilReport",
    "Edition",
    "EffectReview",
    "Evidence",
    "EvidenceFile",
    "EvidenceRule",
    "Fold",
    "Gift",
    "Goal",
    "ImportRun",
    "Indicator",
    "Interest",
    "Measure",
    "MeasureUpdate",
    "Plan",
    "PlanChange",
    "Proposal",
    "Reading",
    "Risk",
    "RiskArea",
    "RiskAssessment",
    "RoleHolder",
    "SentStatus",
]
