"""The logs as anybody may fetch them."""

from django.urls import path

from whistle.audit import views_public

urlpatterns = [
    path("policy", views_public.policy_file, name="public-log-policy"),
    path("<str:log>/<path:name>", views_public.log_file, name="public-log"),
]
