"""Hypothesis as in tests/rules."""

from tests.rules import conftest as _busy  # noqa: F401
