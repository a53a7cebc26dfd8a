"""The page on which an officer writes down what came another way."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.services.elsewhere import CHANNELS, REGISTERS
from cases.words_tools import CHANNELS as CALLED
from whistle.channel.pages import links, subjects
from whistle.core.audience import audience
from whistle.organisations.requests import OrganisationRequest


@audience(*REGISTERS)
@ensure_csrf_cookie
@require_GET
def register(request: OrganisationRequest) -> HttpResponse:
    """Show the form; everything written in it is sealed in the browser."""
    prefix = request.organisation.prefix
    context = {
        "channels": [(code, CALLED[code]) for code in CHANNELS],
        "subjects": subjects(),
        "address": request.build_absolute_uri(links(prefix, "nb")["mailbox"]),
    }
    return render(request, "desk/elsewhere.html", context)
