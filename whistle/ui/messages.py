"""One table from error code to sentence: what happened, what to do now.  No identifiers, no jargon.

A test proves that every code raised anywhere has a sentence here.
"""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "request.malformed": _("The request was not understood. Nothing was stored. Reload the page and try again."),
    "request.cross_site": _("This request came from another site and was refused."),
    "request.header": _("This address is for the page's own script. Open the page in a browser instead."),
    "request.absent": _("We found nothing here."),
    "request.too_large": _("This is too large to send in one piece. Nothing was stored."),
    "channel.closed": _("This channel is not open yet. See the municipality's own pages for other ways to report."),
    "report.not_sealed": _("The report was not sealed as it must be, so we did not take it. Reload the page and send again."),
    "report.empty": _("Write what happened before you send. Nothing was stored."),
    "report.readers": _("The report must be sealed to readers who are on the list now. Reload the page and send again."),
    "report.taken": _("A report with this code is already here. Use the code to write more."),
    "report.too_many": _("There are too many files in one sending. Send the rest with your code afterwards."),
    "item.malformed": _("What was sent is not sealed text. Nothing was stored."),
    "item.order": _("Something else arrived at the same time. Reload and send again; what you wrote is still here."),
    "upload.unknown": _("We do not know this upload. Choose the file again."),
    "upload.offset": _("The file continues at another place. Your browser goes on by itself."),
    "upload.part_size": _("A part of the file has the wrong size. Choose the file again."),
    "upload.damaged": _("A part of the file was damaged on the way. Your browser sends it again."),
    "upload.unfinished": _("The file has not arrived completely yet."),
    "upload.too_large": _("The file is too large."),
    "upload.no_room": _("There is no room for files right now. You can send the text now and the file later."),
    "mailbox.unknown": _("We found no report with that code. Check it against the note you kept."),
    "blob.missing": _("This file is damaged or missing on our side. Those who run the system have been told."),
    "sign_in.refused": _("That did not match. Check the user name, passphrase and code, and try again."),
    "sign_in.wait": _("Too many attempts. Wait a few minutes and try again."),
    "sign_in.needed": _("You are signed out. Sign in again; what you wrote is still here."),
    "step.unknown": _("The case has moved on since you opened it. Reload the page to see where it is."),
    "step.refused": _("Your role on this case cannot take this step. Ask the case lead."),
    "step.needs_second": _("Another person must confirm this step. You proposed it yourself."),
    "step.lacks": _("Something is missing before this step can be taken."),
    "step.no_feedback": _("The reporter has not had feedback. Send it, or write in the log why it is impossible."),
    "step.no_contact": _("The reporter has not been answered yet. Confirm the report first."),
    "case.moved_on": _("Somebody else changed the case while you worked. Reload to see what is new."),
    "habilitet.needed": _("Say first whether you are impartial in this case."),
    "habilitet.given": _("You have answered this already."),
    "habilitet.last": _("You are the last one with a key. Hand the case to the alternate recipient first."),
    "grant.refused": _("You cannot give keys in this case."),
    "grant.person": _("This person cannot get a key: not active, not certified, or not impartial."),
    "grant.seals": _("The keys for this person are not complete. Reload and try again."),
    "grant.held": _("This person has a key already."),
    "box.rekey_due": _("The key of this case is being changed. Wait a moment and try again."),
    "box.wrong": _("What was sealed does not belong to this case. Nothing was stored."),
    "room.exists": _("The notes of this case were opened by a colleague just now. Reload the page."),
    "audit.no_witness": _("This act needs a witness outside, and none is named. Ask the control committee to run one."),
    "audit.unwitnessed": _("No witness has confirmed the approval yet, so nothing was done. It stands in the log; try again."),
    "audit.done": _("This approval was used already."),
    "audit.export_there": _("The folder is not empty. Choose another one."),
    "audit.unpublished": _("Nothing has been published yet. Try again in a minute."),
    "audit.damaged": _("The published log is damaged. Run verify_log to see where."),
    "audit.no_alarm": _("Somebody has answered this alarm already."),
    "audit.range": _("The log has no such range. Reload the page and choose again."),
}


def sentence(code: str) -> str:
    """Return the sentence for an error code, in the language of the request."""
    return str(MESSAGES.get(code) or _("Something went wrong on our side. Nothing was stored. Try again in a while."))
