"""Addresses of the reporter's pages: `/` speaks the organisation's first language, `/nb/`, `/nn/` and `/en/` say so."""

from django.urls import path

from whistle.channel.pages import PAGES, look, reporter_page
from whistle.organisations.languages import INSTALLED

urlpatterns = [
    path("look.css", look, name="look"),
    path("", reporter_page, {"page": "front"}, name="reporter"),
    *(
        path(
            f"{language}/{tail}",
            reporter_page,
            {"language": language, "page": page},
            name=f"{page}-{language}",
        )
        for language in INSTALLED
        for page, tail in PAGES.items()
    ),
]
