"""The verbs of inspection: the only code that changes a state here."""

from .acting import NotAllowed, Stopped, WrongState
from .inspecting import begin_inspection, end_inspection
from .payments import blame_payment, bring_payments, mark_of, settle_payment, withdraw_payments
from .planning import edit_inspection, extend_inspection, plan_inspection
from .problems import (
    add_measure,
    answer_problem,
    ask_later_date,
    assign_problem,
    close_problem,
    extend_problem,
    finish_measure,
    grant_later_date,
    plan_review,
    refuse_later_date,
    remove_measure,
    reopen_problem,
    return_problem,
    review_problem,
)
from .rectifying import (
    add_problems,
    draft_rectification,
    drop_rectification,
    edit_rectification,
    issue_rectification,
    receive_rectification,
)
from .reporting import ask_report, stop_report
from .saving import remove_filter, save_filter, share_filter
from .table import VERBS
from .working import On, assess, draw_sample, find, look, remark, withdraw_assessment, withdraw_remark

__all__ = [
    "VERBS",
    "NotAllowed",
    "On",
    "Stopped",
    "WrongState",
    "add_measure",
    "add_problems",
    "answer_problem",
    "ask_later_date",
    "ask_report",
    "assess",
    "assign_problem",
    "begin_inspection",
    "blame_payment",
    "bring_payments",
    "close_problem",
    "draft_rectification",
    "draw_sample",
    "drop_rectification",
    "edit_inspection",
    "edit_rectification",
    "end_inspection",
    "extend_inspection",
    "extend_problem",
    "find",
    "finish_measure",
    "grant_later_date",
    "issue_rectification",
    "look",
    "mark_of",
    "plan_inspection",
    "plan_review",
    "receive_rectification",
    "refuse_later_date",
    "remark",
    "remove_filter",
    "remove_measure",
    "reopen_problem",
    "return_problem",
    "review_problem",
    "save_filter",
    "settle_payment",
    "share_filter",
    "stop_report",
    "withdraw_assessment",
    "withdraw_payments",
    "withdraw_remark",
]
