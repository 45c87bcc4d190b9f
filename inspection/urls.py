"""Addresses of the district's pages, of a finding, and of what is judged anew."""

from . import glance, rejudgings, sheets, views

urlpatterns = [*glance.urlpatterns, *views.urlpatterns, *sheets.urlpatterns, *rejudgings.urlpatterns]
