"""The plain path: `/plain/` speaks the organisation's first language, `/plain/nn/` and `/plain/en/` say so."""

from django.urls import path

from whistle.channel.plain import report_page
from whistle.channel.plain_mailbox import mailbox_page
from whistle.organisations.languages import INSTALLED

urlpatterns = [
    path("", report_page, name="plain"),
    path("mailbox/", mailbox_page, name="plain-mailbox"),
    *(
        route
        for language in INSTALLED
        for route in (
            path(f"{language}/", report_page, {"language": language}, name=f"plain-{language}"),
            path(
                f"{language}/mailbox/", mailbox_page, {"language": language}, name=f"plain-mailbox-{language}"
            ),
        )
    ),
]
