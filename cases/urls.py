"""The desk's pages."""

from django.urls import path

from cases.views import desk, listing

urlpatterns = [
    path("", listing.needs_me, name="desk"),
    path("cases/", listing.case_list, name="case-list"),
    path("cases/<str:reference>/", desk.case_page, name="case-page"),
]
