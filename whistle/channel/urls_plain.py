"""The plain path: `/plain/` speaks bokmål, `/plain/nn/` and `/plain/en/` say so."""

from django.urls import path

from whistle.channel.pages import FIRST, LANGUAGES
from whistle.channel.plain import report_page
from whistle.channel.plain_mailbox import mailbox_page

urlpatterns = [
    path("", report_page, {"language": FIRST}, name="plain"),
    path("mailbox/", mailbox_page, {"language": FIRST}, name="plain-mailbox"),
    *(
        route
        for language in LANGUAGES
        for route in (
            path(f"{language}/", report_page, {"language": language}, name=f"plain-{language}"),
            path(
                f"{language}/mailbox/", mailbox_page, {"language": language}, name=f"plain-mailbox-{language}"
            ),
        )
    ),
]
