"""What the database keeps by itself, made at once for all rows, because triggers and keys are set aside while they come:
indexes, texts that can be searched, the next keys."""

from collections.abc import Iterable
from typing import Any

from .rows import COLUMNS

TABLES = (*COLUMNS, "meetings_findable")

# As ``yishi_find_matter`` and ``yishi_find_item`` do it for one.
FINDABLE = (
    """
    INSERT INTO meetings_findable (school_id, matter_id, at, week, text)
    SELECT m.school_id, m.id, COALESCE(m.proposed_at, m.created_at), yishi_week(COALESCE(m.proposed_at, m.created_at)),
           concat_ws(chr(10), m.title, NULLIF(m.background, ''), NULLIF(m.proposal, ''))
      FROM meetings_matter m WHERE m.state <> 'draft' ORDER BY m.id
    """,
    """
    INSERT INTO meetings_findable (school_id, item_id, at, week, text)
    SELECT school_id, id, starts_at, yishi_week(starts_at), words FROM (
        SELECT g.school_id, i.id, g.starts_at, concat_ws(chr(10), NULLIF(i.decision_text, ''), o.words) AS words
          FROM meetings_item i JOIN meetings_meeting g ON g.id = i.meeting_id
          LEFT JOIN (SELECT item_id, string_agg(text, chr(10) ORDER BY "order" NULLS LAST, id) AS words
                       FROM meetings_opinion WHERE text <> '' GROUP BY item_id) o ON o.item_id = i.id
         WHERE g.state NOT IN ('draft', 'cancelled')) said
     WHERE words <> '' ORDER BY id
    """,
)


def take_down_indexes(cursor: Any) -> list[str]:
    """The indexes that no constraint rests on; gives what makes them again. Made once at the end they cost a tenth."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def put_up(cursor: Any, indexes: Iterable[str]) -> None:
    for definition in indexes:
        cursor.execute(definition)


def make_findable(cursor: Any) -> None:
    for statement in FINDABLE:
        cursor.execute(statement)


def go_on_counting(cursor: Any) -> None:
    for table in COLUMNS:
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        # Never back: a number that was given once, in a transaction that was undone, may be remembered somewhere.
        cursor.execute(f"SELECT setval({sequence}, GREATEST((SELECT max(id) FROM {table}), nextval({sequence})))")
