"""The only code that changes a state. One verb, one function; page, API, task and command all call it.

Every verb: locks and checks the source state and the right → judges the rules it needs → refuses with the findings
if one that blocks is broken or unknown and the head gave no reason → keeps the findings → sets the state → writes the
journal line. All in one transaction. What was not done raises ``Stopped`` with the sentence for the person.
"""

from .acting import Conflict, NotAllowed, Refused, Stopped, WrongState, blockers, unexplained
from .agenda import (
    before_confirming,
    before_confirming_all,
    confirm,
    postpone,
    send_back,
    set_agenda,
    without_number,
)
from .check_in import check_in, decide_check_ins
from .matter import (
    answer,
    ask_heads,
    before_proposing,
    consult,
    decide_without_meeting,
    drop_decision_without_meeting,
    proposal_digest,
    propose,
    request,
    withdraw,
)
from .meeting import before_calling, call, cancel, end, expect, open_meeting, plan, reschedule
from .note import Written, note
from .presence import move
from .record import (
    before_issuing,
    complete,
    edit_minutes,
    issue,
    judge_all,
    minutes_digest,
    publish,
    record_digest,
    reopen,
    report_done,
    sign,
)
from .table import TABLE, TO_SETTLE, VERBS, Verb, head_label, may
from .texts import shown, version_of
from .voting import abandon_vote, before_settling, override, settle, unsettle, vote

__all__ = [
    "TABLE",
    "TO_SETTLE",
    "VERBS",
    "Conflict",
    "NotAllowed",
    "Refused",
    "Stopped",
    "Verb",
    "Written",
    "WrongState",
    "abandon_vote",
    "answer",
    "ask_heads",
    "before_calling",
    "before_confirming",
    "before_confirming_all",
    "before_issuing",
    "before_proposing",
    "before_settling",
    "blockers",
    "call",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "consult",
    "decide_check_ins",
    "decide_without_meeting",
    "drop_decision_without_meeting",
    "edit_minutes",
    "end",
    "expect",
    "head_label",
    "issue",
    "judge_all",
    "may",
    "minutes_digest",
    "move",
    "note",
    "open_meeting",
    "override",
    "plan",
    "postpone",
    "proposal_digest",
    "propose",
    "publish",
    "record_digest",
    "reopen",
    "report_done",
    "request",
    "reschedule",
    "send_back",
    "set_agenda",
    "settle",
    "shown",
    "sign",
    "unexplained",
    "unsettle",
    "version_of",
    "vote",
    "withdraw",
    "without_number",
]
