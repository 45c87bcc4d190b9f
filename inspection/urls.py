"""Addresses of the district's pages, of a finding, and of what is judged anew."""

from . import glance, inspections, rejudgings, report_pages, school_page, sheets, views

urlpatterns = [
    *glance.urlpatterns,
    *school_page.urlpatterns,
    *views.urlpatterns,
    *sheets.urlpatterns,
    *rejudgings.urlpatterns,
    *inspections.urlpatterns,
    *report_pages.urlpatterns,
]
