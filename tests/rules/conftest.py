"""Hypothesis, on machines that are busy with something else."""

from hypothesis import settings

settings.register_profile("busy", deadline=None, max_examples=60)
settings.load_profile("busy")
