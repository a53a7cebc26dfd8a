"""People, certificates, set-up."""

from django.urls import path

from whistle.access import views, views_gate

urlpatterns = [
    path("people/", views.people_page, name="people"),
    path("certify/", views.certify_page, name="certify"),
    path("set-up/", views.set_up_page, name="set-up"),
    path("work-accounts/", views_gate.work_accounts_page, name="work-accounts"),
    path("work-accounts/lift/", views_gate.lift_view, name="work-accounts-lift"),
    path("work-accounts/<ref>/allow/", views_gate.allow_view, name="work-accounts-allow"),
]
