"""What was approved, and whether a witness has seen it.  The acts themselves are in `stakes`."""

import hashlib
import hmac

from whistle.audit import policies
from whistle.audit.folders import log_folder, outside_folder
from whistle.audit.models import Approval, Entry
from whistle.audit.publisher import signed_size
from whistle.audit.registry import DESK
from whistle.core import canonical
from whistle.core.errors import DomainError
from whistle.tlog.errors import TlogError
from whistle.tlog.tile_reader import TileReader, read_checkpoint


def is_witnessed(approval: Approval) -> bool:
    """Return whether a checkpoint that the policy's quorum cosigned covers the approval.

    Where the policy names nobody, our own signature is all there is to wait for.
    """
    organisation = approval.organisation
    if not policies.has_witnesses(organisation):
        return signed_size(organisation, DESK) > index_of(approval)
    raw = read_checkpoint(outside_folder(organisation, DESK))
    return policies.cosigned_size(organisation, raw) > index_of(approval)


def index_of(approval: Approval) -> int:
    """Return the place of the approval's entry in the desk log.  Raises LookupError when it is not there."""
    if approval.index is None:
        quoted = f'"{approval.ref}"'.encode()
        rows = Entry.objects.filter(organisation=approval.organisation, log=DESK, act="act.approved")
        for index, body in rows.order_by("-index").values_list("index", "body").iterator(chunk_size=100):
            if quoted in bytes(body):
                approval.index = index
                approval.save(update_fields=["index"])
                break
        else:
            raise LookupError("the approval is not in the log")
    return approval.index


def refuse_other_terms(approval: Approval) -> None:
    """Hold the row against the entry that was published: who owns the database can change the one, not the other."""
    size = signed_size(approval.organisation, DESK)
    try:
        seen = canonical.decode(
            TileReader(log_folder(approval.organisation, DESK), size).entry(index_of(approval))
        )
    except (TlogError, ValueError) as error:
        raise DomainError("audit.damaged", status=500) from error
    due = {"act": approval.act, "ref": approval.ref, "terms": commitment(approval)}
    said = (seen["d"], seen["actor"], seen["role"], seen["case"] or "")
    if said != (due, approval.actor, approval.role, approval.case):
        raise DomainError("audit.other_terms", status=409)


def commitment(approval: Approval) -> str:
    """Return the keyed hash of the terms that stands in the log; without the row's salt it says nothing."""
    return hmac.new(
        bytes.fromhex(approval.salt), canonical.encode(approval.terms), hashlib.sha256
    ).hexdigest()
