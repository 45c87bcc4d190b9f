"""The table: sheets, their columns, and the field of the record format that each column stands for.

A field is the path inside the record of the line. ``meeting``, ``matter`` and ``no`` of a sheet that hangs on another
say whose line it is; ``spoken`` says in which list of an item somebody's words stand.
"""

import dataclasses
from collections.abc import Mapping

from governance.exchange import kinds

FEW, MANY = 300, 2000  # lines that drop-downs reach beyond what is filled in
MOST_LINES = 20_000
LONGEST = 32_767  # characters in a cell
GUIDE, LISTS = "填写说明", "列表"
SPOKEN = {"opinions": "会上发言", "written_opinions": "书面意见", "recusals": "回避"}
FLAGS = kinds.FLAG.words


@dataclasses.dataclass(frozen=True)
class Column:
    title: str
    field: str
    kind: (
        str  # text, names, day, moment, money, whole, yes, mark, flag, word, category, person, people, matter, meeting
    )
    must: bool = False
    words: Mapping[str, str] = dataclasses.field(
        default_factory=dict
    )  # code → word, of a ``word``; its one code, of a ``flag``
    width: int = 12
    help: str = ""
    offers: str = ""  # a list of the school that is offered, and need not be kept to


@dataclasses.dataclass(frozen=True)
class Sheet:
    title: str
    holds: str
    purpose: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()  # fields that say which line of its record this is
    freeze: int = 1  # columns that stay in sight

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.field == name)


REF = Column(
    "编号", "id", "text", width=18, help="系统给的编号，请保留。新增的一行不用填；已有的一行照样交回，不会重复登记。"
)
NAMES = "几个人的用顿号隔开"


def meeting_column() -> Column:
    return Column("会议", "meeting", "meeting", must=True, width=28, help="从下拉中选：先在“会议”表登记。")


def item_columns() -> tuple[Column, ...]:
    return meeting_column(), Column("序号", "no", "whole", must=True, width=7, help="第几项议题：1、2、3……")


PEOPLE = Sheet(
    "人员与任职",
    "posts",
    "一行一个任职：一人两职写两行，没有任职的人也写一行。",
    (
        Column("姓名", "name", "text", must=True, width=14),
        Column("中共党员", "party_member", "yes", width=10),
        Column("职务", "post", "word", words=kinds.POST.words, width=16),
        Column("任职之日", "from", "day", width=13, help="填了职务的必填。"),
        Column("免职之日", "until", "day", width=13, help="不再任职的第一天；仍在任的不填。"),
        Column("专职", "full_time", "yes", width=8),
        REF,
    ),
)
MATTERS = Sheet(
    "事项",
    "matters",
    "上过会、将要上会，或者没有上会就定了的事，一行一项。",
    (
        Column("名称", "title", "text", must=True, width=36),
        Column("类别", "category", "category", must=True, width=30, help="从下拉中选，也可只写编码，如 D13。"),
        Column("金额（元）", "amount", "money", width=15),
        Column("收款单位", "payee", "text", width=20),
        Column("项目", "project", "text", width=18),
        Column("提出人", "proposer", "person", width=12),
        Column("提出时间", "proposed_at", "moment", width=17),
        Column("分管领导", "owner", "person", width=12),
        Column("重大问题", "major", "mark", width=10, help="学校列为重大问题的填“是”。"),
        Column("须三分之二到会", "two_thirds", "mark", width=14, help="学校要求三分之二以上到会的填“是”。"),
        *(Column(word, f"flags/{code}", "flag", words={code: word}, width=14) for code, word in FLAGS.items()),
        Column("人选", "candidates", "names", width=18, help=f"干部人事事项的人选姓名，{NAMES}。"),
        Column("有利害关系的人", "interests", "people", width=16, help=f"{NAMES}。"),
        Column("复议的事项", "reconsiders", "matter", width=24, help="复议以前议过的哪一项。"),
        Column("紧急处置时间", "emergency/at", "moment", width=17, help="先行紧急处置、事后报告的才填。"),
        Column("紧急处置人", "emergency/by", "person", width=12),
        Column("紧急情况说明", "emergency/reason", "text", width=24),
        Column("未上会决定的时间", "decided_without_meeting/at", "moment", width=17, help="没有开会就定了的才填。"),
        Column("未上会决定的方式", "decided_without_meeting/how", "word", words=kinds.HOW.words, width=16),
        Column("未上会决定的人", "decided_without_meeting/by", "people", width=16, help=f"{NAMES}。"),
        REF,
    ),
)
CONSULTATIONS = Sheet(
    "会前程序",
    "consultations",
    "会前沟通、酝酿、教代会、专家评估、合法性审查等，一行一次。",
    (
        Column("事项", "matter", "matter", must=True, width=36, help="从下拉中选：先在“事项”表登记。"),
        Column("方式", "kind", "word", must=True, words=kinds.CONSULTATION_KIND.words, width=20),
        Column("时间", "at", "moment", must=True, width=17),
        Column("参加人", "people", "people", width=20, help=f"{NAMES}；书记校长会前沟通填书记和校长。"),
        Column("听取人数", "heard", "whole", width=10),
        Column("结果", "outcome", "word", words=kinds.CONSULTATION_OUTCOME.words, width=14),
        Column("主要意见", "note", "text", width=40),
        Column("录入时间", "entered_at", "moment", width=17, help="记下这件事的时间，不知道的不填。"),
        Column("此后方案有变动", "stale", "mark", width=14, help="沟通之后方案又改过、没有重新沟通的填“是”。"),
    ),
    keys=("matter", "kind", "at"),
)
COMMUNICATIONS = Sheet(
    "书记校长定期沟通",
    "communications",
    "书记、校长定期沟通，一行一次；专为某一事项的会前沟通写在“会前程序”表。",
    (
        Column("时间", "at", "moment", must=True, width=17),
        Column("参加人", "people", "people", width=20, help=f"{NAMES}。"),
        Column("主要内容", "note", "text", width=60),
    ),
    keys=("at",),
)
MEETINGS = Sheet(
    "会议",
    "meetings",
    "一行一次会议。到会、议题、发言分别写在后面几张表。",
    (
        Column("会议", "body", "word", must=True, words=kinds.BODY.words, width=16),
        Column("开始时间", "starts_at", "moment", must=True, width=17),
        Column("结束时间", "ends_at", "moment", width=17),
        Column("第几次", "number", "whole", width=8),
        Column("名称", "title", "text", width=24),
        Column("地点", "place", "text", width=16, offers="places"),
        Column("方式", "mode", "word", words=kinds.MODE.words, width=16),
        Column("召集人", "convener", "person", width=12),
        Column("主持人", "chair", "person", width=12),
        Column("记录人", "recorder", "person", width=12),
        Column("紧急会议", "emergency", "mark", width=10),
        Column("通知时间", "notice_sent_at", "moment", width=17, help="发出会议通知的时间。"),
        Column("委托人", "delegation/from", "person", width=12, help="召集人委托别人主持时填写。"),
        Column("受委托人", "delegation/to", "person", width=12),
        Column("委托时间", "delegation/at", "moment", width=17),
        Column("委托事由", "delegation/reason", "text", width=20),
        Column("录入时间", "entered_at", "moment", width=17, help="记下会议情况的时间，不知道的不填。"),
        Column("记录完成时间", "record/completed_at", "moment", width=17),
        Column("签字人", "record/signed_by", "people", width=18, help=f"在会议记录上签字的人，{NAMES}。"),
        Column("纪要编号", "minutes/number", "text", width=20),
        Column("签发人", "minutes/issued_by", "person", width=12),
        Column("签发时间", "minutes/issued_at", "moment", width=17),
        REF,
    ),
    freeze=2,
)
ATTENDANCE = Sheet(
    "到会",
    "attendance",
    "每次会议每人一行：成员到会、请假、缺席，以及列席、记录人员。",
    (
        meeting_column(),
        Column("姓名", "person", "person", must=True, width=14),
        Column("到会情况", "status", "word", must=True, words=kinds.STATUS.words, width=10),
        Column("身份", "role", "word", words=kinds.ROLE.words, width=10),
        Column("自第几项到会", "from_item", "whole", width=13, help="中途到会的填写。"),
        Column("至第几项离会", "to_item", "whole", width=13, help="中途离会的填写。"),
        Column("中途不在场的项", "away", "wholes", width=15, help="中途离会又返回的，填不在场的各项，如 3、4。"),
        Column("请假事由", "leave_reason", "text", width=24),
    ),
    keys=("meeting", "person"),
    freeze=2,
)
ITEMS = Sheet(
    "议题",
    "items",
    "每次会议每项议题一行，带表决结果和议决事项。",
    (
        *item_columns(),
        Column("事项", "matter", "matter", must=True, width=36, help="从下拉中选：先在“事项”表登记。"),
        Column("目的", "purpose", "word", must=True, words=kinds.PURPOSE.words, width=14),
        Column("列入时间", "added_at", "moment", width=17, help="列入议程的时间。"),
        Column("确认人", "confirmed_by", "person", width=12, help="确认上会的书记或校长。"),
        Column("确认时间", "confirmed_at", "moment", width=17),
        Column("表决方式", "vote/method", "word", words=kinds.METHOD.words, width=12),
        Column("同意", "vote/agree", "whole", width=7, help="对人选逐个表决的，写在“逐项表决”表。"),
        Column("不同意", "vote/disagree", "whole", width=8),
        Column("弃权", "vote/abstain", "whole", width=7),
        Column("缓议", "vote/defer", "whole", width=7),
        Column("表决结果", "vote/outcome", "word", words=kinds.VOTE_OUTCOME.words, width=10),
        Column("结果", "outcome", "word", words=kinds.OUTCOME.words, width=14, help="会上宣布的结果。"),
        Column("议决事项", "decision_text", "text", width=44),
        Column("责任人", "responsible", "people", width=14, help=f"{NAMES}。"),
        Column("完成时限", "due", "day", width=13),
        Column("办结日期", "done_on", "day", width=13),
        Column("是否公开", "publicity/published", "yes", width=10),
        Column("公开自", "publicity/from", "day", width=13),
        Column("公开至", "publicity/until", "day", width=13, help="公示的最后一天。"),
        Column("公开范围", "publicity/scope", "text", width=14),
        Column("不公开理由", "publicity/reason", "text", width=18),
        Column(
            "纪要结果", "minutes/outcome", "word", words=kinds.OUTCOME.words, width=14, help="会议纪要上这一项的结果。"
        ),
        Column("纪要内容", "minutes/text", "text", width=44),
    ),
    keys=("meeting", "no"),
    freeze=3,
)
VOTES = Sheet(
    "逐项表决",
    "votes",
    "对几个人选逐个表决，或者一项议题表决几次的，在这里一次一行；只表决一次的写在“议题”表。",
    (
        *item_columns(),
        Column("人选", "candidate", "text", width=14),
        Column("表决方式", "method", "word", words=kinds.METHOD.words, width=12),
        Column("同意", "agree", "whole", width=8),
        Column("不同意", "disagree", "whole", width=8),
        Column("弃权", "abstain", "whole", width=8),
        Column("缓议", "defer", "whole", width=8),
        Column("结果", "outcome", "word", words=kinds.VOTE_OUTCOME.words, width=10),
    ),
    keys=("meeting", "no", "candidate"),
    freeze=2,
)
OPINIONS = Sheet(
    "发言与回避",
    "opinions",
    "每项议题每人一行：会上发言、书面意见、回避。",
    (
        *item_columns(),
        Column("姓名", "person", "person", must=True, width=14),
        Column("形式", "spoken", "word", words=SPOKEN, width=12, help="不填按会上发言。"),
        Column("态度", "stance", "word", words=kinds.STANCE.words, width=10),
        Column("发言次序", "order", "whole", width=10, help="会上发言的先后：1、2、3……"),
        Column("意见", "text", "text", width=60, help="回避的写回避事由。"),
    ),
    keys=("meeting", "no", "person", "spoken"),
    freeze=3,
)
SHEETS = (PEOPLE, MATTERS, CONSULTATIONS, COMMUNICATIONS, MEETINGS, ATTENDANCE, ITEMS, VOTES, OPINIONS)

LEFT_OUT = "学校信息、议事规则、大额标准、本校事项目录、工作日历不在表格里，请在系统中办理，或导出档案文件（JSON）。"
"""What no sheet has a place for."""
