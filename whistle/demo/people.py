"""The people of the demo: two made-up municipalities, so that what belongs to one can be seen to stay there."""

from dataclasses import dataclass, field

from whistle.core.policy import Duty
from whistle.core.roster import standard_subjects


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of a demo municipality.  `listed` puts them on the roster under that role."""

    name: str
    title: str
    duties: tuple[Duty, ...]
    listed: Duty | None = None
    groups: tuple[str, ...] = ()
    reports_to: str = ""
    stands_in_for: str = ""
    email: bool = field(default=True)

    @property
    def username(self) -> str:
        """The name with dots, such as `ingrid.solvang`."""
        return self.name.lower().replace(" ", ".").replace("ø", "o").replace("å", "a").replace("æ", "ae")


FJELLVIK = (
    DemoPerson(
        "Ingrid Solvang",
        "Leder av varslingsmottaket",
        (Duty.INTAKE_OFFICER, Duty.COMPLIANCE_LEADER),
        Duty.COMPLIANCE_LEADER,
        ("administration", "intake"),
    ),
    DemoPerson(
        "Amir Haddad",
        "Rådgiver i varslingsmottaket",
        (Duty.INTAKE_OFFICER,),
        Duty.INTAKE_OFFICER,
        ("administration", "intake"),
    ),
    DemoPerson(
        "Berit Nyhus",
        "Leder for etterlevelse",
        (Duty.COMPLIANCE_LEADER, Duty.PLAN_OWNER),
        Duty.COMPLIANCE_LEADER,
        ("administration", "under_director"),
    ),
    DemoPerson("Jonas Lunde", "Stedfortreder", (Duty.DEPUTY,), Duty.DEPUTY, ("administration",)),
    DemoPerson(
        "Hanne Aasgaard",
        "Ekstern advokat",
        (Duty.DEPUTY,),
        Duty.DEPUTY,
        ("external",),
        stands_in_for="Berit Nyhus",
    ),
    DemoPerson("Even Strand", "Undersøker", (Duty.INVESTIGATOR,)),
    DemoPerson(
        "Sissel Kvam",
        "Kontrollutvalgets sekretariat",
        (Duty.ALTERNATE,),
        Duty.ALTERNATE,
        ("control_committee",),
    ),
    DemoPerson("Tor Bakke", "Advokat, Nordvik kommune", (Duty.ALTERNATE,), Duty.ALTERNATE, ("external",)),
    DemoPerson(
        "Solveig Foss",
        "Identitetsforvalter, kommuneadvokatens kontor",
        (Duty.IDENTITY_CUSTODIAN,),
        groups=("legal",),
    ),
    DemoPerson("Grete Vik", "Nøkkelforvalter, arkivleder", (Duty.KEY_CUSTODIAN,)),
    DemoPerson("Unni Dale", "Arkivar", (Duty.ARCHIVIST,)),
    DemoPerson("Randi Moe", "Kommunerevisjonen", (Duty.AUDITOR,)),
    DemoPerson("Lars Eide", "Planeier, kommunedirektørens stab", (Duty.PLAN_OWNER,)),
    DemoPerson("Kari Hauge", "Innkjøpssjef", (Duty.MEASURE_OWNER,)),
    DemoPerson("Marit Sunde", "Kommunedirektør", (Duty.MEASURE_OWNER,)),
    DemoPerson("Nils Berg", "Systemadministrator", (Duty.SYSTEM_ADMINISTRATOR,)),
    DemoPerson("Daglig Prøve", "Maskin", (Duty.PROBE,)),
)

NORDVIK = (
    DemoPerson(
        "Anne Lie",
        "Leder av varslingsmottaket",
        (Duty.INTAKE_OFFICER, Duty.COMPLIANCE_LEADER),
        Duty.COMPLIANCE_LEADER,
        ("administration", "intake"),
    ),
    DemoPerson(
        "Odd Moen", "Rådgiver", (Duty.INTAKE_OFFICER,), Duty.INTAKE_OFFICER, ("administration", "intake")
    ),
    DemoPerson("Eva Dahl", "Kontrollutvalgets sekretariat", (Duty.ALTERNATE,), Duty.ALTERNATE, ("external",)),
    DemoPerson("Per Holt", "Kommunerevisjonen", (Duty.AUDITOR,)),
)

# Made-up people of a place to practise: their names say what they are.
PRACTICE = (
    DemoPerson(
        "Mottak Øvelse",
        "Øver på å ta imot",
        (Duty.INTAKE_OFFICER,),
        Duty.INTAKE_OFFICER,
        ("administration", "intake"),
    ),
    DemoPerson(
        "Leder Øvelse",
        "Øver på å lede",
        (Duty.COMPLIANCE_LEADER, Duty.PLAN_OWNER),
        Duty.COMPLIANCE_LEADER,
        ("administration",),
    ),
    DemoPerson(
        "Stedfortreder Øvelse", "Øver på å bekrefte", (Duty.DEPUTY,), Duty.DEPUTY, ("administration",)
    ),
    DemoPerson("Undersøker Øvelse", "Øver på å undersøke", (Duty.INVESTIGATOR,)),
    DemoPerson(
        "Utenfra Øvelse", "Øver som alternativ mottaker", (Duty.ALTERNATE,), Duty.ALTERNATE, ("external",)
    ),
    DemoPerson(
        "Advokat Øvelse", "Øver som alternativ mottaker", (Duty.ALTERNATE,), Duty.ALTERNATE, ("external",)
    ),
    DemoPerson("Identitet Øvelse", "Øver på å forvalte navn", (Duty.IDENTITY_CUSTODIAN,), groups=("legal",)),
    DemoPerson("Nøkkel Øvelse", "Øver på å forvalte nøkler", (Duty.KEY_CUSTODIAN,)),
    DemoPerson("Revisor Øvelse", "Øver på å kontrollere loggen", (Duty.AUDITOR,)),
    DemoPerson("Arkivar Øvelse", "Øver på å kassere", (Duty.ARCHIVIST,)),
)

# Whom a report may be about, and which groups of readers that keeps out.
SUBJECTS = tuple(standard_subjects())
