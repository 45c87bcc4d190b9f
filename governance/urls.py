"""Addresses of what exists before any meeting. Each views module lists its own."""

from django.urls import include, path

from .views import calendar, cataloguing, communications, filing, flooring, leadership, procedures

PAGES = (leadership, procedures, cataloguing, calendar, communications)

urlpatterns = [
    path("s/<slug:school>/", include([address for page in PAGES for address in page.urlpatterns])),
    path(
        "d/<slug:authority>/",
        include(
            [address for page in (calendar, cataloguing, filing, flooring) for address in page.district_urlpatterns]
        ),
    ),
]
