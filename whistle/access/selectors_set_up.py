"""What an organisation lacks before its channel may open (domain, § 6.1), each with where to get it."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from whistle.access.selectors import holders
from whistle.access.services.certifying import lacks
from whistle.accounts.models import RootCopy, SetUpWord
from whistle.accounts.selectors import certificates_in_force, roster_document
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.vault.certificate import Role

FEWEST_INTAKE = 2
# What only people can do, and a person says was done, with where it stands in writing.
WORDS: dict[str, object] = {
    "sheets_ordinary": _("The sheets of the ordinary recovery key are with their keepers"),
    "sheets_alternate": _("The sheets of the alternate recovery key are with their keepers"),
    "routine": _("The reporting routine is adopted, with employees' representatives taking part"),
    "agreement": _("The agreement with the alternate recipient is signed"),
    "dpia": _("The data protection impact assessment is signed"),
    "retention": _("The rules for what is kept and what is deleted are decided"),
    "statement": _("The privacy notice and the accessibility statement are published"),
}


@dataclass(frozen=True)
class Need:
    """One thing that must be there, and whether it is."""

    code: str
    text: object
    met: bool
    word: SetUpWord | None = None
    is_word: bool = False
    url: str = ""


def needs(organisation: Organisation) -> list[Need]:
    """Return everything that must be in place, in the order in which it is usually done."""
    said = {row.code: row for row in SetUpWord.objects.select_related("by").filter(organisation=organisation)}
    roster = roster_document(organisation)
    valid = {row.key_id for row in certificates_in_force(organisation)}
    reading = [row for row in roster["readers"] if row["key_id"] in valid]
    recovery = [row for row in certificates_in_force(organisation) if row.role == Role.RECOVERY]
    named = set(roster.get("recovery", {}).values())
    intake = [row for row in reading if "intake" in row["groups"] or row["role"] == Duty.INTAKE_OFFICER]
    alternates = [row for row in roster["alternates"] if row["key_id"] in valid]
    people, certify, list_of_readers = _url("people"), _url("certify"), _url("roster")

    def holds(duty: Duty) -> bool:
        return holders(organisation.pk, duty).exists()

    custodians = [one for one in holders(organisation.pk, Duty.KEY_CUSTODIAN) if not lacks(one)]
    facts = [
        Need("name", _("The organisation has its name"), bool(organisation.name.strip())),
        Need("root_key", _("The root key is made"), bool(organisation.root_key)),
        Need("key_custodian", _("A key custodian is certified"), bool(custodians), url=people),
        Need("recovery", _("Two recovery keys are certified"), len({row.key_id for row in recovery}) >= 2, url=certify),
        *(_word(code, said) for code in ("sheets_ordinary", "sheets_alternate")),
        Need("administrator", _("Somebody runs the system, without keys"), holds(Duty.SYSTEM_ADMINISTRATOR), url=people),
        Need("intake", _("At least two intake officers are certified and on the list of readers"),
             len(intake) >= FEWEST_INTAKE, url=list_of_readers),
        Need("leader", _("Somebody leads compliance"), holds(Duty.COMPLIANCE_LEADER), url=people),
        Need("alternate", _("An alternate recipient is certified and on the list of readers"), bool(alternates),
             url=list_of_readers),
        Need("auditor", _("An auditor has an account"), holds(Duty.AUDITOR), url=people),
        Need("roster", _("The list of readers is signed, and names both recovery keys"),
             bool(roster.get("version")) and len(named & {row.key_id for row in recovery}) == 2, url=list_of_readers),
    ]  # fmt: skip
    return facts + [_word(code, said) for code in WORDS if not code.startswith("sheets")]


def missing(organisation: Organisation) -> list[Need]:
    """Return what is still to be done before the channel may open."""
    return [need for need in needs(organisation) if not need.met]


def has_root_copy(staff_pk: int) -> bool:
    """Return whether a key custodian has the root key, sealed to their own."""
    return RootCopy.objects.filter(staff=staff_pk).exists()


def _word(code: str, said: dict[str, SetUpWord]) -> Need:
    return Need(code, WORDS[code], code in said, word=said.get(code), is_word=True)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
