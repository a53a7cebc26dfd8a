"""What can be wrong with a log, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, object] = {
    "policy.unreadable": _("the policy file cannot be read, so no key can be believed"),
    "key.changed": _("the public key beside the log is not that of the publisher's own key"),
    "checkpoint.missing": _("checkpoints were signed before, and now there is none"),
    "checkpoint.unreadable": _("the checkpoint cannot be read"),
    "checkpoint.origin": _("the checkpoint is of another log"),
    "checkpoint.signature": _("the log's own key did not sign this checkpoint"),
    "older.unreadable": _("an earlier checkpoint that was kept cannot be read"),
    "older.signature": _("an earlier checkpoint that was kept does not bear our signature"),
    "history.rolled_back": _("more entries were promised than are published: from this one on they are gone"),
    "history.forked": _("the entries up to this one are not those that were promised before"),
    "tile.unreadable": _("a file of hashes that begins here is missing or damaged"),
    "tile.altered": _("a hash in the tree above this entry was changed"),
    "bundle.unreadable": _("a file of published entries is missing or damaged from here on"),
    "entry.differs_from_tile": _("the published entry is not the one whose hash was published"),
    "root.mismatch": _("the published entries do not lead to the signed root"),
    "row.missing": _("the entry is not in the database"),
    "row.injected": _("the row was not written by this application, or not in this place"),
    "row.altered": _("the row is not what was published in this place"),
    "row.form": _("the row is no well-formed entry"),
    "row.columns": _("the columns for searching do not say what the entry says"),
    "row.twice": _("the same entry stands in the log twice"),
    "plan.in_force": _("the plan in force is not the one that was adopted last"),
    "plan.missing": _("the plan in force is not kept"),
    "registry.in_force": _("the list of events in force is not the one that was adopted last"),
    "registry.missing": _("the list of events in force is not kept"),
    "plan.altered": _("a plan that is kept is not the one whose hash was logged"),
    "registry.altered": _("a list of events that is kept is not the one whose hash was logged"),
    "guard.gone": _("a guard of the database is gone or was changed"),
}


def words(kind: str) -> str:
    """Return the sentence of a kind of fault."""
    return str(WORDS.get(kind, kind))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `index` is the entry's, None where no entry is meant.  `kind` is in `WORDS`."""

    log: str
    index: int | None
    kind: str
    about: str = ""  # which guard or document, where that needs saying

    def __str__(self) -> str:
        place = "" if self.index is None else f" {self.index}"
        about = f" ({self.about})" if self.about else ""
        return f"{self.log}{place}: {self.kind}: {words(self.kind)}{about}"
