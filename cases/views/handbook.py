"""The handbook inside the product: what follows on what, who may, what is needed, and by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.selectors import handbook
from cases.words import CLOCKS
from whistle.core.audience import STAFF, audience


@audience(STAFF)
@require_GET
def handbook_page(request: HttpRequest) -> HttpResponse:
    """Show the handbook, made from the tables that the desk itself goes by."""
    context = {
        "drawing": handbook.drawing(),
        "states": handbook.states(),
        "parts": handbook.parts(),
        "clocks": CLOCKS.items(),
        "second_persons": handbook.second_persons(),
    }
    return render(request, "desk/handbook.html", context)
