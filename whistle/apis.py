"""The desk's API, put together from the parts that own its routes."""

from ninja.utils import check_csrf

from cases.api import router as cases
from cases.api_elsewhere import router as elsewhere
from cases.api_export import router as export
from cases.api_identity import router as identity
from cases.api_keys import router as keys
from cases.api_people import router as people_answers
from cases.api_records import router as records
from cases.api_search import router as search
from cases.api_texts import router as texts
from cases.api_tools import router as tools
from whistle.access.api import router as people
from whistle.access.api_roster import router as roster
from whistle.accounts.api import router as sign_in
from whistle.accounts.api_own import router as own
from whistle.accounts.requests import StaffRequest
from whistle.core.errors import DomainError
from whistle.ui.api import declare_audience, new_api


def signed_in(request: StaffRequest) -> object:
    """Return the person of the session, whose page sent its token; the audience middleware answers all others."""
    if check_csrf(request) is not None:
        raise DomainError("request.cross_site", status=403)
    return request.staff


desk = new_api(
    title="Whistle: the case desk",
    namespace="desk-api",
    description="Metadata of cases the person may see, and sealed material that only their browser can open.",
)
desk.auth = [signed_in]
desk.add_router("/", sign_in)
desk.add_router("/", cases)
desk.add_router("/", keys)
desk.add_router("/", roster)
desk.add_router("/", identity)
desk.add_router("/", texts)
desk.add_router("/", search)
desk.add_router("/", elsewhere)
desk.add_router("/", tools)
desk.add_router("/", export)
desk.add_router("/", records)
desk.add_router("/", own)
desk.add_router("/", people)
desk.add_router("/", people_answers)

desk_urls = declare_audience(
    desk,
    public=(
        "sign-in",
        "sign-in/salt",
        "sign-in/challenge",
        "sign-in/passkey",
        "enrol",
        "enrol/open",
        "enrol/code",
    ),
)
