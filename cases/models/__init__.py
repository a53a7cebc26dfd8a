"""The desk's rows: metadata only.  What was said is sealed, in the store."""

from cases.models.case import Case, CaseBox
from cases.models.export import Export
from cases.models.notice import Notice
from cases.models.people import Assignment, CaseGrant, Declaration, KeptOut
from cases.models.proposal import Proposal
from cases.models.record import Deadline, Record
from cases.models.relation import Relation
from cases.models.search import SearchEntry
from cases.models.transfer import Transfer
from cases.models.unsealing import Unsealing, UnsealingKey

__all__ = [
    "Assignment",
    "Case",
    "CaseBox",
    "CaseGrant",
    "Deadline",
    "Declaration",
    "Export",
    "KeptOut",
    "Notice",
    "Proposal",
    "Record",
    "Relation",
    "SearchEntry",
    "Transfer",
    "Unsealing",
    "UnsealingKey",
]
