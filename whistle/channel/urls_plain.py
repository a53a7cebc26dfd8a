"""The plain path."""

from django.urls import path

from whistle.channel.plain import mailbox_page, report_page

urlpatterns = [
    path("", report_page, name="plain"),
    path("<str:language>/", report_page, name="plain-language"),
    path("<str:language>/mailbox/", mailbox_page, name="plain-mailbox"),
]
