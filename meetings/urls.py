"""Addresses of a school's pages, all under ``s/<school>/``. Each views module lists its own."""

from django.urls import include, path

from .views import (
    carrying_out,
    confirming,
    consultations,
    decisions,
    desk,
    exchange,
    files,
    follow_ups,
    matters,
    minutes,
    phrases,
    planning,
    presence,
    rebuilt,
    record,
    revisions,
    room,
    rules,
    school_check,
)

PAGES = (
    desk,
    matters,
    consultations,
    confirming,
    files,
    planning,
    room,
    revisions,
    presence,
    record,
    rebuilt,
    minutes,
    decisions,
    follow_ups,
    carrying_out,
    publicity,
    phrases,
    school_check,
    exchange,
)

urlpatterns = [
    path("s/<slug:school>/", include([address for page in PAGES for address in page.urlpatterns])),
    *rules.urlpatterns,
]
