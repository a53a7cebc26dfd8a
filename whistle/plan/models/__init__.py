"""The action plan's rows.  Every row belongs to an organisation; none knows of a case."""

from whistle.plan.models.evidence import Attestation, ControlRun, Evidence, ImportRun, MeasureUpdate, Proposal
from whistle.plan.models.figures import CouncilReport, Edition, Fold, Reading
from whistle.plan.models.plan import (
    Control,
    EvidenceRule,
    Goal,
    Indicator,
    Measure,
    Plan,
    Risk,
    RiskArea,
    RoleHolder,
)

__all__ = [
    "Attestation",
    "Control",
    "ControlRun",
    "CouncilReport",
    "Edition",
    "Evidence",
    "EvidenceRule",
    "Fold",
    "Goal",
    "ImportRun",
    "Indicator",
    "Measure",
    "MeasureUpdate",
    "Plan",
    "Proposal",
    "Reading",
    "Risk",
    "RiskArea",
    "RoleHolder",
]
