"""A school's dossier as a file: out of the database, and into it.

Glossary
    Dossier   档案: everything recorded of one school, in the record format (governance.exchange)
    ref       what a person, a matter or a meeting is called in files; given once, it never changes
"""

from .exporting import dossier_of, matter_part, meeting_part, period_of
from .importing import Brought, NotBrought, bring_in
from .judging import judge_after_import, judge_what_came

__all__ = [
    "Brought",
    "NotBrought",
    "bring_in",
    "dossier_of",
    "judge_after_import",
    "judge_what_came",
    "matter_part",
    "meeting_part",
    "period_of",
]
