"""What codes of the desk's tools are called: ways a report came, why cases are tied, why one is taken out."""

from django.utils.translation import gettext_lazy as _

Words = dict[str, object]

CHANNELS: Words = {
    "phone": _("By phone"),
    "letter": _("By letter"),
    "meeting": _("In a meeting"),
    "walk_in": _("Somebody came by"),
    "email": _("By e-mail"),
    "leader": _("A leader handed it in"),
}
RELATIONS: Words = {
    "same_matter": _("The same matter"),
    "lost_code": _("The reporter has lost the code"),
    "retaliation": _("Reprisals for the other report"),
    "other": _("Belong together"),
}
EXPORTS: Words = {
    "police": _("For the police"),
    "court": _("For a court"),
    "other_authority": _("For another authority"),
    "archive": _("For the archive"),
    "access": _("Somebody has a right to see it"),
    "work": _("On paper, for a meeting or an interview"),
}
TRANSFERS: Words = {
    "chief_executive": _("It concerns the chief executive"),
    "elected": _("It concerns somebody elected"),
    "reporting_office": _("It concerns the reporting office itself"),
    "lawyer": _("It concerns the municipality's lawyers"),
    "auditor": _("It concerns the auditor"),
    "nobody_impartial": _("Nobody who could go on with it is impartial"),
}
RESTRICTED: Words = {
    "crime": _("Said to be a crime"),
    "protected": _("Somebody needs more protection"),
}
THINGS: Words = {
    "message": _("Message"),
    "file": _("File"),
    "note": _("Note"),
}
