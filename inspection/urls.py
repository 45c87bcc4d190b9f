"""Addresses of the district's pages, of a finding, and of what is judged anew."""

from . import rejudgings, views

urlpatterns = [*views.urlpatterns, *rejudgings.urlpatterns]
