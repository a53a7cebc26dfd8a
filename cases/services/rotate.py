"""A recovery key gives place to another: approved, seen, done; then every box it opened waits for new seals.

Two people: the root key signed the new list (a key custodian), and somebody else, who leads, approves it here.
"""

import base64
from typing import Any

from cases.models import CaseBox
from whistle.access.selectors import duties
from whistle.access.services.boxes import mark_for_renewal
from whistle.accounts.models import Staff
from whistle.accounts.selectors import roster_document
from whistle.accounts.services.enrolment import adopt_roster, file_certificate
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.core import canonical
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.vault import certificate
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.keys import key_id

ACT = "key.rotated"
MAY = frozenset({Duty.COMPLIANCE_LEADER, Duty.AUDITOR})


def approve(actor: Staff, *, kind: str, document: bytes, signature: bytes, octets: bytes) -> stakes.Approval:
    """Approve a new recovery key that the root key certified and named on the list.

    Raises `duty.refused` for others than leaders and auditors, `roster.refused` when anything but this key is different
    on the list or the root key signed neither.
    """
    if not MAY & duties(actor):
        raise DomainError("duty.refused", status=403)
    _checked(actor.organisation, kind, document, signature, octets)
    terms = {
        "kind": kind,
        "document": base64.b64encode(document).decode(),
        "signature": base64.b64encode(signature).decode(),
        "certificate": base64.b64encode(octets).decode(),
    }
    held = sorted(MAY & duties(actor))[0]
    return stakes.approve(
        ACT, organisation=actor.organisation, actor=actor.log_name, role=held.value, terms=terms
    )


@stakes.effect(ACT, alone=True)
def rotate(approval: stakes.Approval) -> None:
    """File the certificate, put the list in force, and let every box under the old key wait for new seals."""
    organisation, terms = approval.organisation, approval.terms
    document, signature, octets = (
        base64.b64decode(terms[name]) for name in ("document", "signature", "certificate")
    )
    old = roster_document(organisation)["recovery"][terms["kind"]]
    _checked(organisation, terms["kind"], document, signature, octets)
    row = file_certificate(organisation, octets)
    adopt_roster(organisation, document, signature)
    owned = CaseBox.objects.filter(case__organisation=organisation)
    mark_for_renewal(organisation, old, owned.values("box"))
    audit.record(
        ACT,
        organisation=organisation,
        actor=approval.actor,
        role=approval.role,
        key=f"recovery_{terms['kind']}",
        hash=certificate.fingerprint(bytes(row.octets)).hex(),
        approval=approval.ref,
    )


def _checked(organisation: Organisation, kind: str, document: bytes, signature: bytes, octets: bytes) -> None:
    root, org = bytes(organisation.root_key or b""), organisation.ref_bytes
    before = roster_document(organisation)
    try:
        canonical.decode(document)
        new = certificate.read_roster(document, signature, root, org)
        cert = certificate.read(octets, root, org, None)
        fits = _expected(before, kind, key_id(cert.kem_pub).hex()) == new and cert.role == Role.RECOVERY
    except (VaultError, canonical.CanonicalError, KeyError) as error:
        raise DomainError("roster.refused") from error
    if not fits:
        raise DomainError("roster.refused")


def _expected(before: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    retired = [*before.get("retired", []), {"key_id": before["recovery"][kind], "kind": kind}]
    named = {**before["recovery"], kind: key}
    return {**before, "version": before["version"] + 1, "recovery": named, "retired": retired}
