"""What the demo municipalities say of themselves on the reporter's pages: contacts and a routine, proposed and approved."""

from typing import Any

from whistle.accounts.models import Staff
from whistle.channel.services import texts
from whistle.organisations.models import Organisation

ROUTINE = {
    "nb": {
        "encourage": "Si fra når noe er galt. Det hjelper oss alle.\n\nDu har rett til å varsle. Du trenger ikke være sikker, og du trenger ikke bevis. Ingen har lov til å straffe deg.",
        "how": "Varsle her på siden, med eller uten navn. Du kan også si fra til lederen din, til en tillitsvalgt eller til verneombudet.\n\nVil du heller snakke eller møtes? Si det i skjemaet, eller ring oss.",
        "handling": "En person bekrefter varselet innen 7 dager. Du får svar innen 3 måneder etter det.\n\nDe som leser varselet, sier først om de er habile. To personer må være enige om å undersøke. Vi spør hvordan du har det, også etter at saken er lukket.",
    },
    "nn": {
        "encourage": "Sei ifrå når noko er gale. Det hjelper oss alle.\n\nDu har rett til å varsle. Du treng ikkje vere sikker, og du treng ikkje prov. Ingen har lov til å straffe deg.",
        "how": "Varsle her på sida, med eller utan namn. Du kan òg seie ifrå til leiaren din, til ein tillitsvald eller til verneombodet.\n\nVil du heller snakke eller møtast? Sei det i skjemaet, eller ring oss.",
        "handling": "Ein person stadfestar varselet innan 7 dagar. Du får svar innan 3 månader etter det.\n\nDei som les varselet, seier først om dei er habile. To personar må vere samde om å undersøkje. Vi spør korleis du har det, også etter at saka er lukka.",
    },
    "en": {
        "encourage": "Speak up when something is wrong. It helps us all.\n\nYou have a right to report. You need not be sure, and you need no proof. No one may punish you.",
        "how": "Report here on this page, with or without your name. You can also tell your leader, a union representative or the safety representative.\n\nWould you rather talk or meet? Say so in the form, or call us.",
        "handling": "A person confirms the report within 7 days. You get an answer within 3 months after that.\n\nThose who read the report first say whether they are impartial. Two people must agree to investigate. We ask how you are, also after the case is closed.",
    },
}


def publish(organisation: Organisation, by: Staff, approved_by: Staff) -> None:
    """Propose and approve the texts of a demo municipality."""
    document: dict[str, Any] = {
        "contacts": {"phone": "57 00 00 00", "address": f"Varslingsmottaket, {organisation.name}"},
        "hours": {"nb": "kl. 9–15", "nn": "kl. 9–15", "en": "9 am to 3 pm"},
        "word": {"nb": "", "nn": "", "en": ""},
        "routine": ROUTINE,
        "took_part": "Tillitsvalgte og hovedverneombudet",
        "decided_on": "2026-03-02",
    }
    row = texts.propose(organisation, document, actor=by)
    texts.approve(organisation, row.version, actor=approved_by)
