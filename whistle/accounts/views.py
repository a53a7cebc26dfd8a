"""The sign-in page.  The passphrase is stretched in the browser; the form itself is never sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.core.audience import PUBLIC, audience

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@audience(PUBLIC)
@ensure_csrf_cookie
@require_GET
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Show the form, in the language that was asked for; somebody signed in already goes to the desk."""
    if request.staff is not None:  # type: ignore[attr-defined]
        return redirect("desk")
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else next(iter(LANGUAGES))
    languages = [{"code": code, "label": label} for code, label in LANGUAGES.items()]
    with override(language):
        return render(request, "accounts/sign_in.html", {"languages": languages})
