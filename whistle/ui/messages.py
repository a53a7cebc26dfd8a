"""One table from error code to sentence: what happened, what to do now.  No identifiers, no jargon.

A test proves that every code raised anywhere has a sentence here.
"""

from django.utils.translation import gettext_lazy as _

from whistle.ui.messages_desk import DESK

MESSAGES = {
    "request.malformed": _(
        "The request was not understood. Nothing was stored. Reload the page and try again."
    ),
    "request.cross_site": _("This request came from another site and was refused."),
    "request.header": _("This address is for the page's own script. Open the page in a browser instead."),
    "request.absent": _("We found nothing here."),
    "request.too_large": _("This is too large to send in one piece. Nothing was stored."),
    "channel.closed": _(
        "This channel is not open yet. See the municipality's own pages for other ways to report."
    ),
    "report.not_sealed": _(
        "The report was not sealed as it must be, so we did not take it. Reload the page and send again."
    ),
    "report.cut_off": _(
        "What you sent did not arrive whole: too many or too large files, or a lost connection. Nothing was stored."
        " Send again, with fewer files at a time."
    ),
    "report.empty": _("Write what happened before you send. Nothing was stored."),
    "report.readers": _(
        "The report must be sealed to readers who are on the list now. Reload the page and send again."
    ),
    "report.nobody": _(
        "Nobody can receive the report now. Nothing was stored, and what you wrote is still here. Include more people,"
        " or report to one of the authorities at the bottom of the first page."
    ),
    "report.taken": _("A report with this code is already here. Use the code to write more."),
    "report.work": _(
        "Very many reports are arriving. Your browser must do some work first; it goes on by itself."
    ),
    "report.no_room": _(
        "Very much is arriving right now, and there is no room left for the moment. Nothing was stored, and what you "
        "wrote is still here. Room comes back minute by minute: send again in a little while, or report in another way."
    ),
    "report.too_many": _("There are too many files in one sending. Send the rest with your code afterwards."),
    "training.there": _("This organisation has a place to practise."),
    "training.itself": _("This is a place to practise. Make one beside the real organisation."),
    "item.malformed": _(
        "What was sent is not sealed text. Nothing was stored. Reload the page and send again."
    ),
    "item.too_long": _(
        "The text is too long to be sent at once. Nothing was sent, and what you wrote is still here. Shorten it, and send the"
        " rest afterwards."
    ),
    "item.order": _(
        "Something else arrived at the same time. Reload and send again; what you wrote is still here."
    ),
    "upload.unknown": _("We do not know this upload. Choose the file again."),
    "upload.offset": _("The file continues at another place. Your browser goes on by itself."),
    "upload.part_size": _("A part of the file has the wrong size. Choose the file again."),
    "upload.damaged": _("A part of the file was damaged on the way. Your browser sends it again."),
    "upload.unfinished": _("The file has not arrived completely yet. Wait until it has, or choose it again."),
    "upload.too_large": _("The file is too large. Leave it out, or send it in smaller parts."),
    "upload.no_room": _(
        "There is no room for files right now. You can send the text now and the file later."
    ),
    "texts.lacks": _(
        "Something required is missing or too long. Look at the marked fields; nothing was stored."
    ),
    "texts.unlogged": _(
        "Words are shown that the log knows no adoption of. Let two people adopt the texts anew, and tell the auditor."
    ),
    "texts.none": _("There is nothing to approve. Reload the page."),
    "mailbox.full": _(
        "This mailbox is full. Nothing was sent, and what you wrote is still here. Send it as a new report, and say there that"
        " it belongs to this one."
    ),
    "mailbox.unknown": _("We found no report with that code. Check it against the note you kept."),
    "answer.empty": _("Write something, or add a file."),
    "answer.again": _("This is sent already. Below you see the mailbox as it is now."),
    "answer.old": _(
        "You have sent something since this page was opened, so we stopped here. Look among your messages whether this is sent"
        " too. If not, send it now: what you wrote is still here."
    ),
    "minutes.say": _("Write what should be different."),
    "meeting.choose": _("Choose a time, or say that none of them suits."),
    "retaliation.nobody": _(
        "Nobody who has not handled your case can receive it now. Tell the Labour Inspection Authority or your union."
    ),
    "certificate.refused": _(
        "This certificate was not made with the organisation's root key. It was not taken."
    ),
    "roster.refused": _(
        "This list of readers was not signed with the organisation's root key. It was not taken."
    ),
    "roster.faults": _("The list cannot be put in force as it is. Nothing was changed."),
    "duty.apart": _("One person may not hold both of these roles. Choose somebody else for one of them."),
    "blob.missing": _(
        "This file is damaged or missing on our side. Those who run the system have been told."
    ),
    "sign_in.refused": _(
        "That did not match. Check the user name, passphrase and code, and try again. After many wrong codes only a browser you have used before is let in for a quarter of an hour."
    ),
    "sign_in.work": _(
        "Many are trying to sign in just now. Try again; your browser does a little work for it."
    ),
    "gate.refused": _("What came back from there was not as it must be, or too old. Begin again."),
    "gate.away": _(
        "The work accounts do not answer just now. Try again in a while; those who run the system know what to do."
    ),
    "together.refused": _(
        "That code does not work here. Make a new one at the other organisation; it is good for ten minutes, once."
    ),
    "gate.nothing": _("Nothing waits for your word here. Reload the page."),
    "people.name": _("Write the person's name."),
    "people.username": _(
        "A user name has small letters, digits, full stops and hyphens, and at least two signs."
    ),
    "people.taken": _("Somebody has that user name, or is invited with it. Choose another."),
    "people.own": _("This is about you. A colleague must do it."),
    "people.certified": _("This person's keys are still certified. Revoke them first; two people do that."),
    "people.proposed": _("This is proposed already and waits for a second person."),
    "people.answered": _("Somebody has answered this already. Reload the page."),
    "people.second": _("You said so first. A second person must say so too."),
    "invitation.unknown": _("This link does not work: it was used, is too old, or was not copied whole."),
    "enrol.malformed": _("What your browser made was not understood. Reload the page and begin again."),
    "enrol.code": _(
        "That is not the code the authenticator should show. Wait for the next one and write it."
    ),
    "enrol.passphrase": _("That is not your passphrase. Check it and try again."),
    "staff.refused": _("That is not your passphrase. Check it and try again."),
    "passkey.refused": _("The passkey was not taken. Try again, and answer within five minutes."),
    "passkey.many": _("You have eight passkeys already. Remove one first."),
    "passkey.label": _("Give the passkey a name, so that you know it again."),
    "secrecy.version": _("The text has changed since you read it. Reload the page and read it again."),
    "secrecy.needed": _("Declare first that what you learn here stays secret."),
    "duty.needs_leader": _("This role opens cases: one of the two who agree on it must lead compliance."),
    "root.person": _("This person is not a certified key custodian. Certify them first."),
    "root.last": _("Nobody else has the root key. Let it be given to another key custodian first."),
    "set_up.two_people": _("An administrator and a key custodian begin, and they are two people."),
    "set_up.begun": _("The root key is made already. It cannot be made again."),
    "set_up.recovery": _("Two recovery keys must be certified with the root key."),
    "set_up.reference": _("Say where it is written: a date, a case number, a place."),
    "set_up.missing": _("Something is still missing. Reload the page to see what."),
    "sign_in.needed": _("You are signed out. Sign in again; what you wrote is still here."),
    "grant.refused": _("You cannot give keys in this case."),
    "grant.person": _("This person cannot get a key: not active, not certified, or not impartial."),
    "certificate.needed": _(
        "Your keys are new. Nobody has certified them yet. Read their words to the key custodian first."
    ),
    "grant.vouch": _("The word that came with a key is not signed by its giver. Reload and try again."),
    "grant.seals": _("The keys for this person are not complete. Reload and try again."),
    "grant.held": _("This person has a key already. Reload the page to see who has one."),
    "grant.until": _("Choose a last day from today and at most 180 days ahead."),
    "duty.last": _("Nobody else holds this role. Give it to somebody else first."),
    "duty.refused": _("Your role cannot do this."),
    "grant.own": _("You cannot take your own key this way. Say that you are not impartial instead."),
    "grant.last": _(
        "Nobody else holds a key to this case. Give a colleague a key first, or hand the case over."
    ),
    "grant.decider": _(
        "Nobody who may decide would be left on the case. Hand it over to somebody who may decide."
    ),
    "grant.unproven": _(
        "Your keys to this case have not been opened yet. Open the case once, then try again."
    ),
    "certificate.lapsed": _(
        "Your certificate has lapsed, so nobody can give you new keys. Ask the key custodian to renew it."
    ),
    "box.rekey_due": _("The key of this case is being changed. Wait a moment and try again."),
    "box.wrong": _(
        "What was sealed does not belong to this case. Nothing was stored. Reload the page and try again."
    ),
    "plan.malformed": _("The plan's document has a fault. Nothing was stored."),
    "plan.draft_exists": _("There is a draft already. Adopt it or change it."),
    "plan.not_draft": _("This version of the plan is adopted already."),
    "plan.own": _("You changed the draft last. Somebody else must record the council's decision."),
    "plan.decision": _("Give the council's case number and the date of the decision."),
    "plan.part": _("This code is taken, or there is no such part. Reload the page."),
    "effect.verdict": _("Say whether the measure works, works in part or does not work."),
    "effect.comment": _("Say how you know, in at most 400 characters."),
    "effect.too_early": _("The measure is not in place yet, so its effect cannot be looked at."),
    "document.kind": _("We cannot take this kind of file. Use PDF, Word, Excel, OpenDocument or a picture."),
    "document.too_large": _("The document is too large: at most 8 MB."),
    "document.empty": _("The document is empty."),
    "document.there": _("This document shows the measure already."),
    "document.words": _("Leave out what points to a case, in the note and in the name of the file."),
    "gift.words": _("Say what it is, who gives it, when, and what it is worth in whole kroner."),
    "gift.choice": _("Choose from the list."),
    "gift.reason": _("Say why it is to be given back."),
    "gift.own": _("You cannot decide about your own gift. Ask a colleague."),
    "gift.decided": _("Somebody has decided about this gift already."),
    "interest.words": _("Write what you have, or say that there is nothing: one of them."),
    "interest.year": _("Declare for this year or the next."),
    "status.sent": _("The chief executive has this already. Nothing has changed since."),
    "risk.reason": _("Say why, in at most 400 characters."),
    "plan.not_in_force": _("No plan is in force yet. It must be adopted first."),
    "measure.status": _("A measure cannot have that status. What is late is said by the clock."),
    "measure.needs_second": _("Somebody else must confirm that a measure is done."),
    "measure.no_evidence": _("Nothing shows yet that the measure is done. Add what shows it first."),
    "measure.unknown": _("The plan in force does not have this measure."),
    "attestation.statement": _("Say what was done, in at most 400 characters."),
    "attestation.figures": _("These figures cannot be right. Check them and send again."),
    "attestation.own": _("You cannot confirm your own word. Ask a colleague."),
    "attestation.answered": _("Somebody has answered this already. Reload the page."),
    "control.figures": _(
        "These figures cannot be right: the sample is larger than what it was drawn from, or so."
    ),
    "risk.score": _("Likelihood and consequence go from 1 to 5."),
    "proposal.area": _("The plan does not have this risk area."),
    "proposal.cause": _("Choose a cause from the list."),
    "proposal.lesson": _("Write the lesson in a sentence or two, without anything that points to a case."),
    "proposal.measure": _("The plan does not have this measure."),
    "proposal.reason": _("Say why the proposal is declined."),
    "proposal.answered": _("Somebody has answered this proposal already."),
    "reading.too_early": _("The period is not over yet, so its figures cannot stand."),
    "reading.not_shown": _("That part of the log has not been shown outside yet. Try again tomorrow."),
    "reading.corrected": _("This figure has a correction already."),
    "reading.log_changed": _("The log is not what it was when this figure was computed. Tell the auditor."),
    "reading.not_from_log": _("This figure does not come from the log."),
    "pdf.missing": _("This server cannot make PDFs. Print the page instead."),
    "import.kind": _("Choose what is in the file."),
    "import.no_file": _("Choose a file."),
    "import.empty": _("The file is empty."),
    "import.encoding": _("We cannot read the letters in this file. Save it as CSV UTF-8 and try again."),
    "import.not_a_table": _("We cannot read this file as a table. Save it as CSV or .xlsx and try again."),
    "import.old_excel": _("This is an old Excel file. Save it as .xlsx and try again."),
    "import.too_large": _("The file is too large: at most 8 MB."),
    "import.too_many_rows": _("The file has too many rows: at most 100,000."),
    "import.faults": _("The file has faults, so nothing was taken in."),
    "import.period": _("Give a period that is over: from a date to a later one."),
    "import.taken": _("This file was taken in already."),
    "import.again": _("It is too long since the file was checked. Choose it again."),
    "yearly.words": _(
        "Write a heading and a text in all three languages, without anything that points to a case."
    ),
    "yearly.own": _("You made this report yourself. Somebody else must publish it."),
    "yearly.published": _("This report is published already."),
    "audit.no_witness": _(
        "This act needs a witness outside, and none is named. Ask the control committee to run one."
    ),
    "audit.unwitnessed": _(
        "No witness has confirmed the approval yet, so nothing was done. It stands in the log; try again."
    ),
    "audit.done": _(
        "This approval was used already, or was taken back. Ask for a new one if it is still needed."
    ),
    "audit.other_terms": _("What is asked for is not what was approved. Nothing was done."),
    "audit.export_there": _("The folder is not empty. Choose another one."),
    "audit.unpublished": _("Nothing has been published yet. Try again in a minute."),
    "audit.damaged": _("The published log is damaged. Run verify_log to see where."),
    "audit.tampered": _(
        "This was no accident: entries were changed or taken out. Recover nothing before the control committee has looked."
    ),
    "audit.no_alarm": _("Somebody has answered this alarm already."),
    "audit.range": _("The log has no such range. Reload the page and choose again."),
    **DESK,
}


def sentence(code: str) -> str:
    """Return the sentence for an error code, in the language of the request."""
    return str(
        MESSAGES.get(code) or _("Something went wrong on our side. Nothing was stored. Try again in a while.")
    )
