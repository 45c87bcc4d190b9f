"""The meeting page as one value, made of a single reading (``facts.load``): nothing here asks the database again.

Numbers about quorum and votes are those of the rules' findings; this module only arranges them.

Glossary
    Room      the whole page
    Topic     one item of the agenda: what is written of it, counted, and found
    Seat      one person at the meeting
    Voice     one person at one item
    Strip     应到 · 实到 · 需到 … for one item, with what can be done and who is still missing
    Blank     one field that saves itself: its path, what it holds, and the version the next write is based on
"""

from .reading import last_entry, last_revision, stamp_of
from .room import Room, room_for

__all__ = ["Room", "last_entry", "last_revision", "room_for", "stamp_of"]
