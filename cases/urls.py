"""The desk's pages."""

from django.urls import path

from cases.views import desk

urlpatterns = [
    path("", desk.needs_me, name="desk"),
    path("cases/", desk.case_list, name="case-list"),
    path("cases/<str:reference>/", desk.case_page, name="case-page"),
]
