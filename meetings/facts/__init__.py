"""From rows to the plain facts that rules read. All the queries of judging are here.

The number of statements does not depend on how many meetings are loaded: one for the school's ground,
one for meetings, one for items, one for matters with what else became of them, one for the meetings beside. A whole
dossier is read table by table.
"""

from .excerpt import judged_facts, school_facts
from .loading import PROVISIONAL, Load, day_facts, load, with_next_party_meeting, with_provisional
from .plain import consultation_facts, item_facts, matter_facts, meeting_facts
from .rows import with_facts_of_items, with_facts_of_matters, with_facts_of_meetings
from .whole import Whole, load_whole
from .writing import Writing, text_of

__all__ = [
    "PROVISIONAL",
    "Load",
    "Whole",
    "Writing",
    "consultation_facts",
    "day_facts",
    "item_facts",
    "judged_facts",
    "load",
    "load_whole",
    "matter_facts",
    "meeting_facts",
    "school_facts",
    "text_of",
    "with_facts_of_items",
    "with_facts_of_matters",
    "with_facts_of_meetings",
    "with_next_party_meeting",
    "with_provisional",
]
