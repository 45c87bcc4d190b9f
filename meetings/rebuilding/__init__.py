"""The record of a meeting built again from its journal, and compared with the rows as they stand.

Glossary
    Account     the record as plain texts by path; the paths are those of notes, and a few more in their manner
    Comparison  where the two accounts of one meeting differ, and how much of it the journal tells at all

Two sources tell what happened: the journal (one line an act) and the texts as they were written (TextRevision). Neither
is ever changed, so an account made of them alone shows whether a row was changed past the verbs.
"""

from .comparing import Comparison, compare
from .standing import account_of_rows
from .told import account_of_journal

__all__ = ["Comparison", "account_of_journal", "account_of_rows", "compare"]
