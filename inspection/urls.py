"""Addresses of the district's pages, of a finding, and of what is judged anew."""

from . import rejudgings, sheets, views

urlpatterns = [*views.urlpatterns, *sheets.urlpatterns, *rejudgings.urlpatterns]
