"""A dozen made-up cases in all states, told as acts on days before today.

Each act is (days ago, who, what, words).  `who` is "reporter" or the first name of somebody at the desk.
"""

from dataclasses import dataclass

from whistle.demo import papers
from whistle.demo.papers import Paper

Act = tuple[int, str, str, str]


@dataclass(frozen=True)
class Story:
    """One case from its report on.  `codes` are those of its closing."""

    text: str
    about: tuple[str, ...]
    acts: tuple[Act, ...]
    day: int
    codes: tuple[tuple[str, str], ...] = ()
    photo: bool = False
    papers: tuple[Paper, ...] = ()


THANKS = "Takk for at du sa fra. Vi har mottatt varselet og ser på det nå. Du får svar her i meldingsboksen."
FEEDBACK = (
    "Vi har undersøkt det du varslet om. Her er hva vi fant, hva vi har gjort, og hva som skjer videre. "
    "Du kan fortsatt skrive til oss her."
)
LATER = "Det er ikke kommet fram noe nytt siden vi avsluttet saken. Du kan fortsatt skrive til oss her."

PAPERWORK = {
    "assessment": "Opplysningene er konkrete og kan etterprøves. Saken bør undersøkes.",
    "allegation": "Det varselet beskriver.",
    "scope": "Finne ut hva som har skjedd, og hvorfor.",
    "plan": "Dokumenter først, deretter samtaler med dem som kjenner saken.",
    "team": "To fra varslingsmottaket. Rapporterer til leder for etterlevelse.",
    "finding": "Dokumentene viser at det stemmer.",
    "facts": "Det vi fant, og hvor vi fant det, står i dokumentlista.",
    "no_measure": "Handlingsplanen har allerede et tiltak som dekker dette.",
    "forwarding": "Dette er en klage på en tjeneste, og hører hjemme der.",
    "retention": "Etter tabellen for bevaring og kassasjon.",
}

STORIES = (
    Story(
        "Maskinleie delt opp i små fakturaer\n\nSiden nyttår har enheten vår leid gravemaskin fra samme firma hver uke. "
        "Hver faktura er på litt under 100 000 kroner. Jeg har sett minst elleve slike. Lederen sa at det var enklest sånn. "
        "Det samme firmaet har bygget terrasse hos lederen i sommer.",
        ("unit_staff", "supplier"),
        (
            (81, "amir", "acknowledge", THANKS),
            (
                80,
                "amir",
                "note",
                "Ser ut som oppdelte kjøp. Vi bør hente fakturaene fra januar før noen får vite om saken.",
            ),
            (78, "amir", "step:investigate", ""),
            (78, "ingrid", "confirm", ""),
            (76, "ingrid", "share:even", ""),
            (
                70,
                "even",
                "answer",
                "Takk for fakturaene. Husker du omtrent når dette begynte? Og vet du om noen har spurt andre firmaer om pris?",
            ),
            (
                2,
                "reporter",
                "write",
                "Det begynte rett etter nyttår. Jeg vet at et annet firma ba om å få gi pris i mars, men de fikk aldri svar.",
            ),
        ),
        83,
        photo=True,
        papers=papers.DIGGER,
    ),
    Story(
        "Byggesak behandlet av saksbehandlers svoger\n\nEn dispensasjon i strandsonen ble gitt på tre dager. Saksbehandleren "
        "er gift med søsteren til søkeren. Ingen andre i avdelingen fikk se saken.",
        ("unit_staff",),
        (
            (92, "ingrid", "acknowledge", THANKS),
            (91, "ingrid", "note", "Habilitet er kjernen her. Innhent journal og vedtak."),
            (90, "amir", "step:investigate", ""),
            (89, "ingrid", "confirm", ""),
            (
                60,
                "ingrid",
                "note",
                "Konklusjon: bindingen er bekreftet, vedtaket er omgjort. Se vedlagt vurdering.",
            ),
            (59, "amir", "step:conclude", ""),
            (57, "ingrid", "feedback", FEEDBACK),
            (55, "amir", "step:follow_up", ""),
            (54, "ingrid", "confirm", ""),
            (38, "amir", "step:close", ""),
            (37, "ingrid", "confirm", ""),
        ),
        95,
        (
            ("outcome", "substantiated"),
            ("cause", "no_control"),
            ("risk_area", "r2"),
            ("lesson", "new_measure"),
        ),
        papers=papers.BROTHER_IN_LAW,
    ),
    Story(
        "Gavekort fra leverandør\n\nVi på lageret fikk gavekort på 2 000 kroner hver før jul fra firmaet som leverer arbeidstøy. "
        "Avtalen skulle ut på anbud i januar. Den ble forlenget i stedet.",
        ("supplier", "unit_staff"),
        (
            (70, "amir", "acknowledge", THANKS),
            (69, "amir", "note", "Gjelder gaver og en rammeavtale. Sjekk gaveregisteret."),
            (67, "amir", "step:investigate", ""),
            (66, "ingrid", "confirm", ""),
            (30, "ingrid", "note", "Fakta er klarlagt. Tre ansatte tok imot. Ingen påvirket forlengelsen."),
            (29, "amir", "step:conclude", ""),
        ),
        73,
        papers=papers.GIFT_CARDS,
    ),
    Story(
        "Tilskudd til et lag som ikke finnes\n\nEt idrettslag fikk 75 000 kroner i fjor. Laget er slettet i registeret. "
        "Kontonummeret tilhører en privatperson.",
        ("unknown",),
        (
            (64, "amir", "acknowledge", THANKS),
            (63, "amir", "note", "Kontroll mot Brønnøysund er gjort."),
            (62, "amir", "step:investigate", ""),
            (61, "ingrid", "confirm", ""),
            (35, "ingrid", "note", "Konklusjon er skrevet. Pengene er krevd tilbake."),
            (34, "amir", "step:conclude", ""),
            (32, "ingrid", "feedback", FEEDBACK),
            (31, "amir", "step:follow_up", ""),
            (30, "ingrid", "confirm", ""),
        ),
        66,
        papers=papers.CLUB,
    ),
    Story(
        "Klage på brøyting\n\nDet blir aldri brøytet i vår gate før klokka ni.",
        ("unknown",),
        (
            (49, "amir", "acknowledge", THANKS),
            (48, "amir", "step:forward", ""),
            (47, "ingrid", "confirm", ""),
        ),
        50,
        papers=papers.SNOW,
    ),
    Story(
        "Nabo fikk byggetillatelse raskere enn meg\n\nJeg tror noen kjenner noen. Jeg har ikke noe bevis.",
        ("unknown",),
        (
            (57, "amir", "acknowledge", THANKS),
            (40, "ingrid", "feedback", FEEDBACK),
            (39, "amir", "step:close_unfounded", ""),
            (38, "ingrid", "confirm", ""),
            (11, "ingrid", "feedback", LATER),
        ),
        58,
        (("outcome", "not_substantiated_refuted"), ("lesson", "none")),
        papers=papers.NEIGHBOUR,
    ),
    Story(
        "Ansettelse av en bekjent\n\nStillingen som rådgiver ble lyst ut i en uke. Den som fikk jobben, er i samme jaktlag som sjefen.",
        ("director",),
        (
            (20, "amir", "acknowledge", THANKS),
            (19, "amir", "note", "Direktøren er nevnt, så Berit har ikke nøkkel. Hanne leser i stedet."),
            (18, "amir", "step:investigate", ""),
        ),
        24,
        papers=papers.APPOINTMENT,
    ),
    Story(
        "Fakturaer uten bestilling\n\nVi betaler hver måned for en tjeneste ingen bruker. Ingen vet hvem som bestilte den.",
        ("unit_staff",),
        (
            (12, "amir", "acknowledge", THANKS),
            (3, "reporter", "write", "Nå kom det en faktura til. Jeg har tatt bilde av den."),
        ),
        14,
        papers=papers.SUBSCRIPTION,
    ),
    Story(
        "Kommunedirektøren og tomtesalget\n\nTomta ved kaia ble solgt uten takst. Kjøperen er kommunedirektørens gamle kompanjong.",
        ("chief_executive",),
        (
            (26, "sissel", "acknowledge", THANKS),
            (25, "sissel", "note", "Tas hos oss i kontrollutvalgets sekretariat."),
        ),
        28,
        papers=papers.QUAY,
    ),
    Story(
        "Overtid som ikke er jobbet\n\nTimelistene på tre kolleger stemmer ikke med vaktlista. Sjefen godkjenner dem selv.",
        ("unit_staff",),
        (),
        5,
    ),
    Story(
        "Leieavtale med folkevalgt\n\nKommunen leier et lager av en som sitter i kommunestyret. Leia er dobbelt så høy som hos naboen.",
        ("unknown",),
        (),
        3,
    ),
    Story(
        "Utstyr som forsvinner\n\nVerktøy fra verkstedet dukker opp på en nettside for brukt utstyr. Jeg kjenner igjen merkingen.",
        ("unit_staff",),
        (),
        1,
    ),
)

NORDVIK_STORIES = (
    Story(
        "Anbud med én tilbyder\n\nKravene i anbudet var skrevet slik at bare ett firma kunne levere.",
        ("supplier",),
        ((9, "anne", "acknowledge", THANKS),),
        11,
    ),
)
