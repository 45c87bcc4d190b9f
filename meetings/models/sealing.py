"""What the database refuses by itself: a record that is sealed, and presence that a count depends on.

A meeting is sealed when its minutes are issued, or when it came as a file. From then on nothing of what happened can be
written, changed or deleted; what turns out wrong is told by a Correction.
"""

import pgtrigger

SEALED = "('issued', 'imported')"
MEETING = "SELECT 1 FROM meetings_meeting m WHERE m.state IN " + SEALED
OF_ITEM = "SELECT 1 FROM meetings_item i JOIN meetings_meeting m ON m.id = i.meeting_id WHERE m.state IN " + SEALED
OF_VOTE = (
    "SELECT 1 FROM meetings_vote v JOIN meetings_item i ON i.id = v.item_id "
    "JOIN meetings_meeting m ON m.id = i.meeting_id WHERE m.state IN " + SEALED
)
OF_MINUTES = (
    "SELECT 1 FROM meetings_minutes n JOIN meetings_meeting m ON m.id = n.meeting_id WHERE m.state IN " + SEALED
)
COVERS = (
    "({row}.status = 'present' AND ({row}.from_item IS NULL OR {row}.from_item <= i.no)"
    " AND ({row}.to_item IS NULL OR i.no <= {row}.to_item) AND NOT (i.no = ANY({row}.away)))"
)
COUNTED = (
    "SELECT 1 FROM meetings_vote v JOIN meetings_item i ON i.id = v.item_id"
    " WHERE v.abandoned_at IS NULL AND v.recorded_by_id IS NOT NULL"
)


def _refuse(words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';"


def _by_operation(test: str) -> str:
    """``test`` of the row that was and of the row that is to be, whichever there are."""
    return (
        f"IF TG_OP <> 'INSERT' AND {test.format(row='OLD')} THEN {{refuse}} END IF; "
        f"IF TG_OP <> 'DELETE' AND {test.format(row='NEW')} THEN {{refuse}} END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    )


def sealed_with(rows: str, link: str, *, name: str = "a_sealed_record_stands") -> pgtrigger.Trigger:
    """Refuses every write to a row whose meeting is sealed. ``rows`` is one of the queries above, ``link`` the test
    that ties it to the row."""
    test = f"EXISTS ({rows} AND {link})"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_by_operation(test).format(refuse=_refuse("a sealed record stands: write a correction")),
    )


def sealed_columns(rows: str, link: str, *columns: str) -> list[pgtrigger.Trigger]:
    """The same for a table of which some columns go on being written: only these are the record's."""
    test = f"EXISTS ({rows} AND {link.format(row='OLD')})"
    words = _refuse("a sealed record stands: write a correction")
    return [
        pgtrigger.Trigger(
            name="a_sealed_record_stands",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*columns),
            func=f"IF {test} THEN {words} END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="a_sealed_record_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=f"IF {test} THEN {words} END IF; RETURN OLD;",
        ),
    ]


def nothing_comes_in() -> pgtrigger.Trigger:
    """No item comes to stand on the agenda of a sealed meeting, made there or moved there."""
    words = _refuse("a sealed record stands: write a correction")
    return pgtrigger.Trigger(
        name="a_sealed_record_takes_nothing_in",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("meeting_id"),
        func=(
            f"IF EXISTS ({MEETING} AND m.id = NEW.meeting_id)"
            f" AND (TG_OP = 'INSERT' OR OLD.meeting_id IS DISTINCT FROM NEW.meeting_id) THEN {words} END IF; RETURN NEW;"
        ),
    )


def presence_that_was_counted() -> pgtrigger.Trigger:
    """Once a vote stands, nobody comes to have been there, or not, while it was taken."""
    before, after = COVERS.format(row="OLD"), COVERS.format(row="NEW")
    words = _refuse("a vote depends on who was present: abandon it, or write a correction")
    differs = (
        f"(CASE WHEN TG_OP = 'INSERT' THEN {after} WHEN TG_OP = 'DELETE' THEN {before}"
        " WHEN OLD.meeting_id = NEW.meeting_id AND OLD.person_id = NEW.person_id"
        f" THEN {before} IS DISTINCT FROM {after}"
        f" ELSE (i.meeting_id = OLD.meeting_id AND {before}) OR (i.meeting_id = NEW.meeting_id AND {after}) END)"
    )
    meeting = (
        "i.meeting_id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.meeting_id ELSE OLD.meeting_id END,"
        " CASE WHEN TG_OP = 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END)"
    )
    return pgtrigger.Trigger(
        name="presence_that_was_counted_stands",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF EXISTS ({COUNTED} AND {meeting} AND {differs}) THEN {words} END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


def recusal_that_was_counted() -> pgtrigger.Trigger:
    words = _refuse("a vote depends on who was recused: abandon it, or write a correction")
    item = (
        "v.item_id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.item_id ELSE OLD.item_id END,"
        " CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END)"
    )
    return pgtrigger.Trigger(
        name="a_recusal_that_was_counted_stands",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("item_id", "person_id"),
        func=(
            f"IF EXISTS ({COUNTED} AND {item}) THEN {words} END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


def date_that_was_decided() -> pgtrigger.Trigger:
    """The date of a sealed decision may be put off; the date that the meeting decided on stays beside it."""
    words = _refuse("the date that was decided is kept when it is put off")
    return pgtrigger.Trigger(
        name="a_date_that_was_decided_is_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("due", "due_decided"),
        func=(
            f"IF EXISTS ({OF_ITEM} AND i.id = OLD.id)"
            " AND NEW.due_decided IS DISTINCT FROM COALESCE(OLD.due_decided, OLD.due)"
            f" THEN {words} END IF; RETURN NEW;"
        ),
    )


def append_only(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
