"""Towns for tests: an organisation with people, and clients that talk to Django in this process."""

import os
from dataclasses import dataclass, field
from functools import cache

from cases.models import Case
from cases.services.adopt import adopt_new_reports, note_new_messages
from cases.services.retention import propose
from whistle.client.box import File
from whistle.client.desk import Desk, OpenCase, Person
from whistle.client.reporter import Mailbox, Reporter, Sent
from whistle.demo.ceremony import Ceremony, Enrolled, MadeKeys, make_keys
from whistle.demo.inside import Inside
from whistle.demo.people import FJELLVIK, NORDVIK, DemoPerson
from whistle.organisations.models import Organisation

CAST = {
    "fjellvik": tuple(
        person
        for person in FJELLVIK
        if person.username.partition(".")[0]
        in (
            "ingrid",
            "amir",
            "berit",
            "hanne",
            "even",
            "sissel",
            "tor",
            "solveig",
            "randi",
            "nils",
            "grete",
            "unni",
        )
    ),
    "nordvik": NORDVIK,
}


@cache
def _kept_keys(username: str) -> MadeKeys:
    """Keys are made once a run: stretching a passphrase takes a fifth of a second."""
    return make_keys()


@dataclass
class Town:
    """An organisation, its people by first name, and the way in."""

    organisation: Organisation
    ceremony: Ceremony
    people: dict[str, Enrolled]
    prefix: str
    desks: dict[str, Desk] = field(default_factory=dict)
    reports: list[Sent] = field(default_factory=list)

    def reporter(self) -> Reporter:
        """Return somebody with a browser and no account."""
        return Reporter("", transport=Inside(self.prefix))

    def desk(self, name: str) -> Desk:
        """Return a signed-in colleague; signs in once."""
        if name not in self.desks:
            self.desks[name] = self.new_desk(name)
        return self.desks[name]

    def new_desk(self, name: str) -> Desk:
        """Sign in, as somebody whose one-time code was not used yet."""
        enrolled = self.people[name]
        type(enrolled.staff.key).objects.filter(staff=enrolled.staff).update(totp_counter=0)
        person = Person(enrolled.person.username, enrolled.passphrase, enrolled.totp_secret)
        return Desk("", person, transport=Inside(self.prefix))

    def report(self, text: str = "Something is wrong.", **how: object) -> Sent:
        """Send a report and let the worker make a case of it."""
        sent = self.reporter().report(text, **how)  # type: ignore[arg-type]
        adopt_new_reports(self.organisation)
        self.reports.append(sent)
        return sent

    def mailbox(self, sent: Sent) -> Mailbox:
        """Open the mailbox of a report."""
        return self.reporter().mailbox(sent.code)

    def newest(self) -> Case:
        """Return the case that was made last."""
        return Case.objects.filter(organisation=self.organisation).latest("id")

    def open(self, name: str, case: Case | None = None) -> OpenCase:
        """Let a colleague open a case (the newest unless told)."""
        return self.desk(name).open((case or self.newest()).reference)

    def confirmed(self, name: str = "ingrid") -> OpenCase:
        """Let a report come, and a colleague open it and confirm receipt."""
        self.report()
        opened = self.open(name)
        opened.acknowledge("We have it.")
        return opened

    def propose_deletion(self, reference: str) -> None:
        """Let the archivist, who never read it, propose that a case is deleted."""
        propose(reference=reference, actor=self.people["unni"].staff)

    def worker(self) -> None:
        """Do what the worker does each minute."""
        adopt_new_reports(self.organisation)
        note_new_messages(self.organisation)


def make_town(slug: str, cast: tuple[DemoPerson, ...] | None = None) -> Town:
    """Return an organisation that is open for reports."""
    organisation = Organisation.objects.create(
        slug=slug,
        name=f"{slug.title()} kommune",
        log_origin=f"{slug}-{os.urandom(3).hex()}.example",
        live=True,
    )
    ceremony = Ceremony(organisation)
    ceremony.start()
    enrolled = [ceremony.enrol(person, _kept_keys(person.username)) for person in cast or CAST[slug]]
    ceremony.adopt_roster(enrolled)
    people = {one.person.username.partition(".")[0]: one for one in enrolled}
    return Town(organisation, ceremony, people, "" if slug == "fjellvik" else f"/{slug}")


def photo(size: int = 5000) -> File:
    """Return a file to attach."""
    return File(
        "photo.png", "image/png", (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * (size // 256 + 1))[:size]
    )
