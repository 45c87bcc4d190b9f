"""What follows from the acts of inspection and rectification: people are told. As in meetings.errands."""

from meetings.errands import Errands

ERRANDS: Errands = {}
