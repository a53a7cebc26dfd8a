"""Addresses of the reporter's pages: `/` speaks bokmål, `/nb/`, `/nn/` and `/en/` say so."""

from django.urls import path

from whistle.channel.pages import FIRST, LANGUAGES, PAGES, look, reporter_page

urlpatterns = [
    path("look.css", look, name="look"),
    path("", reporter_page, {"language": FIRST, "page": "front"}, name="reporter"),
    *(
        path(
            f"{language}/{tail}",
            reporter_page,
            {"language": language, "page": page},
            name=f"{page}-{language}",
        )
        for language in LANGUAGES
        for page, tail in PAGES.items()
    ),
]
