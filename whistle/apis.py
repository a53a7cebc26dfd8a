"""The desk's API, put together from the parts that own its routes."""

from django.http import HttpRequest

from cases.api import router as cases
from whistle.accounts.api import router as sign_in
from whistle.ui.api import declare_audience, new_api


def signed_in(request: HttpRequest) -> object:
    """Return the person of the session; nobody else gets past (the audience middleware answers them)."""
    return request.staff  # type: ignore[attr-defined]


desk = new_api(
    title="Whistle: the case desk",
    namespace="desk-api",
    description="Metadata of cases the person may see, and sealed material that only their browser can open.",
)
desk.auth = [signed_in]
desk.add_router("/", sign_in)
desk.add_router("/", cases)

desk_urls = declare_audience(desk, public=("sign-in", "sign-in/salt"))
