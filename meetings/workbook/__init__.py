"""The dossier in another dress: an Excel workbook that a school downloads, fills and brings back.

One table (``layout``) says which sheets and columns there are and which field of the record format each stands for.
From it come the template, the export, the reading and the marks on faulty cells.

Glossary
    line     a row of a sheet that holds something, with what its cells say by field
    label    what a person, a matter or a meeting is called in cells and drop-downs
    known    the records that the school has here already: a workbook may say the same of them again, never otherwise
    wrong    a cell (or a sheet, or the whole file) that cannot be taken in, and why
"""

from .marking import marked
from .opening import Unreadable
from .reading import Workbook, Wrong, read
from .writing import TooLong, template, write

__all__ = ["TooLong", "Unreadable", "Workbook", "Wrong", "marked", "read", "template", "write"]
