"""The table of verbs: from which states, to which state, who may, and which rules stand in the way.

One screen answers "what stands in the way?": a page shows the verbs whose ``who`` holds, and judges ``rules``
before the act with the same functions that would refuse it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from governance.access import Standing
from governance.models import Body
from governance.rules.index import RULES
from governance.rules.ruling import Looks

from ..carriers import carriers_of
from ..models import Item, Matter, Meeting

S, M, I = Matter.State, Meeting.State, Item.State  # noqa: E741

BEFORE_DECIDED = (S.DRAFT, S.PROPOSED, S.HELD, S.RETURNED)
# What must hold before an item can become a valid decision, by body. Rules of mode block refuse; the others are kept.
BEFORE_CONFIRMING = ("C-02", "C-03", "C-05")
BEFORE_CALLING = ("P-08", "A-07")
# Every rule about an item, but those about what comes afterwards: a new rule needs no line here.
TO_SETTLE = tuple(rule.code for rule in RULES if rule.looks_at is Looks.ITEM and not rule.code.startswith("R"))


@dataclass(frozen=True)
class Verb:
    name: str
    label: str  # what the button says
    who: Callable[[Standing, Any], bool]
    whom: str  # who may, as the refusal says it
    sources: tuple[str, ...] = ()
    target: str = ""
    rules: tuple[str, ...] = ()


def clerk(by: Standing, _subject) -> bool:
    return by.clerk


def works_here(by: Standing, _subject) -> bool:
    return by.works_here


def head(by: Standing, subject: Item | Meeting) -> bool:
    return by.heads(subject.body)


def carrier(by: Standing, item: Item) -> bool:
    """Whoever leads or helps in carrying a decision out, and the clerk for them."""
    return by.clerk or (by.person_id is not None and by.person_id in carriers_of([item.pk])[item.pk])


def leads(by: Standing, item: Item) -> bool:
    return by.clerk or (by.person_id is not None and by.person_id == lead_of(item))


def lead_of(item: Item) -> int | None:
    """Who answers for a decision: whoever was made to lead, else whoever stands first."""
    return next(iter(carriers_of([item.pk])[item.pk]), None)


def inspector(by: Standing, _subject) -> bool:
    return by.supervises


def author(by: Standing, matter: Matter) -> bool:
    return (
        by.clerk
        or (by.leader and by.person_id is not None and by.person_id in (matter.proposer_id, matter.owner_id))
        or (by.leader and matter.created_by_id == by.user.pk)
    )


def reporter(by: Standing, _subject) -> bool:
    """Who reports to the party meeting how its decisions were carried out."""
    return by.clerk or by.heads(Body.OFFICE)


def signer(by: Standing, meeting: Meeting) -> bool:
    return by.person_id is not None and by.person_id in (meeting.chair_id, meeting.recorder_id)


def reviser(by: Standing, meeting: Meeting) -> bool:
    """Who finds a fault while reading it for signing or issuing may send the record back, as the clerk may."""
    return by.clerk or signer(by, meeting) or head(by, meeting)


def grants_leave(by: Standing, meeting: Meeting) -> bool:
    """The head of the body, or whoever they asked to take the chair."""
    delegated = meeting.delegation_receiver_id == meeting.chair_id and by.person_id == meeting.chair_id
    return head(by, meeting) or (by.person_id is not None and delegated)


def has_a_name_here(by: Standing, _subject) -> bool:
    return by.person_id is not None


def corrector(by: Standing, meeting: Meeting) -> bool:
    """Who answers for the record: the head of the body, or whoever chaired."""
    return head(by, meeting) or (by.person_id is not None and by.person_id == meeting.chair_id)


def drops_corrections(by: Standing, meeting: Meeting) -> bool:
    return by.clerk or corrector(by, meeting)


def head_label(body: str) -> str:
    return "党组织书记" if body == Body.PARTY else "校长"


TABLE = (
    Verb("propose", "提交申报", author, "提出人或学校秘书", (S.DRAFT, S.RETURNED), S.PROPOSED),
    Verb("withdraw", "撤回", author, "提出人或学校秘书", BEFORE_DECIDED, S.WITHDRAWN),
    Verb("ask_heads", "发起会前沟通", works_here, "本校班子成员或学校秘书", (S.PROPOSED, S.HELD)),
    Verb("answer", "答复", lambda by, _: by.leader, "被征求意见的书记、校长", (S.PROPOSED, S.HELD)),
    Verb("consult", "登记前置程序", works_here, "本校班子成员或学校秘书", BEFORE_DECIDED),
    Verb(
        "decide_without_meeting",
        "登记未经会议的决定",
        works_here,
        "本校班子成员或学校秘书",
        (S.PROPOSED, S.HELD, S.RETURNED),
    ),
    Verb("revise", "修改方案", author, "提出人或学校秘书", BEFORE_DECIDED),
    Verb("confirm_anew", "就新方案重新确认", works_here, "本校班子成员或学校秘书", BEFORE_DECIDED),
    Verb("attach", "添加附件", author, "提出人或学校秘书", BEFORE_DECIDED),
    Verb("remove_attachment", "移除附件", works_here, "上传人或学校秘书", BEFORE_DECIDED),
    Verb("request", "提请上会", works_here, "本校班子成员或学校秘书", (S.PROPOSED, S.DECIDED)),
    Verb("reconsider", "提出复议", works_here, "本校班子成员或学校秘书", (S.DECIDED, S.CLOSED)),
    Verb("confirm", "同意上会", head, "召集会议的负责人", (I.WAITING, I.POSTPONED), I.CONFIRMED, BEFORE_CONFIRMING),
    Verb("send_back", "退回", head, "召集会议的负责人", (I.WAITING, I.POSTPONED, I.CONFIRMED), I.RETURNED),
    Verb("postpone", "暂缓", head, "召集会议的负责人", (I.WAITING, I.CONFIRMED), I.POSTPONED),
    Verb(
        "skip_deployment",
        "不需部署",
        head,
        "校长",
        (I.WAITING, I.POSTPONED, I.CONFIRMED),
        I.DROPPED,
    ),
    Verb("set_agenda", "编排议程", clerk, "学校秘书", (M.DRAFT, M.CALLED)),
    Verb("call", "发出通知", clerk, "学校秘书", (M.DRAFT,), M.CALLED, BEFORE_CALLING),
    Verb("reschedule", "更改时间地点", clerk, "学校秘书", (M.DRAFT, M.CALLED)),
    Verb("cancel", "取消会议", clerk, "学校秘书", (M.DRAFT, M.CALLED), M.CANCELLED),
    Verb("reply", "回执", works_here, "班子成员本人或学校秘书", (M.CALLED,)),
    Verb("decide_leave", "批假", grants_leave, "召集会议的负责人或受委托的主持人", (M.CALLED, M.OPEN)),
    Verb("remind_silent", "提醒回执", clerk, "学校秘书", (M.CALLED,)),
    Verb("open", "开始会议", clerk, "学校秘书", (M.CALLED,), M.OPEN),
    Verb("note", "记录", clerk, "学校秘书", (M.DRAFT, M.CALLED, M.OPEN, M.ENDED)),
    Verb("move", "登记到会变动", clerk, "学校秘书", (M.CALLED, M.OPEN, M.ENDED)),
    Verb("check_in", "扫码签到", has_a_name_here, "本校参会人员"),
    Verb("confirm_check_in", "确认签到", clerk, "学校秘书", (M.CALLED, M.OPEN, M.ENDED)),
    Verb("vote", "登记表决", clerk, "学校秘书", (M.OPEN, M.ENDED)),
    Verb("abandon_vote", "作废表决", clerk, "学校秘书", (M.OPEN, M.ENDED)),
    Verb("settle", "议定", clerk, "学校秘书", (I.CONFIRMED, I.WAITING), I.SETTLED, TO_SETTLE),
    Verb("pass_over", "没有议到", clerk, "学校秘书", (I.CONFIRMED,), I.SETTLED),
    Verb("unsettle", "撤销议定", clerk, "学校秘书", (I.SETTLED,), I.CONFIRMED),
    Verb("override", "说明理由", head, "召集会议的负责人"),
    Verb("end", "结束会议", clerk, "学校秘书", (M.OPEN,), M.ENDED),
    Verb("complete", "完成记录", clerk, "学校秘书", (M.ENDED,), M.COMPLETED, ("R-01",)),
    Verb("reopen", "退回修改", reviser, "学校秘书、签字人或召集会议的负责人", (M.COMPLETED, M.SIGNED), M.ENDED),
    Verb("sign", "签字", signer, "主持人、记录人", (M.COMPLETED,), M.SIGNED),
    Verb("correct", "登记更正", clerk, "学校秘书", (M.OPEN, M.ENDED, M.ISSUED, M.IMPORTED)),
    Verb("sign_correction", "签字更正", corrector, "召集会议的负责人或主持人"),
    Verb("drop_correction", "撤回更正", drops_corrections, "学校秘书、召集会议的负责人或主持人"),
    Verb("issue", "签发纪要", head, "召集会议的负责人", (M.SIGNED,), M.ISSUED, TO_SETTLE),
    Verb("add_step", "登记步骤", carrier, "牵头人、协办人或学校秘书", (I.SETTLED,)),
    Verb("finish_step", "完成步骤", carrier, "牵头人、协办人或学校秘书", (I.SETTLED,)),
    Verb("remove_step", "删去步骤", carrier, "牵头人、协办人或学校秘书", (I.SETTLED,)),
    Verb("report_progress", "报告进展", carrier, "牵头人、协办人或学校秘书", (I.SETTLED,)),
    Verb("report_done", "反馈办结", leads, "牵头人或学校秘书", (I.SETTLED,)),
    Verb("close_follow_up", "销号", head, "召集会议的负责人", (I.SETTLED,)),
    Verb("send_back_report", "退回再办", head, "召集会议的负责人", (I.SETTLED,)),
    Verb("reopen_follow_up", "恢复督办", head, "召集会议的负责人", (I.SETTLED,)),
    Verb("ask_extension", "申请延期", leads, "牵头人或学校秘书", (I.SETTLED,)),
    Verb("decide_extension", "批复延期", head, "召集会议的负责人", (I.SETTLED,)),
    Verb("draft_execution_report", "起草决定执行情况报告", reporter, "校长或学校秘书"),
    Verb("publish", "登记公开", clerk, "学校秘书", (I.SETTLED,)),
    Verb("issue_paper", "生成文件", works_here, "本校班子成员或学校秘书"),
    Verb("set_paper_style", "设置文件格式", clerk, "学校秘书"),
    Verb("attach_signed", "附签字件", clerk, "学校秘书"),
    Verb("ask_batch", "成批生成", clerk, "学校秘书"),
    Verb("stop_batch", "停止成批生成", clerk, "学校秘书"),
    Verb("make_pack", "归档", clerk, "学校秘书"),
    Verb("keep_phrases", "维护常用语", clerk, "学校秘书"),
    Verb("rejudge", "重新检查", inspector, "督导检查员"),
    Verb("check_school", "学校检查", lambda _by, _school: False, "系统每天"),
    Verb("import_records", "导入档案", clerk, "学校秘书"),
)
VERBS = {verb.name: verb for verb in TABLE}


def may(by: Standing, name: str, subject) -> bool:
    """Whether this person may do this to the subject as it stands (state and right; rules are asked apart)."""
    verb = VERBS[name]
    return (not verb.sources or subject.state in verb.sources) and bool(verb.who(by, subject))
