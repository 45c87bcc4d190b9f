"""Addresses of a school's leadership pages."""

from django.urls import include, path

from . import views

urlpatterns = [path("s/<slug:school>/", include(views.urlpatterns))]
