"""The workbook itself: one table for the template, the export and the reading. No database is asked."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from governance.exchange import spec, write
from governance.exchange.kinds import Each, Object
from governance.rules.facts import (
    CatalogueRow,
    Communication,
    DecidedWithoutMeeting,
    Delegation,
    Emergency,
    Minutes,
    MinutesItem,
    Person,
    Publicity,
    Record,
    Records,
    Vote,
)
from meetings import workbook
from meetings.workbook.layout import LISTS, SHEETS
from meetings.workbook.writing import template
from tests.meetings.workbooks import Filling, cells, short_lists  # noqa: F401
from tests.rules.story import (
    AFTER,
    BEFORE,
    HE,
    LI,
    QIAN,
    START,
    WU,
    ZHAO,
    Story,
    agree,
    consulted,
    counts,
    day,
    hours,
    recused,
)

ON = date(2025, 6, 30)


def school(*, matters=True) -> Records:
    """A school whose records use every column."""
    story = Story()
    matter = story.matter(
        "H01", title="中层干部任免", candidates=("甲", "乙"), proposer=ZHAO, proposed_at=BEFORE, owner=QIAN,
        flags=frozenset({"legal"}), interests=frozenset({WU}), consultations=consulted(heard=3, note="同意", entered_at=BEFORE),
        major=True, two_thirds=True,
    )  # fmt: skip
    paid = story.matter(
        "F01", title="购置设备", amount="120000.50", payee="某公司", project="实验室", reconsiders=matter.id,
        emergency=Emergency(BEFORE, QIAN, "管道爆裂"),
        decided_without_meeting=DecidedWithoutMeeting(BEFORE, "circulation", (QIAN, LI)),
    )  # fmt: skip
    votes = (Vote("甲", "secret_ballot", 4, 0, 0, 0, "passed"), Vote("乙", agree=1, disagree=3))
    public = Publicity(True, day("2025-03-06"), day("2025-03-12"), "校内")
    story.party_meeting(
        story.item(
            matter, opinions=agree(ZHAO, QIAN, first=1, text="同意\n实施"), written_opinions=agree(LI, text="书面"),
            recusals=recused(WU), votes=votes, outcome="passed", decision_text="同意任命。", responsible=(QIAN, LI),
            due=day("2025-05-01"), done_on=day("2025-04-01"), publicity=public, added_at=BEFORE, confirmed_by=ZHAO,
            confirmed_at=BEFORE,
        ),
        story.item(paid, votes=counts(4, method="oral"), outcome="rejected"),
        present=4, guests=(HE,), ends_at=START + hours(1), chair=ZHAO, convener=ZHAO, recorder=HE, number=3,
        title="第三次", place="第一会议室", mode="hybrid", emergency=True, notice_sent_at=BEFORE, entered_at=AFTER,
        delegation=Delegation(ZHAO, QIAN, BEFORE, "出差"), record=Record(AFTER, (ZHAO, HE)),
        minutes=Minutes("纪要 1 号", ZHAO, AFTER, (MinutesItem(1, "passed", "任命。"), MinutesItem(2, "rejected"))),
    )  # fmt: skip
    story.office_meeting(story.item("G"), starts_at=START + timedelta(days=1))
    people = story.records.people[:12]
    return replace(story.records, people=people, communications=(Communication(BEFORE, (ZHAO, QIAN), "谈了"),))


def nothing(records: Records) -> Records:
    return replace(records, people=(), posts=(), communications=(), matters=(), meetings=())


def by_post(records: Records) -> Records:
    return replace(records, posts=tuple(sorted(records.posts, key=lambda post: (post.person, post.post))))


def fields_of(one: Object, path: str = "") -> set[str]:
    found = set()
    for each in one.fields:
        kind = each.kind.of if isinstance(each.kind, Each) else each.kind
        found |= fields_of(kind, f"{path}{each.name}/") if isinstance(kind, Object) else {f"{path}{each.name}"}
    return found


def test_every_field_of_a_person_a_matter_and_a_meeting_has_its_column():
    """Whoever adds a field to the format says here where a workbook carries it."""
    columns = {sheet.holds: {column.field for column in sheet.columns} for sheet in SHEETS}
    carried = columns["posts"] | {"person"}
    assert fields_of(spec.ONE_PERSON) | fields_of(spec.ONE_POST) <= carried
    matter = columns["matters"] | {f"consultations/{name}" for name in columns["consultations"]} | {"flags"}
    assert fields_of(spec.ONE_MATTER) <= matter
    assert fields_of(spec.COMMUNICATION) <= columns["communications"]
    items = {name.replace("vote/", "votes/") for name in columns["items"] if not name.startswith("minutes/")}
    items |= {f"votes/{name}" for name in columns["votes"]}
    items |= {f"{form}/{name}" for form in ("opinions", "written_opinions") for name in columns["opinions"]}
    items |= {"recusals/person", "recusals/reason"}
    meeting = columns["meetings"] | {f"attendance/{name}" for name in columns["attendance"]}
    meeting |= {f"items/{name}" for name in items} | {f"minutes/items/{name}" for name in ("no", "outcome", "text")}
    assert fields_of(spec.MEETING) <= meeting


def test_a_dossier_as_a_workbook_is_the_same_dossier():
    records = school()
    book = workbook.read(workbook.write(records, on=ON), nothing(records))
    assert book.wrongs == []
    assert write(by_post(book.records)) == write(by_post(records))


def test_a_workbook_written_again_has_the_same_cells():
    records = school()
    once = workbook.write(records, on=ON)
    again = workbook.write(workbook.read(once, nothing(records)).records, on=ON)
    assert cells(again) == cells(once)


def test_a_workbook_of_what_is_here_says_nothing_new():
    records = school()
    book = workbook.read(workbook.write(records, on=ON), records)
    assert book.wrongs == [] and write(book.records) == write(replace(records, calendar=None))


def test_what_the_workbook_does_not_show_is_no_claim():
    """The minutes list an item that the meeting never had, texts are too long for a cell, lines were deleted."""
    records = school()
    meeting = records.meetings[0]
    odd = replace(meeting.minutes, items=(*meeting.minutes.items, MinutesItem(7, "passed", "多出一项")))
    item = replace(meeting.items[0], decision_text="长" * 40_000)
    meeting = replace(meeting, minutes=odd, items=(item, *meeting.items[1:]))
    records = replace(records, meetings=(meeting, *records.meetings[1:]))
    content = workbook.write(records, on=ON)
    guide = "\n".join(str(cell) for row in cells(content)["填写说明"] for cell in row if cell)
    assert "纪要中有 1 行与会上的议题对不上" in guide and "有 1 处文字超过" in guide and "议事规则" in guide
    filling = Filling(content)
    filling.book["到会"].delete_rows(2, 50)
    filling.set("会议", 2, 地点=None, 主持人=None)
    book = workbook.read(filling.content, records)
    assert book.wrongs == [] and book.records.meetings[0] == meeting


def test_a_workbook_of_a_period_is_no_claim_about_the_rest():
    records = school()
    part = replace(records, meetings=records.meetings[:1], matters=records.matters[:2])
    book = workbook.read(workbook.write(part, known=records, on=ON), records)
    assert book.wrongs == [] and book.records.meetings == records.meetings[:1]


def test_what_is_here_is_not_rewritten():
    records = school()
    filling = Filling(workbook.write(records, on=ON))
    filling.set("会议", 2, 地点="别处").set("到会", 2, 到会情况="请假").add(
        "到会", 会议="党组织会议 2025-03-05 15:00", 姓名="冯远", 到会情况="到会"
    )
    said = {wrong.address: wrong.error for wrong in workbook.read(filling.content, records).wrongs}
    assert said["会议!F2"].startswith("系统中为“第一会议室”，已有的记录不会被表格改写")
    assert said["到会!C2"].startswith("系统中为“到会”")
    assert "系统中已有这次会议，没有这一行" in said[f"到会!B{filling.lines('到会') + 1}"]
    assert len(said) == 3


def test_what_is_lacking_here_may_be_added():
    """The end of a post, and whether somebody is a party member."""
    records = school()
    filling = Filling(workbook.write(records, on=ON)).set("人员与任职", 2, 免职之日="2025-6-1", 中共党员="√")
    book = workbook.read(filling.content, records)
    assert book.wrongs == []
    assert book.records.people[0].party_member is True and book.records.posts[0].until == date(2025, 6, 1)


def test_the_same_workbook_gives_new_lines_the_same_ids():
    filling = (
        Filling(template(school(), on=ON))
        .add("事项", 名称="值周", 类别="G")
        .add("会议", 会议="党组织会议", 开始时间="2025-4-1 9:00")
    )
    once, twice = (workbook.read(filling.content, school()).records for _ in range(2))
    assert once == twice and once.meetings[-1].id.startswith("m")
    assert workbook.read(filling.content, replace(once, calendar=None)).records.meetings[-1] == once.meetings[-1]


def test_two_of_one_name_are_told_apart_by_their_ids():
    records = school()
    twins = replace(records, people=(*records.people, Person("twin", "赵敏")))
    labelled = {row[0] for row in cells(workbook.write(twins, on=ON))[LISTS]}
    assert {"赵敏（zhao）", "赵敏（twin）"} <= labelled
    filling = Filling(workbook.write(twins, on=ON)).add(
        "事项", 名称="新事", 类别="G", 提出人="赵敏", 分管领导="赵敏（twin）"
    )
    (wrong,) = workbook.read(filling.content, twins).wrongs
    assert "有 2 个人叫“赵敏”，请写成“赵敏（编号）”" in wrong.error


def test_the_template_has_the_schools_own_lists():
    records = replace(school(), catalogue=(CatalogueRow("X01", "本校特有", day("2024-09-01"), "P"),))
    content = template(records, on=ON)
    sheets = cells(content)
    assert next(iter(sheets)) == "填写说明" and sheets["人员与任职"][1][0] == "赵敏"
    assert all(len(sheets[sheet.title]) == 1 for sheet in SHEETS[1:])  # nothing but the heads
    offered = {value for row in sheets[LISTS] for value in row}
    assert {
        "赵敏",
        "中层干部任免",
        "第一会议室",
        "X01 本校特有",
        "D13 党建、意识形态、德育、师德师风重要部署",
    } <= offered
    path = Filling(content).book
    rules = {str(rule.sqref): rule for rule in path["议题"].data_validations.dataValidation}
    assert rules["C2:C21"].formula1 == "事项名单" and "讨论决定" in rules["D2:D21"].formula1
    assert path[LISTS].sheet_state == "hidden" and path["议题"].freeze_panes == "D2"
    assert "会议名单" in path.defined_names


def test_a_workbook_that_could_not_be_brought_back_is_not_written(monkeypatch):
    monkeypatch.setattr("meetings.workbook.writing.MOST_LINES", 10)
    with pytest.raises(workbook.TooLong, match="请缩短起止日期"):
        workbook.write(school(), on=ON)


def test_the_marked_workbook_shows_each_reason_and_forgets_the_last():
    records = school()
    filling = Filling(template(records, on=ON)).add("事项", 名称="值周", 类别="没有这类")
    wrongs = workbook.read(filling.content, records).wrongs
    marked = Filling(workbook.marked(filling.content, wrongs))
    cell = marked.book["事项"]["B2"]
    assert "事项目录里没有“没有这类”" in cell.comment.text and cell.fill.fgColor.rgb == "FFFFD9D5"
    again = load_workbook(io.BytesIO(workbook.marked(marked.content, [])))
    assert again["事项"]["B2"].comment is None
