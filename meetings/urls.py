"""Addresses of a school's pages, all under ``s/<school>/``. Each views module lists its own."""

from django.urls import include, path

from .views import (
    agenda_versions,
    answers,
    carrying_out,
    confirming,
    consultations,
    correcting,
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
    publicity,
    rebuilt,
    record,
    revisions,
    room,
    rules,
    school_check,
    voting,
    wordings,
)

PAGES = (
    desk,
    matters,
    wordings,
    consultations,
    confirming,
    files,
    planning,
    answers,
    agenda_versions,
    room,
    revisions,
    presence,
    record,
    correcting,
    rebuilt,
    minutes,
    decisions,
    follow_ups,
    carrying_out,
    publicity,
    phrases,
    school_check,
    exchange,
    voting,
)

urlpatterns = [
    path("s/<slug:school>/", include([address for page in PAGES for address in page.urlpatterns])),
    *rules.urlpatterns,
]
