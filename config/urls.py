"""Where each door is."""

from django.urls import include, path

urlpatterns: list = []
