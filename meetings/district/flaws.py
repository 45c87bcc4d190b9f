"""The flaws that are planted, each by its name, with the answers that judging must give because of it, and no others.

Glossary
    chance    a place where a flaw could stand: an item, a meeting, a term or a school that the flaw fits
    rate      in how many of its chances it is planted, at a school of ordinary care
    breaks    what the rules must say of it: ``C-02``, ``P-01/A-01`` (party/office), ``R-04?`` (cannot be told)
"""

from collections.abc import Mapping
from dataclasses import dataclass

Answer = tuple[str, str]
"""A rule and what it says: broken or unknown."""


@dataclass(frozen=True)
class Flaw:
    name: str
    label: str
    rate: float
    breaks: str  # empty: depends on what stood on the agenda
    party: tuple[Answer, ...] = ()
    office: tuple[Answer, ...] = ()

    def answers(self, body: str) -> tuple[Answer, ...]:
        return self.office if body == "office" else self.party


def _flaw(line: str) -> Flaw:
    name, rate, breaks, label = line.split(maxsplit=3)
    breaks = "" if breaks == "-" else breaks
    party, office = (
        tuple(_answer(each.split("/")[-side:][0]) for each in breaks.split("+") if each) for side in (2, 1)
    )
    return Flaw(name, label, float(rate) / 100, breaks, party, office)


def _answer(code: str) -> Answer:
    return code.rstrip("?"), "unknown" if code.endswith("?") else "broken"


_TABLE = """
late_minutes           1.0  R-04        纪要逾期签发
issue_time_unknown     0.3  R-04?       没有记录纪要的签发时间
no_minutes             0.8  R-13        决定了重大问题而没有纪要
minutes_differ         0.5  R-05        纪要与记录不一致
unsigned               1.0  R-02        记录没有签字
late_record            0.8  R-03        记录整理超时
late_entry             0.6  R-11        事后补录
short_notice           1.2  C-11        通知提前的时间不够
notice_unknown         0.4  C-11?       没有记录通知时间
unexplained_leave      1.5  C-21        请假没有理由
undelegated_chair      0.5  P-01/A-01   没有委托而由他人主持
number_skipped         0.4  R-06        跳号
no_place               0.4  R-01        记录没有地点
attendance_unknown     0.3  -           没有出席记录
quorum_missed          1.0  P-03/A-03   到会人数不够
two_thirds_missed      3.0  P-04        干部任免到会不足三分之二
no_consultation        1.0  C-02        没有书记校长会前沟通
consulted_after        0.8  C-02        会前沟通在会后
unconsulted_proposal   0.6  C-02        上校长办公会议前没有沟通
entered_after          0.8  C-26        会前沟通在会后补录
divergent              0.8  C-03        意见不一致仍上会
no_deliberation        2.0  C-05        干部任免没有酝酿
no_individual          0.6  C-04        没有个别酝酿
no_investigation       0.8  C-01        没有调查研究
staff_unheard          1.5  C-06        没有听取教职工意见
congress_not_passed    2.0  C-07        没有经教代会讨论通过
no_expert              1.5  C-08        没有专家评估
no_legal               1.5  C-29        没有法律咨询
skipped_office         0.8  C-09        校长办公会议没有先行研究
office_decides         0.5  P-09        校长办公会议决定须由党组织会议决定的事项
split_payments         1.5  C-28        拆分支付
amount_unknown         0.3  P-09?+C-02?+C-18?+C-28?   没有金额
circulated             0.4  C-18        以传签代替会议
emergency_unreported   4.0  C-19        紧急处置没有及时报告
reconsidered_elsewhere 0.1  C-20        由别的会议变更决定
chair_first            1.2  P-14/A-08   主持人没有末位表态
order_unknown          0.5  P-14?       没有记录发言顺序
nobody_heard           0.4  A-08?       没有记录发言
member_silent          0.5  A-08        到会成员没有发言记录
member_without_stance  2.0  P-13        干部任免有人没有表态
stranger_votes         0.5  P-06        非成员表态
counts_off             0.6  P-20        票数相加不符
announced_otherwise    0.5  P-10        宣布的结果与票数不符
dissent_unwritten      0.5  C-17        不同意见没有记内容
no_vote                0.6  P-12        决定而没有表决记录
candidates_together    2.0  P-11        没有逐人表决
recusal_ignored        0.4  C-14        应回避而没有回避
owner_absent           0.4  C-15        分管的人没有到会
late_item              0.6  C-10        通知后临时增加议题
confirmed_late         0.6  P-08/A-07   议题在会议开始后才确定
outsider_proposes      0.4  P-07/A-06   由班子以外的人提出
unpublished            1.0  R-07        没有公开
shown_too_short        5.0  R-08        公示时间不够
no_owner               0.8  R-09        没有责任人
no_due                 0.8  R-09        没有完成期限
overdue                1.0  R-14        逾期没有办结
copied_opinion         0.3  R-12+R-12   照抄其他会议的发言
office_gap             3.0  A-16        校长办公会议间隔过长
month_missed          12.0  P-16        有一个月没有党组织会议
talks_gap             15.0  G-02        书记校长久不沟通
unfiled                8.0  G-01        议事规则没有备案
no_rules               2.0  G-01        没有议事规则
not_deputy             6.0  G-04        校长没有兼任副书记
left_out               8.0  G-06        党员副校长没有进入党组织班子
"""
FLAWS: dict[str, Flaw] = {flaw.name: flaw for flaw in map(_flaw, _TABLE.strip().splitlines())}

OF_MEETINGS = (
    "late_minutes", "issue_time_unknown", "minutes_differ", "unsigned", "late_record", "late_entry", "short_notice",
    "notice_unknown", "undelegated_chair", "no_place", "attendance_unknown",
)  # fmt: skip
OF_ITEMS = ("late_item", "confirmed_late")
OF_DECISIONS = (*OF_ITEMS, "recusal_ignored", "no_owner", "no_due", "chair_first")
OF_PARTY_DECISIONS = (
    *OF_DECISIONS, "stranger_votes", "unpublished", "no_individual", "no_investigation", "order_unknown", "counts_off",
)  # fmt: skip
CONSULTED = ("no_consultation", "consulted_after", "entered_after", "divergent", "outsider_proposes")
OPENLY_VOTED = ("announced_otherwise", "dissent_unwritten", "no_vote")
BY_MARK = {"J1": "staff_unheard", "J2": "congress_not_passed", "E": "no_expert", "L": "no_legal"}
EXPLAINED = {
    "no_consultation": "C-02", "consulted_after": "C-02", "divergent": "C-03", "no_deliberation": "C-05",
    "two_thirds_missed": "P-04", "counts_off": "P-20", "office_decides": "P-09",
}  # fmt: skip
"""What a head may have let stand with a reason, now and then."""


def rates(given: Mapping[str, float] | None) -> dict[str, float]:
    """The rate of each flaw; a flaw that ``given`` names has the rate it says there."""
    given = given or {}
    if strange := given.keys() - FLAWS.keys():
        raise KeyError(f"no such flaw: {', '.join(sorted(strange))}")
    return {name: given.get(name, flaw.rate) for name, flaw in FLAWS.items()}
