"""The page of a place to practise: what it is, who the others are, and throwing everything away."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from whistle.accounts.requests import StaffRequest
from whistle.channel.pages import links
from whistle.core import clock
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.demo import training
from whistle.vault import totp


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def practice(request: StaffRequest) -> HttpResponse:
    """Show how one practises here, and what signs the made-up colleagues in."""
    place = request.organisation
    if not place.training_of_id:
        raise Http404
    at = clock.now().timestamp()
    people = [{**row, "code": totp.now(row["totp_secret"], at)} for row in training.colleagues(place)]
    context = {
        "people": people,
        "form": links(place.prefix, "nb")["front"],
        "thrown": request.GET.get("thrown", "") if request.GET.get("thrown", "").isdigit() else "",
    }
    return render(request, "desk/training.html", context)


@audience(STAFF)
@require_POST
def clear(request: StaffRequest) -> HttpResponse:
    """Throw away everything that was practised."""
    try:
        count = training.clear(request.organisation, actor=request.staff)
    except DomainError as error:
        raise Http404 from error
    answer = redirect("training")
    answer["Location"] += f"?thrown={count}"
    return answer
