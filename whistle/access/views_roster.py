"""The page on which the roster is read, drafted, tried and put in force."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.access.selectors import duties
from whistle.access.services import roster
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import audience
from whistle.core.policy import Duty
from whistle.core.roster import SUBJECTS

SUBJECT_WORDS = {
    "unit_staff": _("An employee or leader in a unit"),
    "director": _("A director"),
    "chief_executive": _("The chief executive"),
    "mayor_or_elected": _("The mayor or another elected person"),
    "reporting_office": _("Somebody in the reporting office"),
    "legal": _("A lawyer of the municipality"),
    "hr_or_finance": _("The leadership of HR or finance"),
    "audit": _("The auditors"),
    "supplier": _("A supplier or business"),
    "unknown": _("Does not know, or will not say"),
}
ROLES = {
    Duty.INTAKE_OFFICER: _("Intake officer"),
    Duty.COMPLIANCE_LEADER: _("Compliance leader"),
    Duty.DEPUTY: _("Deputy"),
    Duty.ALTERNATE: _("Alternate recipient"),
    Duty.INVESTIGATOR: _("Investigator"),
    Duty.IDENTITY_CUSTODIAN: _("Identity custodian"),
}
GROUPS = {  # those that the usual rules speak of; an organisation may have more, under names of its own
    "administration": _("The administration"),
    "intake": _("The reporting office"),
    "under_director": _("Under the director"),
    "control_committee": _("The control committee"),
    "legal": _("Legal"),
    "hr_or_finance": _("Staff and finance"),
    "auditors": _("The auditors"),
    "external": _("From outside"),
}
FAULTS = {
    "roster.malformed": _("The document is not a roster."),
    "roster.version": _("Somebody put another version in force meanwhile. Load the page anew."),
    "roster.recovery": _("The recovery keys are changed in an act of their own."),
    "roster.no_recovery": _("The list does not name the two recovery keys."),
    "roster.quorum": _("At least two must read each report."),
    "roster.few": _("There are fewer readers than must read each report. Substitutes do not count."),
    "roster.no_alternate": _("There is no alternate recipient, for when the others are kept out."),
    "roster.subjects": _("The list of whom a report can be about is not complete."),
    "roster.rules": _("A rule has a value that does not exist."),
    "roster.twice": _("{who} is listed twice."),
    "roster.uncertified": _("{who} has no certificate in force for this key."),
    "roster.circle": _("{who} stands, by a detour, above or in for themselves."),
    "roster.unknown": _("{who} reports to, or stands in for, somebody who is not in the chart."),
    "roster.nobody": _("Nobody would read a report about: {who}."),
}


@audience(Duty.KEY_CUSTODIAN, Duty.COMPLIANCE_LEADER, Duty.AUDITOR)
@ensure_csrf_cookie
@require_GET
def roster_page(request: StaffRequest) -> HttpResponse:
    """Show who reads what and who is under whom; key custodians and compliance leaders draft the next version."""
    person = request.staff
    held = duties(person)
    context = {
        "may_sign": Duty.KEY_CUSTODIAN in held,
        "may_draft": bool({Duty.KEY_CUSTODIAN, Duty.COMPLIANCE_LEADER} & held),
        "history": roster.history(person.organisation),
        "subjects": [(code, SUBJECT_WORDS[code]) for code in SUBJECTS],
        "roles": [(duty.value, word) for duty, word in ROLES.items()],
        "groups": GROUPS.items(),
        "faults": FAULTS.items(),
    }
    return render(request, "access/roster.html", context)
