"""Texts an officer may start from, in each language; they are edited in the browser and sealed there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

LANGUAGES = {"nb": "bokmål", "nn": "nynorsk", "en": "English"}

TEXTS = {
    "acknowledge": gettext_noop(
        "Thank you for writing to us. I have read your report, and we treat it from now on.\n\n"
        "This happens next: We assess what you have written, and decide whether to investigate. We answer you within"
        " 3 months, and sooner if we can. You can see here where the case is.\n\n"
        "It helps us if you can say more about when it happened, who else knows, and whether there are documents."
        " Write only what you are comfortable with. Come back here with your code; it is the only way we can reach"
        " you.\n\n"
        "Nobody may punish you for reporting. If you notice anything, tell us here."
    ),
    "answer": gettext_noop(
        "Thank you for what you sent.\n\nI have a question: …\n\nYou decide how much you want to tell."
    ),
    "feedback": gettext_noop(
        "Here is our feedback on what you reported.\n\n"
        "What we have done: …\n\nWhat we found, and why: …\n\nWhat happens next: …\n\n"
        "If you see it differently, or know more, write to us here. Nobody may punish you for reporting; if it"
        " happens, tell us, or the Discrimination Tribunal."
    ),
    "minutes": gettext_noop(
        "Who took part, and how we talked: …\n\nWhat you told us: …\n\nWhat we asked, and what you answered: …\n\n"
        "What we agreed on, and what happens next: …\n\n"
        "Is anything wrong or missing? Correct it below. Your answer in this mailbox counts as a signature; you need not"
        " give your name."
    ),
    "extend": gettext_noop(
        "We had promised you feedback within 3 months. We need more time, because: …\n\n"
        "This is what we have done so far: …\n\nYou get feedback at the latest 6 months after we confirmed your report."
        " You can write to us here all the while."
    ),
}


def suggestions() -> dict[str, dict[str, str]]:
    """Return the suggested texts by occasion and language.

    >>> sorted(suggestions()["acknowledge"])
    ['en', 'nb', 'nn']
    """
    return {occasion: {code: _in(code, text) for code in LANGUAGES} for occasion, text in TEXTS.items()}


def _in(code: str, text: str) -> str:
    with override(code):
        return _(text)
