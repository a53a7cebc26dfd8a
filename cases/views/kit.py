"""What every case page is filled with: forms, words, and the pieces that script copies."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from cases import words_values
from cases.codes import REMOVAL
from cases.forms import PARTS, forms
from cases.suggestions import suggestions
from whistle.channel import questions
from whistle.channel.pages import subjects
from whistle.core.audience import STAFF, audience


@audience(STAFF)
@require_GET
def case_kit(request: HttpRequest) -> HttpResponse:
    """Return the kit: the same for every case, so a browser asks once while its document lives."""
    context = {
        "parts": {part: forms(part) for part in PARTS},
        "answer_words": list(questions.labels()),
        "subjects": subjects(),
        "suggestions": suggestions(),
        "removal_grounds": [(code, words_values.value("why", code)) for code in REMOVAL],
    }
    return HttpResponse(render_to_string("desk/case_kit.html", context))
