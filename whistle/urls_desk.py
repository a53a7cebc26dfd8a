"""Everything under /desk/: sign-in, the API, cases, the plan, the log."""

from django.urls import include, path

from whistle.accounts.views import sign_in_page
from whistle.apis import desk_urls
from whistle.plan.urls import desk_urlpatterns

urlpatterns = [
    path("sign-in/", sign_in_page, name="sign-in"),
    path("api/", desk_urls),
    path("plan/", include(desk_urlpatterns)),
    path("log/", include("whistle.audit.urls")),
    path("", include("cases.urls")),
]
