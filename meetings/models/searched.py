"""Triggers that keep what can be searched (``Findable``) in step with what it is taken from."""

import pgtrigger

NAME = "what_it_says_can_be_found"


def _after(operation: pgtrigger.Operation, act: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(name=NAME, when=pgtrigger.After, operation=operation, func=f"{act} RETURN NULL;")


def of_matter() -> pgtrigger.Trigger:
    written = pgtrigger.Insert | pgtrigger.UpdateOf("title", "background", "proposal", "state", "proposed_at")
    return _after(written, "PERFORM yishi_find_matter(NEW.id);")


def of_item() -> pgtrigger.Trigger:
    written = pgtrigger.Insert | pgtrigger.UpdateOf("meeting_id", "decision_text")
    return _after(written, "PERFORM yishi_find_item(NEW.id);")


def of_opinion() -> pgtrigger.Trigger:
    written = pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("text", "item_id")
    return _after(written, "PERFORM yishi_find_item(COALESCE(NEW.item_id, OLD.item_id));")


def of_meeting() -> pgtrigger.Trigger:
    each = "PERFORM yishi_find_item(i.id) FROM meetings_item i WHERE i.meeting_id = NEW.id;"
    return _after(pgtrigger.UpdateOf("starts_at", "state"), each)


def of_correction() -> pgtrigger.Trigger:
    each = "PERFORM yishi_find_item(i.id) FROM meetings_item i WHERE i.meeting_id = NEW.meeting_id;"
    return _after(pgtrigger.UpdateOf("signed_at"), each)
