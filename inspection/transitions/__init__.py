"""The verbs of inspection: the only code that changes a state here."""

from .acting import NotAllowed, Stopped, WrongState
from .inspecting import begin_inspection, end_inspection
from .table import VERBS

__all__ = ["VERBS", "NotAllowed", "Stopped", "WrongState", "begin_inspection", "end_inspection"]
