"""The format, spelled once: its objects, their fields, what each may hold.

A field's ``what`` is the description people read in the JSON Schema and in errors. ``must``: it may not be missing.
What a table cannot say (ends after begins, each id once …) is in ``consistency.py``.
"""

from collections.abc import Iterator

from governance.exchange.kinds import (
    BODY,
    CATEGORY,
    CONSULTATION_KIND,
    CONSULTATION_OUTCOME,
    DAY,
    FLAG,
    HOW,
    MARK,
    MATTER,
    METHOD,
    MODE,
    MOMENT,
    OUTCOME,
    OWNERSHIP,
    PARAMETERS,
    PARTY_ORGANIZATION,
    PEOPLE,
    PERSON,
    POST,
    PURPOSE,
    ROLE,
    ROUTE,
    STAGE,
    STANCE,
    STATUS,
    SUM,
    TEXT,
    VOTE_OUTCOME,
    WHOLE,
    YES_NO,
    Each,
    Field,
    Id,
    Kind,
    Object,
    Word,
)
from governance.rules import facts

FORMAT = "school-governance-record/1"

_ATTRIBUTES = {"from": "since", "large_sum": "large_sums"}  # what the format calls so is a keyword, or one of many


def may(name: str, kind: Kind, what: str, attribute: str = "") -> Field:
    return Field(name, kind, what, attribute=attribute or _ATTRIBUTES.get(name, name))


def must(name: str, kind: Kind, what: str, attribute: str = "") -> Field:
    return Field(name, kind, what, must=True, attribute=attribute or _ATTRIBUTES.get(name, name))


SCHOOL = Object(
    facts.School,
    (
        must("code", TEXT, "学校代码"),
        must("name", TEXT, "学校名称"),
        may("stage", STAGE, "学段"),
        may("ownership", OWNERSHIP, "办学性质，未写按公办"),
        must("party_organization", PARTY_ORGANIZATION, "党组织设置"),
    ),
)
ONE_PERSON = Object(
    facts.Person,
    (
        must("id", Id("person"), "人员标识，全文件唯一"),
        must("name", TEXT, "姓名"),
        may("party_member", YES_NO, "是否中共党员"),
    ),
)
ONE_POST = Object(
    facts.Post,
    (
        must("person", PERSON, "任职人"),
        must("post", POST, "职务"),
        must("from", DAY, "任职之日"),
        may("until", DAY, "免职之日，即不再任职的第一天"),
        may("full_time", YES_NO, "是否专职"),
    ),
)
PROCEDURE = Object(
    facts.Procedure,
    (
        must("body", BODY, "哪个会议的议事规则"),
        must("from", DAY, "自哪一天起执行"),
        may("title", TEXT, "名称"),
        may("adopted_on", DAY, "通过日期"),
        may("submitted_on", DAY, "报送教育主管部门审查的日期"),
        may("filed_on", DAY, "备案日期"),
        may("filing_number", TEXT, "备案号"),
        may("parameters", PARAMETERS, "参数，未写的按默认值"),
    ),
)
LARGE_SUM = Object(
    facts.LargeSum,
    (
        must("from", DAY, "自哪一天起执行"),
        must("amount", SUM, "起点金额（元）"),
        may("inclusive", YES_NO, "是否含本数，未写按含"),
        may("cumulative", YES_NO, "是否累计计算，未写按累计"),
    ),
)
CATALOGUE_ROW = Object(
    facts.CatalogueRow,
    (
        must("code", TEXT, "事项编码，首字母为类别"),
        must("title", TEXT, "事项"),
        must("from", DAY, "自哪一天起执行"),
        may("route", ROUTE, "路径"),
        may("prior", Each(MARK), "前置程序"),
        may("reserved", YES_NO, "是否须由党组织会议决定"),
        may("two_thirds", YES_NO, "是否须三分之二以上到会"),
    ),
)
CALENDAR = Object(
    facts.Calendar,
    (
        may("holidays", Each(DAY, is_set=True), "周一至周五中放假的日期"),
        may("workdays", Each(DAY, is_set=True), "周六、周日中上班的日期"),
    ),
)
COMMUNICATION = Object(
    facts.Communication,
    (
        must("at", MOMENT, "时间"),
        may("people", PEOPLE, "参加人"),
        may("note", TEXT, "主要内容"),
    ),
)
CONSULTATION = Object(
    facts.Consultation,
    (
        must("kind", CONSULTATION_KIND, "方式"),
        must("at", MOMENT, "时间"),
        may("entered_at", MOMENT, "录入时间"),
        may("people", PEOPLE, "参加人"),
        may("heard", WHOLE, "听取人数"),
        may("outcome", CONSULTATION_OUTCOME, "结果"),
        may("note", TEXT, "主要意见"),
        may("stale", YES_NO, "此后方案已有变动"),
    ),
)
EMERGENCY = Object(
    facts.Emergency,
    (
        must("at", MOMENT, "紧急处置时间"),
        must("by", PERSON, "紧急处置人"),
        must("reason", TEXT, "紧急情况说明"),
    ),
)
DECIDED_WITHOUT_MEETING = Object(
    facts.DecidedWithoutMeeting,
    (
        must("at", MOMENT, "决定的时间"),
        must("how", HOW, "方式"),
        may("by", PEOPLE, "传签或签批的人"),
    ),
)
ONE_MATTER = Object(
    facts.Matter,
    (
        must("id", Id("matter"), "事项标识，全文件唯一"),
        must("title", TEXT, "事项名称"),
        must("category", CATEGORY, "事项编码：默认目录中的，或本文件 catalogue 中的"),
        may("amount", SUM, "金额（元）"),
        may("payee", TEXT, "收款单位"),
        may("project", TEXT, "项目"),
        may("major", YES_NO, "是否列为重大问题"),
        may("two_thirds", YES_NO, "是否须三分之二以上到会"),
        may("flags", Each(FLAG, is_set=True), "特别情形"),
        may("candidates", Each(TEXT), "人选姓名"),
        may("proposer", PERSON, "提出人"),
        may("proposed_at", MOMENT, "提出时间"),
        may("owner", PERSON, "分管领导"),
        may("interests", Each(PERSON, is_set=True), "有利害关系的人"),
        may("consultations", Each(CONSULTATION), "会前沟通"),
        may("emergency", EMERGENCY, "紧急处置"),
        may("decided_without_meeting", DECIDED_WITHOUT_MEETING, "未经会议作出的决定"),
        may("reconsiders", MATTER, "复议的是哪一事项"),
    ),
)
DELEGATION = Object(
    facts.Delegation,
    (
        must("from", PERSON, "委托人", "giver"),
        must("to", PERSON, "受委托人", "receiver"),
        must("at", MOMENT, "委托时间"),
        may("reason", TEXT, "委托事由"),
    ),
)
ATTENDANCE = Object(
    facts.Attendance,
    (
        must("person", PERSON, "人员"),
        must("status", STATUS, "到会情况"),
        may("role", ROLE, "身份"),
        may("from_item", WHOLE, "自第几项到会"),
        may("to_item", WHOLE, "至第几项离会"),
        may("away", Each(WHOLE), "中途离会又返回的，不在场的各项"),
        may("leave_reason", TEXT, "请假事由"),
    ),
)
WRITTEN_OPINION = Object(
    facts.Opinion,
    (
        must("person", PERSON, "人员"),
        may("stance", STANCE, "态度"),
        may("text", TEXT, "意见"),
    ),
)
OPINION = Object(
    facts.Opinion,
    (*WRITTEN_OPINION.fields[:2], may("order", WHOLE, "发言次序：1、2、3……"), *WRITTEN_OPINION.fields[2:]),
)
RECUSAL = Object(
    facts.Recusal,
    (
        must("person", PERSON, "回避人"),
        may("reason", TEXT, "回避事由"),
    ),
)
VOTE = Object(
    facts.Vote,
    (
        may("candidate", TEXT, "人选姓名"),
        may("method", METHOD, "表决方式"),
        may("agree", WHOLE, "同意票数"),
        may("disagree", WHOLE, "不同意票数"),
        may("abstain", WHOLE, "弃权票数"),
        may("defer", WHOLE, "缓议票数"),
        may("outcome", VOTE_OUTCOME, "结果"),
    ),
)
PUBLICITY = Object(
    facts.Publicity,
    (
        must("published", YES_NO, "是否公开"),
        may("from", DAY, "公示第一天"),
        may("until", DAY, "公示最后一天"),
        may("scope", TEXT, "公开范围"),
        may("reason", TEXT, "不公开的理由"),
    ),
)
ITEM = Object(
    facts.Item,
    (
        must("no", WHOLE, "第几项：1、2、3……"),
        must("matter", MATTER, "议的是哪一事项"),
        must("purpose", PURPOSE, "目的"),
        may("added_at", MOMENT, "列入议程的时间"),
        may("confirmed_by", PERSON, "确认人"),
        may("confirmed_at", MOMENT, "确认时间"),
        may("opinions", Each(OPINION), "会上意见"),
        may("written_opinions", Each(WRITTEN_OPINION), "书面意见"),
        may("recusals", Each(RECUSAL), "回避"),
        may("votes", Each(VOTE), "表决"),
        may("outcome", OUTCOME, "结果"),
        may("decision_text", TEXT, "议决事项"),
        may("responsible", PEOPLE, "责任人"),
        may("due", DAY, "完成期限"),
        may("done_on", DAY, "办结日期"),
        may("publicity", PUBLICITY, "公开"),
    ),
)
RECORD = Object(
    facts.Record,
    (
        may("completed_at", MOMENT, "记录整理完成的时间"),
        may("signed_by", PEOPLE, "签字人"),
    ),
    empty_is_missing=True,
)
MINUTES_ITEM = Object(
    facts.MinutesItem,
    (
        must("no", WHOLE, "第几项"),
        must("outcome", OUTCOME, "结果"),
        may("text", TEXT, "内容"),
    ),
)
MINUTES = Object(
    facts.Minutes,
    (
        may("number", TEXT, "纪要编号"),
        may("issued_by", PERSON, "签发人"),
        may("issued_at", MOMENT, "签发时间"),
        may("items", Each(MINUTES_ITEM), "纪要所列各项"),
    ),
)
MEETING = Object(
    facts.Meeting,
    (
        must("id", Id("meeting"), "会议标识，全文件唯一"),
        must("body", BODY, "哪个会议"),
        may("number", WHOLE, "第几次会议"),
        may("title", TEXT, "名称"),
        must("starts_at", MOMENT, "开始时间"),
        may("ends_at", MOMENT, "结束时间"),
        may("place", TEXT, "地点"),
        may("mode", MODE, "方式"),
        may("convener", PERSON, "召集人"),
        may("chair", PERSON, "主持人"),
        may("recorder", PERSON, "记录人"),
        may("emergency", YES_NO, "是否紧急会议"),
        may("delegation", DELEGATION, "委托主持"),
        may("notice_sent_at", MOMENT, "发出通知的时间"),
        may("entered_at", MOMENT, "录入时间"),
        may("attendance", Each(ATTENDANCE), "到会情况"),
        may("items", Each(ITEM), "议题"),
        may("record", RECORD, "会议记录"),
        may("minutes", MINUTES, "会议纪要"),
    ),
)
DOSSIER = Object(
    facts.Records,
    (
        Field("format", Word({FORMAT: "学校治理档案，第 1 版"}), "格式", must=True),
        must("school", SCHOOL, "学校"),
        must("people", Each(ONE_PERSON), "人员"),
        must("posts", Each(ONE_POST), "任职"),
        may("procedures", Each(PROCEDURE), "议事规则的各个版本"),
        may("large_sum", Each(LARGE_SUM), "大额标准"),
        may("catalogue", Each(CATALOGUE_ROW), "本校事项目录：补充或收紧默认目录"),
        may("calendar", CALENDAR, "工作日历"),
        may("communications", Each(COMMUNICATION), "书记、校长定期沟通"),
        may("matters", Each(ONE_MATTER), "事项"),
        may("meetings", Each(MEETING), "会议"),
    ),
)


def objects(root: Object = DOSSIER) -> Iterator[Object]:
    """Every object of the format, a part before what it is part of."""
    for field in root.fields:
        inner = field.kind.of if isinstance(field.kind, Each) else field.kind
        if isinstance(inner, Object):
            yield from objects(inner)
    yield root
