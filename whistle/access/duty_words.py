"""What each duty is called, and what whoever holds it does here."""

from django.utils.translation import gettext_lazy as _

from whistle.core.policy import Duty

DUTY_WORDS: dict[Duty, object] = {
    Duty.INTAKE_OFFICER: _("Intake officer"),
    Duty.COMPLIANCE_LEADER: _("Compliance leader"),
    Duty.INVESTIGATOR: _("Investigator"),
    Duty.DEPUTY: _("Deputy"),
    Duty.ALTERNATE: _("Alternate recipient"),
    Duty.IDENTITY_CUSTODIAN: _("Identity custodian"),
    Duty.KEY_CUSTODIAN: _("Key custodian"),
    Duty.AUDITOR: _("Auditor"),
    Duty.PLAN_OWNER: _("Plan owner"),
    Duty.MEASURE_OWNER: _("Measure owner"),
    Duty.SYSTEM_ADMINISTRATOR: _("System administrator"),
    Duty.ADVISER: _("Outside adviser"),
    Duty.PANEL_MEMBER: _("Panel member"),
    Duty.CONTACT: _("Contact person"),
    Duty.DATA_PROTECTION_OFFICER: _("Data protection officer"),
    Duty.ARCHIVIST: _("Archivist"),
}

DOES: dict[Duty, object] = {
    Duty.INTAKE_OFFICER: _(
        "You get a key to new reports, confirm to the reporter that they have come, and assess them."
    ),
    Duty.COMPLIANCE_LEADER: _(
        "You read new reports, confirm the steps that two must agree on, and propose and confirm roles."
    ),
    Duty.INVESTIGATOR: _(
        "You work on the cases a colleague has given you a key to. You do not see other cases."
    ),
    Duty.DEPUTY: _("You read and decide when the one you stand in for is away or not impartial."),
    Duty.ALTERNATE: _("You get the reports that the ordinary readers may not read, and lead those cases."),
    Duty.IDENTITY_CUSTODIAN: _(
        "You keep half of the key to reporters' names, and say yes or no when somebody asks for one. You read no reports."
    ),
    Duty.KEY_CUSTODIAN: _(
        "You certify colleagues' keys after hearing their words, and sign who reads what. You read no reports."
    ),
    Duty.AUDITOR: _("You see the whole log and check it, without seeing what any case says."),
    Duty.PLAN_OWNER: _(
        "You keep the action plan, its risks and measures, and report on it. You see no cases."
    ),
    Duty.MEASURE_OWNER: _("You say how your measures go, every quarter. You see no cases."),
    Duty.SYSTEM_ADMINISTRATOR: _(
        "You invite people and keep the system running. You have no key, and nobody can give you one."
    ),
    Duty.ADVISER: _("You read the one case you were asked about, until the date you were given."),
    Duty.PANEL_MEMBER: _("You read the cases on the panel's agenda, and vote on them."),
    Duty.CONTACT: _(
        "You write with the reporters you are the contact of, and ask how they fare. You may also write down a report somebody tells you."
    ),
    Duty.DATA_PROTECTION_OFFICER: _(
        "You see the log, with the deadlines for informing people. You read a case only when a colleague gives you a key to it."
    ),
    Duty.ARCHIVIST: _(
        "You see what is kept how long, and propose what is deleted when its time is over. You read no reports."
    ),
}


def described(held: set[Duty]) -> list[tuple[object, object]]:
    """Return the name of each duty and what its holder does, in the order of the table."""
    return [(word, DOES[duty]) for duty, word in DUTY_WORDS.items() if duty in held]
