"""Addresses of the plan's pages."""

from django.urls import URLPattern

public_urlpatterns: list[URLPattern] = []
desk_urlpatterns: list[URLPattern] = []
