"""For every rule, by its code: the smallest scene of each outcome, or why there can be none.

The tables of edges in the tests beside this folder say where exactly one outcome ends and the next begins; here
is that each of them exists. ``tests/rules/test_outcomes.py`` plays the scenes and reads along.
"""

from tests.rules.outcomes.after import AFTER_MEETINGS, SCHOOL
from tests.rules.outcomes.before import BEFORE_MEETINGS
from tests.rules.outcomes.meetings import OFFICE, PARTY
from tests.rules.outcomes.scene import Scenes

OUTCOMES: dict[str, Scenes] = PARTY | OFFICE | BEFORE_MEETINGS | AFTER_MEETINGS | SCHOOL
