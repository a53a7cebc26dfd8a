"""The auditor's pages."""

from django.urls import path

from whistle.audit.views import log_page

urlpatterns = [path("", log_page, name="log"), path("<str:log>/", log_page, name="log-of")]
