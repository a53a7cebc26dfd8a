"""The table of contents: the reporter's face, the public plan, the desk."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

import whistle.celery  # noqa: F401  # gives every web process the broker that channel announces to
from whistle.channel.api import urls as channel_api
from whistle.health import health
from whistle.plan.urls import public_urlpatterns

urlpatterns: list[URLPattern | URLResolver] = [path("health/", health, name="health")]
if settings.FACE != "reporter":
    urlpatterns += [path("desk/", include("whistle.urls_desk"))]
if settings.FACE != "staff":
    urlpatterns += [
        path("api/", channel_api),
        path("plain/", include("whistle.channel.urls_plain")),
        path("plan/", include(public_urlpatterns)),
        path("log/", include("whistle.audit.urls_public")),
        path("", include("whistle.channel.urls_pages")),
    ]
handler400 = "whistle.ui.errors.bad_request"
handler403 = "whistle.ui.errors.forbidden"
handler404 = "whistle.ui.errors.not_found"
handler500 = "whistle.ui.errors.server_error"
