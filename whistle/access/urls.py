"""People, certificates, set-up."""

from django.urls import path

from whistle.access import views

urlpatterns = [
    path("people/", views.people_page, name="people"),
    path("certify/", views.certify_page, name="certify"),
    path("set-up/", views.set_up_page, name="set-up"),
]
