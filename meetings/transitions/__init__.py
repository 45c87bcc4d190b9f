"""The only code that changes a state. One verb, one function; page, API, task and command all call it.

Every verb: locks and checks the source state and the right → judges the rules it needs → refuses with the findings
if one that blocks is broken or unknown and the head gave no reason → keeps the findings → sets the state → writes the
journal line. All in one transaction. What was not done raises ``Stopped`` with the sentence for the person.
"""

from .acting import Conflict, NotAllowed, Refused, Stopped, WrongState, blockers, hold, unexplained
from .agenda import (
    before_confirming,
    before_confirming_all,
    confirm,
    postpone,
    send_back,
    set_agenda,
    without_number,
)
from .answers import decide_leave, remind_silent, reply
from .ballots import Counted, Miscounted
from .check_in import check_in, decide_check_ins
from .correctable import Correctable, Spot
from .correcting import correct, drop_correction, sign_correction
from .counting import abandon_vote, vote, vote_on
from .execution import draft_execution_report
from .follow_up import (
    add_step,
    ask_extension,
    close_follow_up,
    decide_extension,
    finish_step,
    publish,
    remove_step,
    reopen_follow_up,
    report_done,
    report_progress,
    send_back_report,
)
from .matter import (
    answer,
    ask_heads,
    before_proposing,
    consult,
    decide_without_meeting,
    drop_decision_without_meeting,
    propose,
    request,
    withdraw,
)
from .meeting import before_calling, call, cancel, end, expect, open_meeting, plan, reschedule
from .note import Written, note
from .onward import NOT_REACHED, pass_over, reconsider, skip_deployment
from .papers import drop_wording, issue_paper, mark_of, set_paper_style, style_mark, word_paper
from .phrases import add_phrase, add_usual_phrases, drop_phrase, move_phrase
from .presence import move
from .record import (
    before_issuing,
    complete,
    edit_minutes,
    issue,
    judge_all,
    minutes_digest,
    record_digest,
    reopen,
    sign,
)
from .signed_copies import attach_signed, brought_back
from .table import TABLE, TO_SETTLE, VERBS, Verb, head_label, lead_of, may
from .texts import shown, version_of
from .versions import awaited, keep_text, proposal_digest
from .voting import before_settling, override, settle, unsettle
from .wording import agendas_changed, before_revising, confirm_anew, text_changed

__all__ = [
    "NOT_REACHED",
    "TABLE",
    "TO_SETTLE",
    "VERBS",
    "Conflict",
    "Correctable",
    "Counted",
    "Miscounted",
    "NotAllowed",
    "Refused",
    "Spot",
    "Stopped",
    "Verb",
    "Written",
    "WrongState",
    "abandon_vote",
    "add_phrase",
    "add_step",
    "add_usual_phrases",
    "agendas_changed",
    "answer",
    "ask_extension",
    "ask_heads",
    "attach_signed",
    "awaited",
    "before_calling",
    "before_confirming",
    "before_confirming_all",
    "before_issuing",
    "before_proposing",
    "before_revising",
    "before_settling",
    "blockers",
    "brought_back",
    "call",
    "cancel",
    "check_in",
    "close_follow_up",
    "complete",
    "confirm",
    "confirm_anew",
    "consult",
    "correct",
    "decide_check_ins",
    "decide_extension",
    "decide_leave",
    "decide_without_meeting",
    "draft_execution_report",
    "drop_correction",
    "drop_decision_without_meeting",
    "drop_phrase",
    "drop_wording",
    "edit_minutes",
    "end",
    "expect",
    "finish_step",
    "head_label",
    "hold",
    "issue",
    "issue_paper",
    "judge_all",
    "keep_text",
    "lead_of",
    "mark_of",
    "may",
    "minutes_digest",
    "move",
    "move_phrase",
    "note",
    "open_meeting",
    "override",
    "pass_over",
    "plan",
    "postpone",
    "proposal_digest",
    "propose",
    "publish",
    "reconsider",
    "record_digest",
    "remind_silent",
    "remove_step",
    "reopen",
    "reopen_follow_up",
    "reply",
    "report_done",
    "report_progress",
    "request",
    "reschedule",
    "send_back",
    "send_back_report",
    "set_agenda",
    "set_paper_style",
    "settle",
    "shown",
    "sign",
    "sign_correction",
    "skip_deployment",
    "style_mark",
    "text_changed",
    "unexplained",
    "unsettle",
    "version_of",
    "vote",
    "vote_on",
    "withdraw",
    "without_number",
    "word_paper",
]
