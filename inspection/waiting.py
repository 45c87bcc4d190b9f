"""What waits on the desk of a school for the sake of inspection. As in meetings.worklist."""

from collections.abc import Callable, Iterable
from datetime import datetime

from governance.access import Standing
from meetings.waiting import Row

from .announcements.telling import announcement_rows
from .rectifications.minding import rectification_rows

ROWS: tuple[Callable[[Standing, datetime], Iterable[Row]], ...] = (rectification_rows, announcement_rows)
