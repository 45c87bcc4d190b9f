"""From rows to the plain facts that rules read. All the queries of judging are here.

The number of statements does not depend on how many meetings are loaded: one for the school's ground,
one for meetings, one for items, one for matters with what else became of them, one for the meetings beside, and for a
whole dossier one for the regular talks of the two heads.
"""

from .excerpt import judged_facts, school_facts
from .loading import PROVISIONAL, Load, day_facts, load, load_whole, with_next_party_meeting, with_provisional
from .plain import consultation_facts, item_facts, matter_facts, meeting_facts
from .rows import with_facts_of_items, with_facts_of_matters, with_facts_of_meetings
from .writing import Writing, text_of

__all__ = [
    "PROVISIONAL",
    "Load",
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
