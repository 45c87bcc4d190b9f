"""会议通知: when, where, who, and what about; the title of a personnel matter never stands in it."""

from governance.access import Standing

from ...models import Document, Meeting
from ...transitions.table import clerk, head_label
from ..blocks import Block, Closing, Heading, Labelled, Layout, Paper, Para, Seal, Title, paras
from .kind import Adjust, Kind, Of, worded
from .programme import HIDDEN, programme
from .sitting import UNKNOWN, loaded_for, not_planned, of_meeting, seats_of, when, where
from .words import day, foot, printed, which_meeting

WORDED = {"leave": "请假方式", "materials": "会议材料", "contact": "联系人"}
TEAM = {"党组织会议": "党组织班子成员", "校长办公会议": "行政班子成员"}


def freeze(meeting: Meeting, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = loaded_for(meeting, by)
    seats, facts = seats_of(loaded, meeting.pk), of_meeting(loaded, meeting.pk)
    told = programme(loaded, meeting.pk)
    return (
        facts
        | {
            "members": [seat.name for seat in seats if seat.member and not seat.on_leave],
            "leave": [seat.name for seat in seats if seat.member and seat.on_leave],
            "observers": [seat.name for seat in seats if not seat.member and not seat.only_writes],
            # What is hidden is not frozen either: the facts travel inside the PDF.
            "items": [
                {"no": item["no"], "title": HIDDEN if item["personnel"] else item["title"], "purpose": item["purpose"]}
                for item in told["items"]
            ],
            "agenda": told["agenda"],
        }
        | {
            "worded": worded(
                values,
                leave=f"请登录系统回执。因故不能到会的，会前写明事由请假，由{head_label(meeting.body)}批准。",
                materials="会议材料请登录系统提前阅看。" if any(item["files"] for item in told["items"]) else "",
                contact=f"联系人：{facts['recorder'] or facts['style']['printed_by']}",
            )
        }
    )


def laid_out(frozen: dict) -> Paper:
    unit, said = frozen["style"]["unit"], frozen["worded"]
    on, meeting = day(frozen.get("issued_on")), which_meeting(frozen)
    urgent = "因情况紧急，" if frozen["emergency"] else ""
    again = f"会议安排有变动，以本通知为准，原通知（{frozen['replaces']}）作废。" if frozen.get("replaces") else ""
    facts = (
        ("时间", [when(frozen)]),
        ("地点", [where(frozen)]),
        ("主持", [frozen["chair"] or UNKNOWN]),
        ("出席", frozen["members"]),
        ("请假", frozen["leave"]),
        ("列席", frozen["observers"]),
    )
    blocks: list[Block] = [
        Title(f"{unit}关于召开{meeting}的通知"),
        Para(f"各位{TEAM.get(frozen['body'], '班子成员')}{'、列席人员' if frozen['observers'] else ''}：", indent=0),
        Para(f"{urgent}现将召开{meeting}的有关事项通知如下。{again}", part="导语"),
        *(Labelled(word, tuple(some), part=word) for word, some in facts if some),
        Heading("一、会议议题"),
        *(Para(_item(item), part=f"第 {item['no']} 项") for item in frozen["items"]),
        *([] if frozen["items"] else [Para("暂未编排议题。")]),
    ]
    more = [*paras(said["leave"] + said["materials"], part="回执、请假和材料"), *paras(said["contact"], part="联系人")]
    if more:
        blocks += [Heading("二、有关事项"), *more]
    blocks.append(Closing(unit, on, Seal(frozen["style"]["seal"])))
    version = frozen["agenda"]["version"]
    names = {frozen["chair"], *frozen["members"], *frozen["leave"], *frozen["observers"], frozen["recorder"]}
    below = "　".join(filter(None, (foot(frozen), f"议程第{version}版" if version else "")))
    # Closer than 公文版面, so that a meeting of usual length is called on one page.
    return printed(frozen, Layout.FORM, blocks, f"{frozen['body']}通知（草稿）", names, below)


def _item(item: dict) -> str:
    more = "，名称请登录系统查看" if item["title"] == HIDDEN else ""
    return f"{item['no']}. {item['title']}（{item['purpose']}{more}）"


def missing(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.IMPORTED:
        return "这次会议的记录是导入的，本系统没有发过会议通知。"
    return not_planned(meeting, "会议通知")


KIND = Kind(
    code=Document.Kind.NOTICE,
    of=Of.MEETING,
    freeze=freeze,
    laid_out=laid_out,
    who=clerk,
    whom="学校秘书",
    missing=missing,
    adjusts=(
        Adjust("leave", WORDED["leave"], rows=2, hint="怎样回执、向谁请假", most=200),
        Adjust("materials", WORDED["materials"], rows=2, hint="在哪里阅看；涉密内容不得写入", most=300),
        Adjust("contact", WORDED["contact"], hint="姓名和电话", most=60),
    ),
)
