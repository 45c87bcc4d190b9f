"""归档: what a school keeps for good leaves 议事 as a pack that can be checked years later without it.

Glossary
    Scope      what a pack is about: one matter, one meeting, or one school year
    manifest   清单: every file of a pack with its digest; its own digest is kept in the journal
    stretch    the part of the journal's chain that a pack carries
"""

from . import packing
from .asking import make_pack, next_number
from .belonging import Scope

__all__ = ["Scope", "make_pack", "next_number", "packing"]
