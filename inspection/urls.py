"""Addresses of the district's pages, and of a finding."""

from .views import urlpatterns

__all__ = ["urlpatterns"]
