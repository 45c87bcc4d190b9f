"""The record format ``school-governance-record/1``: one JSON file is one school's dossier.

Glossary
    spec        the table that spells the format; reader, writer and JSON Schema are made from it
    reading     a file → the plain facts that rules read, or every fault of the file with its place
    writing     the facts → the file, always the same bytes for the same facts
    checking    a file → what the rules say of it; nothing is kept
    pointer     the place of a fault in the file, a JSON pointer (RFC 6901); ``""`` is the whole file
"""

from governance.exchange.checking import Checked, check, line_of
from governance.exchange.faults import Fault, pointer
from governance.exchange.reading import Reading, read, read_value
from governance.exchange.spec import FORMAT
from governance.exchange.writing import write

__all__ = ["FORMAT", "Checked", "Fault", "Reading", "check", "line_of", "pointer", "read", "read_value", "write"]
