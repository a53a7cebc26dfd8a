"""The sign-in page.  The passphrase is stretched in the browser; the form itself is never sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.core.audience import PUBLIC, audience


@audience(PUBLIC)
@ensure_csrf_cookie
@require_GET
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Show the form; somebody signed in already goes to the desk."""
    if request.staff is not None:  # type: ignore[attr-defined]
        return redirect("desk")
    return render(request, "accounts/sign_in.html")
