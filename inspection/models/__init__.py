"""What inspection keeps: roll-ups, inspections with their working papers, rectification, reports, saved filters.

The glossary stands in the modules: figures, inspection, working, rectification, report, saved,
announcement, intake.
"""

from .announcement import Announcement, AnnouncementFile, Reading
from .figures import ANSWERS, Figures, SchoolDue, SchoolTerm, SchoolTermRule
from .inspection import Inspection, Member
from .intake import Intake
from .late import LateEntry
from .rectification import Evidence, Measure, Problem, Rectification, Turn
from .report import Report
from .saved import SavedFilter
from .working import Assessment, Payment, PaymentList, Remark, Sample, SampledItem

__all__ = [
    "ANSWERS",
    "Announcement",
    "AnnouncementFile",
    "Assessment",
    "Evidence",
    "Figures",
    "Inspection",
    "Intake",
    "LateEntry",
    "Measure",
    "Member",
    "Payment",
    "PaymentList",
    "Problem",
    "Reading",
    "Rectification",
    "Remark",
    "Report",
    "Sample",
    "SampledItem",
    "SavedFilter",
    "SchoolDue",
    "SchoolTerm",
    "SchoolTermRule",
    "Turn",
]
