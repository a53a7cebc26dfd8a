"""Everything under /desk/: sign-in, the API, cases, the plan, the log."""

from django.urls import include, path

from whistle.access.views_roster import roster_page
from whistle.accounts.views import (
    enrol_page,
    language_view,
    own_page,
    secrecy_page,
    sign_in_page,
    together_view,
)
from whistle.accounts.views_gate import gate_back, gate_out
from whistle.apis import desk_urls
from whistle.demo import views as training
from whistle.plan.urls import desk_urlpatterns

urlpatterns = [
    path("sign-in/", sign_in_page, name="sign-in"),
    path("gate/", gate_out, name="gate"),
    path("gate/back/", gate_back, name="gate-back"),
    path("enrol/", enrol_page, name="enrol"),
    path("secrecy/", secrecy_page, name="secrecy"),
    path("me/", own_page, name="own"),
    path("me/language/", language_view, name="own-language"),
    path("me/together/", together_view, name="together"),
    path("", include("whistle.access.urls")),
    path("roster/", roster_page, name="roster"),
    path("api/", desk_urls),
    path("plan/", include(desk_urlpatterns)),
    path("log/", include("whistle.audit.urls")),
    path("training/", training.practice, name="training"),
    path("training/clear/", training.clear, name="training-clear"),
    path("", include("cases.urls")),
]
