"""The people and places of these tests, all from fixed seeds."""

from tests.vectors.seeds import BOX, ORG, ROOT, seed
from whistle.vault import item, keys

OTHER_ORG = seed("another organisation", 16)
BOX_KEY = seed("box key 1")
ADA = keys.StaffKeys(seed("ada"))  # an intake officer
BO = keys.StaffKeys(seed("bo"))  # a colleague
STRANGER = keys.StaffKeys(seed("stranger"))
REPORTER = keys.ReporterKeys(seed("reporter"))
NOON = 1_760_000_000

__all__ = ["ADA", "BO", "BOX", "BOX_KEY", "NOON", "ORG", "OTHER_ORG", "REPORTER", "ROOT", "STRANGER", "place"]


def place(**other: object) -> item.Context:
    """Return the place of the reporter's first message; the interesting field is named by the test."""
    fields: dict[str, object] = {
        "kind": 1,
        "org": ORG,
        "box_id": BOX,
        "epoch": 1,
        "item_id": seed("item", 16),
        "role": 1,
        "seq": 1,
    }
    return item.Context(**{**fields, **other})  # type: ignore[arg-type]
