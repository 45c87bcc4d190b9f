"""What inspection and rectification call to mind: what is due, and what is late. As in meetings.reminders."""

from collections.abc import Callable, Iterable
from datetime import datetime

from accounts.models import Notice

from .announcements.telling import ANNOUNCEMENT_KINDS
from .rectifications.minding import RECTIFICATION_KINDS

KINDS: tuple[Callable[[datetime], Iterable[Notice]], ...] = (*ANNOUNCEMENT_KINDS, *RECTIFICATION_KINDS)
