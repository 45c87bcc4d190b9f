"""The verbs of inspection and rectification: from which states, to which state, and who may.

As in meetings.transitions.table; no rules stand in their way. Verbs of the authority act on its own things, verbs of a
school on what the authority sent it.
"""

from governance.access import Standing
from meetings.transitions.table import Verb

from ..models import Inspection, Problem, Rectification, SavedFilter

I, N, P = Inspection.State, Rectification.State, Problem.State  # noqa: E741


def inspector(by: Standing, _subject) -> bool:
    return by.supervises


def member(by: Standing, inspection: Inspection) -> bool:
    """Named in it, whether or not with a role in the authority."""
    return inspection.members.filter(user=by.user).exists()


def issuer(by: Standing, _subject) -> bool:
    """An inspector for the authority itself: in a school, one only reads."""
    return by.supervises and by.of_authority


def administrator(by: Standing, _subject) -> bool:
    return by.administers and by.of_authority


def works_here(by: Standing, _subject) -> bool:
    return by.works_here


def directs(by: Standing, _subject) -> bool:
    """Who says in a school what is done about a notice: the heads, and the clerk for them."""
    return by.clerk or by.heads_any


def answers(by: Standing, problem: Problem) -> bool:
    """And whoever leads what is done about one problem."""
    return directs(by, problem) or (by.leader and by.person_id is not None and by.person_id == problem.leader_id)


def reads(by: Standing, _subject) -> bool:
    """The lists of an authority or of a school."""
    return by.supervises or by.reads_records


def owns(by: Standing, saved: SavedFilter) -> bool:
    return saved.user_id == by.user.pk


MEMBERS = "检查组成员"
ADMINISTRATOR = "主管部门管理员"
DIRECTS = "书记、校长或学校秘书"
ANSWERS = "责任领导、书记、校长或学校秘书"
GOING_ON = (P.OPEN, P.RETURNED)

TABLE = (
    Verb("plan_inspection", "筹备检查", inspector, "督导检查员"),
    Verb("edit_inspection", "修改检查", inspector, "督导检查员", (I.DRAFT,)),
    Verb("begin_inspection", "开始检查", inspector, "督导检查员", (I.DRAFT,), I.RUNNING),
    Verb("extend_inspection", "延长检查", inspector, "督导检查员", (I.RUNNING,)),
    Verb("end_inspection", "结束检查", inspector, "督导检查员", (I.RUNNING,), I.ENDED),
    Verb("draw_sample", "抽样", member, MEMBERS, (I.RUNNING,)),
    Verb("look", "勾选已看", member, MEMBERS, (I.RUNNING,)),
    Verb("remark", "备注", member, MEMBERS, (I.RUNNING,)),
    Verb("withdraw_remark", "撤回备注", member, MEMBERS, (I.RUNNING,)),
    Verb("assess", "认定", member, MEMBERS, (I.RUNNING,)),
    Verb("find", "记问题", member, MEMBERS, (I.RUNNING,)),
    Verb("withdraw_assessment", "撤回认定", member, MEMBERS, (I.RUNNING,)),
    Verb("bring_payments", "导入支付明细", member, MEMBERS, (I.RUNNING,)),
    Verb("withdraw_payments", "撤下支付明细", member, MEMBERS, (I.RUNNING,)),
    Verb("settle_payment", "核对支付", member, MEMBERS, (I.RUNNING,)),
    Verb("draft_rectification", "草拟整改通知书", issuer, "督导检查员", (), N.DRAFT),
    Verb("edit_rectification", "修改整改通知书", issuer, "督导检查员", (N.DRAFT,)),
    Verb("drop_rectification", "删去整改通知书草稿", issuer, "督导检查员", (N.DRAFT,)),
    Verb("issue_rectification", "签发整改通知书", issuer, "督导检查员", (N.DRAFT,), N.ISSUED),
    Verb("receive_rectification", "签收整改通知书", works_here, "本校班子成员或学校秘书", (N.ISSUED, N.CLOSED)),
    Verb("assign_problem", "明确责任", directs, DIRECTS, GOING_ON),
    Verb("add_measure", "登记整改措施", answers, ANSWERS, GOING_ON),
    Verb("finish_measure", "完成整改措施", answers, ANSWERS, (*GOING_ON, P.ANSWERED)),
    Verb("remove_measure", "删去整改措施", answers, ANSWERS, GOING_ON),
    Verb("answer_problem", "报告整改情况", answers, ANSWERS, (*GOING_ON, P.ANSWERED), P.ANSWERED),
    Verb("ask_later_date", "申请整改延期", answers, ANSWERS, GOING_ON),
    Verb("grant_later_date", "同意整改延期", issuer, "督导检查员", (*GOING_ON, P.ANSWERED)),
    Verb("refuse_later_date", "不同意整改延期", issuer, "督导检查员", (*GOING_ON, P.ANSWERED)),
    Verb("return_problem", "退回再改", issuer, "督导检查员", (P.ANSWERED,), P.RETURNED),
    Verb("close_problem", "整改销号", issuer, "督导检查员", (*GOING_ON, P.ANSWERED), P.CLOSED),
    Verb("extend_problem", "调整整改时限", issuer, "督导检查员", (*GOING_ON, P.ANSWERED)),
    Verb("plan_review", "确定回头看日期", issuer, "督导检查员", (P.CLOSED,)),
    Verb("review_problem", "回头看：保持", issuer, "督导检查员", (P.CLOSED,)),
    Verb("reopen_problem", "回头看：重新整改", issuer, "督导检查员", (P.CLOSED,), P.OPEN),
    Verb("publish_announcement", "发布公告", administrator, ADMINISTRATOR),
    Verb("remind_announcement", "提醒公告", administrator, ADMINISTRATOR),
    Verb("withdraw_announcement", "撤回公告", administrator, ADMINISTRATOR),
    Verb("receive_announcement", "公告回执", works_here, "本校班子成员或学校秘书"),
    Verb("add_school", "登记学校", administrator, ADMINISTRATOR),
    Verb("edit_school", "修改学校信息", administrator, ADMINISTRATOR),
    Verb("move_school", "变更学校上级", administrator, ADMINISTRATOR),
    Verb("import_people", "导入人员任职", administrator, ADMINISTRATOR),
    Verb("add_authority", "登记下级主管部门", administrator, ADMINISTRATOR),
    Verb("rename_authority", "主管部门改名", administrator, ADMINISTRATOR),
    Verb("end_authority", "停用主管部门", administrator, ADMINISTRATOR),
    Verb("appoint_administrator", "指定管理员", administrator, ADMINISTRATOR),
    Verb("save_filter", "存下筛选", reads, "可以查看这个列表的人"),
    Verb("share_filter", "共享筛选", owns, "存下它的人"),
    Verb("remove_filter", "删去筛选", owns, "存下它的人"),
    Verb("ask_report", "生成报告", inspector, "督导检查员"),
    Verb("stop_report", "停止生成报告", inspector, "督导检查员"),
)
VERBS = {verb.name: verb for verb in TABLE}
