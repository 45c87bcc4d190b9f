"""报告: figures of an inspection or of a school year, frozen on a day, then drawn as PDF, Word and Excel by a worker.

Glossary
    gathered  what was read for a report, in one look at the database
    figure    one number: its ``key``, how it was counted, and where the records behind it are (``to``)
    frozen    the report as JSON: chapters of blocks. Page, PDF, Word and Excel are four drawings of it
    records   of figures that no list of the district shows: the keys of the rows themselves
"""

from .files import content_of
from .working import work

__all__ = ["content_of", "work"]
