"""Signing in, making one's keys, and what one has to say before anything opens.

The passphrase is stretched in the browser; no form here is ever sent.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import gate, own, secrecy, sessions, together
from whistle.core.audience import PUBLIC, STAFF, audience
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@audience(PUBLIC)
@ensure_csrf_cookie
@require_GET
def sign_in_page(request: StaffRequest) -> HttpResponse:
    """Show the form, in the language that was asked for; somebody signed in already goes to the desk."""
    if request.staff is not None:
        return redirect("desk")
    gate.watch(request.organisation)
    return door(request, "accounts/sign_in.html", gate=gate.state(request, request.organisation))


@audience(PUBLIC)
@ensure_csrf_cookie
@require_GET
def enrol_page(request: HttpRequest) -> HttpResponse:
    """Show where somebody makes their keys.  The link's secret stands after the #, which no server is sent."""
    return door(request, "accounts/enrol.html")


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def secrecy_page(request: StaffRequest) -> HttpResponse:
    """Show the declaration of secrecy."""
    until = secrecy.valid_until(request.staff)
    return render(request, "accounts/secrecy.html", {"version": secrecy.VERSION, "until": until})


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def own_page(request: StaffRequest) -> HttpResponse:
    """Show a person their own way in: passkeys, passphrase, sign-ins, and their other organisations."""
    return _own(request)


def _own(request: StaffRequest, **said: str) -> HttpResponse:
    person = request.staff
    rows = sessions.listed(person, request.session.session_key or "")
    context = {
        "passkeys": person.passkeys.order_by("id"),
        "sign_ins": rows[:12],
        "others": sum(not row["here"] and row["ended_at"] is None for row in rows),
        "secrecy_until": secrecy.valid_until(person),
        "elsewhere": together.others(person),
        "code": together.code(person),
        "languages": LANGUAGES,
        **said,
    }
    return render(request, "accounts/own.html", context, status=400 if "problem" in said else 200)


@audience(STAFF)
@require_POST
def together_view(request: StaffRequest) -> HttpResponse:
    """Give the code that one's other account made, or part them."""
    person = request.staff
    try:
        if request.POST.get("act") == "part":
            together.part(person)
        else:
            together.join(person, request.POST.get("code", ""))
    except DomainError as error:
        return _own(request, problem=sentence(error.code))
    return redirect("own")


@audience(STAFF)
@require_POST
def language_view(request: StaffRequest) -> HttpResponse:
    """Let the desk speak another language to this person from now on."""
    chosen = request.POST.get("language", "")
    if chosen not in LANGUAGES:
        raise Http404
    own.speak(request.staff, chosen)
    return redirect("own")


def door(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """Return a page before the desk, in the language that was asked for."""
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else next(iter(LANGUAGES))
    languages = [{"code": code, "label": label} for code, label in LANGUAGES.items()]
    with override(language):
        context |= {"languages": languages, "language": language}
        return render(request, template, context, status=status)
