"""导入: workbooks that are brought in, small ones at once, large ones by the worker.

asking    a workbook is handed in; what was seen in it is wanted
working   looked through and brought in, each in one transaction
progress  how far that has come, for whoever waits
"""

from .asking import hand_in, want
from .progress import how_far
from .working import work

__all__ = ["hand_in", "how_far", "want", "work"]
