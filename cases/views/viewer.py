"""The viewer's frame: a page without origin in which a file is shown.  It is the same for everybody and holds nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from whistle.core.audience import STAFF, audience


@audience(STAFF)
@require_GET
def viewer(request: HttpRequest, engine: str = "desk-viewer") -> HttpResponse:
    """Return the frame.  Its policy (`whistle.ui.headers`) lets it draw, and nothing else."""
    return render(request, "desk/viewer.html", {"engine": engine})
