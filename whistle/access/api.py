"""The desk's JSON API for people: links, keys made in a browser, certificates, proposals, the set-up."""

from dataclasses import asdict
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from whistle.access.api_roster import RosterIn
from whistle.access.models import Proposal
from whistle.access.selectors import duties, holders
from whistle.access.services import certifying, proposals, setting_up
from whistle.accounts.models import RootCopy, Staff
from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import invitations
from whistle.accounts.services.enrolment import KeyMaterial
from whistle.accounts.services.sign_in import salt_for
from whistle.core.errors import DomainError
from whistle.core.policy import AGREES, PROPOSES, Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.ui.api import Id, Octets

router = Router(tags=["people"])
LANGUAGES = ("nb", "nn", "en")


class TokenIn(Schema):
    token: str = Field(max_length=60)


class InvitedOut(Schema):
    staff_id: str
    name: str
    username: str
    organisation: str
    code_only: bool
    salt: Octets


class MaterialIn(TokenIn):
    salt: Octets
    auth: Octets
    unlock_share: Octets
    wrapped: Octets
    kem_pub: Octets
    sig_pub: Octets
    totp_secret: str = Field(pattern=r"^[A-Z2-7]{32}$")
    code: str = Field(max_length=10)
    language: str = Field("nb", max_length=5)


class CodeIn(TokenIn):
    auth: Octets
    totp_secret: str = Field(pattern=r"^[A-Z2-7]{32}$")
    code: str = Field(max_length=10)


class NewcomerIn(Schema):
    username: str = Field(max_length=60)
    name: str = Field(max_length=120)
    title: str = Field("", max_length=120)
    email: str = Field("", max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")
    duties: list[Duty] = Field([], max_length=len(Duty))


class LinkOut(Schema):
    token: str


class RenewIn(Schema):
    staff_id: Id
    code_only: bool


class RefIn(Schema):
    ref: Id


class ProposeIn(Schema):
    staff_id: Id
    kind: Proposal.Kind
    duty: Duty | None = None
    why: str = Field("", max_length=20)


class DoneOut(Schema):
    done: bool = True


class WaitingOut(Schema):
    ref: str
    name: str
    title: str
    role: int
    kem_pub: Octets
    sig_pub: Octets
    previous: Octets | None
    until: str


class CustodianOut(Schema):
    staff_id: str
    name: str
    certificate: Octets


class CertifyingOut(Schema):
    serial: int
    root: Octets | None
    waiting: list[WaitingOut]
    custodians: list[CustodianOut]


class CertificatesIn(Schema):
    certificates: list[Octets] = Field(min_length=1, max_length=200)


class CopyIn(Schema):
    staff_id: Id
    sealed: Octets


class RootIn(Schema):
    public: Octets
    certificates: list[Octets] = Field(min_length=2, max_length=4)
    sealed: Octets | None = None
    roster: RosterIn  # version 0: nobody on it, and which recovery key is which


class WordIn(Schema):
    code: str = Field(max_length=40)
    reference: str = Field(max_length=120)


@router.post("enrol/open", response=InvitedOut, auth=None)
def open_invitation(request: OrganisationRequest, sent: TokenIn) -> dict[str, Any]:
    """Return whom a link is for."""
    organisation = request.organisation
    row = invitations.opened(organisation, sent.token)
    return {
        "staff_id": row.staff.ref if row.staff else row.ref,
        "name": row.name,
        "username": row.username,
        "organisation": organisation.name,
        "code_only": row.code_only,
        "salt": salt_for(organisation, row.username),
    }


@router.post("enrol", response=DoneOut, auth=None)
def enrol(request: OrganisationRequest, sent: MaterialIn) -> dict[str, bool]:
    """Use a link up with the keys that the person's browser made."""
    organisation = request.organisation
    row = invitations.opened(organisation, sent.token)
    names = ("salt", "auth", "unlock_share", "wrapped", "kem_pub", "sig_pub", "totp_secret")
    material = KeyMaterial(**{name: getattr(sent, name) for name in names})
    language = sent.language if sent.language in LANGUAGES else LANGUAGES[0]
    person = invitations.accept(organisation, sent.token, material, sent.code, language)
    if row.staff is None:
        setting_up.settle_newcomer(person, row.duties, row.by)
    return {"done": True}


@router.post("enrol/code", response=DoneOut, auth=None)
def enrol_code(request: OrganisationRequest, sent: CodeIn) -> dict[str, bool]:
    """Use a link up for a new second factor."""
    organisation = request.organisation
    invitations.accept_code(organisation, sent.token, sent.auth, sent.totp_secret, sent.code)
    return {"done": True}


@router.post("people/invite", response=LinkOut)
def invite(request: StaffRequest, sent: NewcomerIn) -> dict[str, str]:
    """Make a link for somebody new."""
    by = _one_who_prepares(request)
    newcomer = invitations.Newcomer(sent.username, sent.name, sent.title, sent.email, tuple(sent.duties))
    return {"token": invitations.invite(by.organisation, newcomer, by=by)}


@router.post("people/renew", response=LinkOut)
def renew(request: StaffRequest, sent: RenewIn) -> dict[str, str]:
    """Make a link for a colleague's new keys, or a new second factor alone."""
    by = _one_who_prepares(request)
    person = _colleague(by, sent.staff_id)
    held = duties(person)
    # With new keys one is the other person.  Who needs keys waits for the custodian; for others one who may agree answers.
    if not sent.code_only and held and certifying.role_of(held) is None and not AGREES & duties(by):
        raise DomainError("duty.refused", status=403)
    return {"token": invitations.renew(person, by=by, code_only=sent.code_only)}


@router.post("people/withdraw", response=DoneOut)
def withdraw(request: StaffRequest, sent: RefIn) -> dict[str, bool]:
    """Let a link work no longer."""
    invitations.withdraw(_one_who_prepares(request).organisation, sent.ref)
    return {"done": True}


@router.post("people/propose", response=DoneOut)
def propose(request: StaffRequest, sent: ProposeIn) -> dict[str, bool]:
    """Propose that a colleague gets or loses a duty, their certificates, or their account."""
    by = _one_who_prepares(request)
    proposals.propose(_colleague(by, sent.staff_id), sent.kind, by=by, duty=sent.duty, why=sent.why)
    return {"done": True}


@router.get("certificates/waiting", response=CertifyingOut)
def waiting(request: StaffRequest) -> dict[str, Any]:
    """Return whose keys wait for a certificate, and the root key sealed to the custodian who asks."""
    me = _custodian(request)
    held = RootCopy.objects.filter(staff=me).first()
    without = [
        one
        for one in holders(me.organisation_id, Duty.KEY_CUSTODIAN).filter(root_copy=None)
        if one.pk != me.pk
    ]
    return {
        "serial": certifying.next_serial(me.organisation),
        "root": bytes(held.sealed) if held else None,
        "waiting": [asdict(one) for one in certifying.waiting(me.organisation)],
        "custodians": [
            {"staff_id": one.ref, "name": one.name, "certificate": bytes(row.octets)}
            for one in without
            if (row := certifying.ends_on(one)) is not None
        ],
    }


@router.post("certificates", response=DoneOut)
def certify(request: StaffRequest, sent: CertificatesIn) -> dict[str, bool]:
    """Take in the certificates that a key custodian's browser made."""
    me = _custodian(request)
    certifying.take_in(me.organisation, sent.certificates, by=me)
    return {"done": True}


@router.post("certificates/root", response=DoneOut)
def copy_root(request: StaffRequest, sent: CopyIn) -> dict[str, bool]:
    """Keep the root key sealed to another key custodian."""
    me = _custodian(request)
    certifying.keep_root_copy(_colleague(me, sent.staff_id), sent.sealed, by=me)
    return {"done": True}


@router.post("set-up/root", response=DoneOut)
def begin(request: StaffRequest, sent: RootIn) -> dict[str, bool]:
    """Take in the root key that the custodian's browser made, and what it certified."""
    me = _custodian(request)
    roster = (sent.roster.document, sent.roster.signature)
    root = setting_up.Root(sent.public, tuple(sent.certificates), sent.sealed, roster)
    setting_up.begin(me.organisation, root, by=me)
    return {"done": True}


@router.post("set-up/word", response=DoneOut)
def attest(request: StaffRequest, sent: WordIn) -> dict[str, bool]:
    """Keep somebody's word that a step only people can take was taken."""
    me = request.staff
    setting_up.attest(me.organisation, sent.code, sent.reference, by=me)
    return {"done": True}


@router.post("set-up/go-live", response=DoneOut)
def go_live(request: StaffRequest) -> dict[str, bool]:
    """Open the channel; the second person's word does it."""
    me = request.staff
    return {"done": setting_up.go_live(me.organisation, by=me)}


def _one_who_prepares(request: StaffRequest) -> Staff:
    me: Staff = request.staff
    if not PROPOSES & duties(me):
        raise DomainError("duty.refused", status=403)
    return me


def _custodian(request: StaffRequest) -> Staff:
    me: Staff = request.staff
    if Duty.KEY_CUSTODIAN not in duties(me):
        raise DomainError("duty.refused", status=403)
    return me


def _colleague(me: Staff, ref: str) -> Staff:
    person = Staff.objects.filter(organisation=me.organisation_id, ref=ref, is_active=True).first()
    if person is None:
        raise DomainError("request.absent", status=404)
    return person
