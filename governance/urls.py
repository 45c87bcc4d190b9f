"""Addresses of what exists before any meeting, all under ``s/<school>/``. Each views module lists its own."""

from django.urls import include, path

from .views import cataloguing, filing, leadership, procedures

PAGES = (leadership, procedures, cataloguing)

urlpatterns = [
    path("s/<slug:school>/", include([address for page in PAGES for address in page.urlpatterns])),
    path("d/<slug:authority>/", include([*filing.district_urlpatterns])),
]
