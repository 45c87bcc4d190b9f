"""What follows from the acts of inspection and rectification: people are told. As in meetings.errands."""

from meetings.errands import Errands

from .announcements.telling import ANNOUNCEMENT_ERRANDS
from .member_errands import MEMBER_ERRANDS
from .rectifications.telling import RECTIFICATION_ERRANDS

ERRANDS: Errands = {**ANNOUNCEMENT_ERRANDS, **MEMBER_ERRANDS, **RECTIFICATION_ERRANDS}
