"""Addresses of the district's pages, of a finding, and of what is judged anew."""

from . import (
    glance,
    inspections,
    managing,
    payments,
    register_pages,
    rejudgings,
    report_pages,
    sampled,
    saved,
    school_page,
    sheets,
    views,
    working,
    working_list,
)
from .announcements import pages as announcements
from .rectifications import drafting, ledger, pages
from .structure import authorities
from .structure import pages as structure

urlpatterns = [
    *glance.urlpatterns,
    *school_page.urlpatterns,
    *views.urlpatterns,
    *sheets.urlpatterns,
    *rejudgings.urlpatterns,
    *inspections.urlpatterns,
    *managing.urlpatterns,
    *authorities.urlpatterns,
    *structure.urlpatterns,
    *announcements.urlpatterns,
    *report_pages.urlpatterns,
    *sampled.urlpatterns,
    *working.urlpatterns,
    *drafting.urlpatterns,
    *pages.urlpatterns,
    *ledger.urlpatterns,
    *register_pages.urlpatterns,
    *saved.urlpatterns,
    *payments.urlpatterns,
    *working_list.urlpatterns,
]
