"""Addresses of what exists before any meeting, all under ``s/<school>/``. Each views module lists its own."""

from django.urls import include, path

from .views import leadership

PAGES = (leadership,)

urlpatterns = [
    path("s/<slug:school>/", include([address for page in PAGES for address in page.urlpatterns])),
]
