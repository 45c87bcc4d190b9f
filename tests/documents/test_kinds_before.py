"""The papers before and at the meeting: what they say of real scenes, and what they must not say."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from governance.models import Body, Person
from meetings import transitions as verbs
from meetings.attachments import attach
from meetings.documents.blocks import Cut, Grid, Labelled, Table, Title, Together
from meetings.documents.kinds import BY_CODE
from meetings.models import Attendance, Document, Item, Matter, Meeting
from tests.meetings.stage import acting, agreed, called, confirmed, decided, mark, opened, rewritten, signed, vote

GUESTS = 25


def kind(code):
    return BY_CODE[Document.Kind(code)]


def frozen(code, subject, by, **values) -> dict:
    assert kind(code).missing(subject) == ""
    return kind(code).freeze(subject, by, values)


def flat(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Together):
            yield from flat(block.blocks)


def laid(code, facts):
    return list(flat(kind(code).laid_out(facts).blocks))


def text(block) -> str:
    match block:
        case Table():
            return "\n".join("｜".join(row) for row in (tuple(each.title for each in block.columns), *block.rows))
        case Grid():
            return "\n".join("｜".join(cell.text for cell in row) for row in block.rows)
        case Labelled():
            return f"{block.label}：{'、'.join(block.entries)}"
        case Together() | Cut():
            return ""
    return getattr(block, "text", "") or getattr(block, "unit", "")


def said(code, subject, by, **values) -> str:
    return "\n".join(map(text, laid(code, frozen(code, subject, by, **values))))


def table(code, facts) -> Table:
    return next(block for block in laid(code, facts) if isinstance(block, Table))


def personnel(cast, **more) -> Item:
    """A personnel matter, confirmed: everything was done that has to come before."""
    matter = agreed(cast, category="H01", title="教务处主任任免", candidates=["冯某", "陈某"], **more)
    verbs.consult(
        matter, kind="deliberation", at=timezone.now(), people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    return verbs.confirm(matter.items.get(), by=acting(cast.zhao))


@pytest.fixture
def clerk(cast):
    return acting(cast.zheng)


def _meeting(cast) -> Meeting:
    """A party meeting to come: an ordinary matter with a file and one about a person; 何主任 sits in."""
    clerk = acting(cast.zheng)
    ordinary, person = confirmed(cast), personnel(cast)
    attach(ordinary.matter, SimpleUploadedFile("活动方案.pdf", b"%PDF-1.4\n"), by=clerk)
    made = called(cast, ordinary, person)
    verbs.expect(made, [one.pk for one in (cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)], [cast.he], by=clerk)
    return Meeting.objects.get(pk=made.pk)


@pytest.fixture
def meeting(again) -> Meeting:
    return again(_meeting)


def test_the_notice_says_when_where_who_and_never_which_person_it_is_about(cast, clerk, meeting):
    facts = frozen("notice", meeting, clerk, contact="联系人：郑秘书，电话 5550101")
    paper = "\n".join(map(text, laid("notice", facts)))
    assert "示范中学关于召开" in paper and "地点：第一会议室" in paper and "主持：赵书记" in paper
    assert "出席：赵书记、钱校长、孙副书记、李副校、吴委员" in paper and "列席：何主任" in paper
    assert (
        "1. 教师师德师风建设年活动方案（讨论决定）" in paper and "2. 人事议题（讨论决定，名称请登录系统查看）" in paper
    )
    assert "由党组织书记批准" in paper and "提前阅看" in paper and "电话 5550101" in paper
    assert kind("notice").laid_out(facts).foot == "议程第1版"
    # The facts travel inside the PDF: what is hidden is not in them.
    assert "教务处" not in str(facts) and "冯某" not in str(facts)


def test_whoever_has_leave_is_named_apart(cast, clerk, meeting):
    asked = verbs.reply(meeting, coming=False, reason="外出培训", by=acting(cast.wu))
    assert "吴委员｜党组织委员｜出席｜｜｜请假：外出培训，待批准" in said("sign_in", meeting, clerk)
    verbs.decide_leave(asked, granted=True, by=acting(cast.zhao))
    notice = said("notice", meeting, clerk)
    assert "李副校\n请假：吴委员" in notice and "外出培训" not in notice
    assert "吴委员｜党组织委员｜请假｜｜｜外出培训，赵书记批准" in said("sign_in", meeting, clerk)


def test_a_notice_is_issued_once_and_anew_when_the_agenda_changes(cast, clerk, meeting):
    first = verbs.issue_paper("notice", meeting, by=clerk)
    assert verbs.issue_paper("notice", meeting, by=clerk) == first and first.version == 1
    verbs.set_agenda(meeting, [meeting.items.get(no=1).pk], by=clerk)
    second = verbs.issue_paper("notice", Meeting.objects.get(pk=meeting.pk), by=clerk)
    assert (second.version, second.replaces) == (2, first) and second.number != first.number
    paper = "\n".join(map(text, laid("notice", second.frozen)))
    assert f"原通知（{first.number}）作废" in paper and "人事议题" not in paper
    assert kind("notice").laid_out(second.frozen).foot.endswith("议程第2版")
    agenda = verbs.issue_paper("agenda", meeting, by=clerk)
    assert "与通知相比移除 1 项" in "\n".join(map(text, laid("agenda", agenda.frozen)))


@pytest.mark.parametrize("code", ["notice", "agenda", "sign_in", "ballot"])
def test_nothing_is_made_of_a_meeting_that_is_not_called(cast, clerk, code):
    item = confirmed(cast)
    meeting = verbs.plan(cast.school, body=Body.PARTY, starts_at=timezone.now() + timedelta(days=3), place="", by=clerk)
    verbs.set_agenda(meeting, [item.pk], by=clerk)
    subject = Item.objects.get(pk=item.pk) if code == "ballot" else meeting
    assert "请先在会议页面“发出通知”" in kind(code).missing(subject)
    verbs.cancel(meeting, reason="改期", by=clerk)
    cancelled = Item.objects.get(pk=item.pk) if code == "ballot" else Meeting.objects.get(pk=meeting.pk)
    assert ("还没有排上会议" if code == "ballot" else "已经取消") in kind(code).missing(cancelled)


def test_the_agenda_has_who_reports_and_with_which_papers(cast, clerk, meeting):
    Attendance.objects.filter(meeting=meeting, person=cast.he).update(from_item=2)
    paper = said("agenda", meeting, clerk)
    assert "1｜教师师德师风建设年活动方案｜李副校｜李副校｜讨论决定｜｜活动方案.pdf" in paper
    assert "2｜教务处主任任免｜李副校｜李副校｜讨论决定｜全体｜" in paper
    assert "仅供参会人员使用，会后由记录人收回" in paper and "第一会议室" in paper


def test_the_sheet_is_blank_before_the_meeting_and_tells_it_afterwards(cast, clerk, meeting):
    before = table("sign_in", frozen("sign_in", meeting, clerk))
    assert [row[1] for row in before.rows] == [
        "赵书记", "钱校长", "孙副书记", "李副校", "吴委员", "何主任", "郑秘书", "", "", "",
    ]  # fmt: skip
    assert before.rows[1][2:6] == ("党组织副书记、校长", "出席", "", "") and before.rows[6][2:4] == (
        "办公室主任",
        "记录",
    )
    assert before.lines == 2 and before.columns[1].kind == "name"
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() + timedelta(minutes=5))
    verbs.open_meeting(meeting, by=clerk)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.he)
    verbs.move(meeting, cast.sun, "arrived", item_no=2, by=clerk)
    verbs.move(meeting, cast.sun, "recused", item_no=2, detail="亲属", by=clerk)
    mark(cast, meeting, "leave", cast.wu)
    verbs.note(meeting, f"attendance/{cast.wu.pk}/leave_reason", "外出培训", base=None, by=clerk)
    facts = frozen("sign_in", Meeting.objects.get(pk=meeting.pk), clerk)
    rows = {row[1]: row for row in table("sign_in", facts).rows}
    assert rows["孙副书记"][6] == "第 2 项起到会；第 2 项回避" and ":" in rows["孙副书记"][4]
    assert rows["吴委员"][3:] == ("请假", "", "", "外出培训") and rows["李副校"][3] == "未登记"
    assert rows["何主任"][3] == "列席" and "" not in rows
    assert "应到 5 人，实到 3 人" in said("sign_in", meeting, clerk) and "亲属" not in str(facts)


def test_thirty_people_and_the_longest_names_come_out_whole(cast, clerk, meeting):
    long = "阿卜杜热合曼·买买提艾力江·吐尔逊阿依" + "古丽" * 10
    guests = [
        Person(school=cast.school, name=long[:40] if not n else f"列席{n}", title="教研组长") for n in range(GUESTS)
    ]
    Person.objects.bulk_create(guests)
    Person.objects.filter(pk=cast.wu.pk).update(name="吴昇")
    verbs.expect(meeting, [cast.zhao.pk, cast.wu.pk], guests, by=clerk)
    facts = frozen("sign_in", meeting, clerk)
    assert len(facts["people"]) == 5 + GUESTS + 1 and {"吴昇", long[:40]} <= {each["name"] for each in facts["people"]}


def boxes(facts) -> list[str]:
    return [row.count("□") for row in table("ballot", facts).rows]


def test_there_are_as_many_ballots_as_voters_and_a_secret_one_tells_nobody_apart(cast, clerk, meeting):
    item = meeting.items.get(no=2)
    facts = frozen("ballot", item, clerk)
    ballots = [block for block in laid("ballot", facts) if isinstance(block, Together)]
    assert facts["count"] == len(ballots) == 5 and len({repr(one.blocks[:3]) for one in ballots}) == 1
    assert table("ballot", facts).rows == (("1", "冯某", *["□"] * 4), ("2", "陈某", *["□"] * 4))
    assert sum(isinstance(block, Cut) for block in laid("ballot", facts)) == 5, (
        "the last is cut from the foot of the page"
    )
    paper = said("ballot", item, clerk)
    assert "无记名" in paper and "缓议" in paper and not any(one.name in paper for one in (cast.sun, cast.wu))
    assert cast.sun.name not in str({name: facts[name] for name in facts if name not in ("chair", "recorder")})
    ordinary = frozen("ballot", meeting.items.get(no=1), clerk)
    assert boxes(ordinary) == [3] and table("ballot", ordinary).rows[0][0] == "教师师德师风建设年活动方案"


def test_an_open_ballot_names_who_votes_and_whoever_stands_aside_gets_none(cast, clerk, meeting):
    item = meeting.items.get(no=2)
    item.matter.interests.add(cast.li)
    paper = said("ballot", item, clerk, method="记名投票", how="")
    assert "表决人｜孙副书记｜签名｜" in paper and "表决人｜李副校" not in paper and "说明｜" not in paper
    assert paper.count("表决人｜") == 4 and "记名）" in paper
    assert frozen("ballot", item, clerk, method="随便")["worded"]["method"] == "无记名投票"


def test_a_second_round_asks_only_about_whom_the_first_did_not_carry(cast, clerk, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() + timedelta(minutes=5))
    verbs.open_meeting(meeting, by=clerk)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    item = Item.objects.get(meeting=meeting, no=2)
    vote(cast, item, candidate="冯某", agree=4)
    vote(cast, item, candidate="陈某", agree=2, disagree=2)
    facts = frozen("ballot", Item.objects.get(pk=item.pk), clerk)
    assert (facts["candidates"], facts["round"], facts["count"]) == (["陈某"], 2, 4)
    assert any(isinstance(each, Title) and "第二轮" in each.text for each in laid("ballot", facts))


def _slate(cast) -> Item:
    """Two people put to the vote, four there and one of them standing aside."""
    clerk = acting(cast.zheng)
    item = personnel(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    verbs.move(meeting, cast.li, "recused", item_no=1, detail="亲属", by=clerk)
    return Item.objects.get(pk=item.pk)


@pytest.fixture
def slate(again) -> Item:
    return again(_slate)


def put(cast, item, method, *counted):
    return verbs.vote_on(item, counted, method=method, token=uuid.uuid4(), by=acting(cast.zheng))


def test_the_result_of_a_secret_ballot_is_counts_and_rounds_and_nothing_else(cast, clerk, slate):
    def count(candidate, round=1, **counts):
        return verbs.Counted(candidate, round, counts=counts, outcome="")

    assert "还没有表决结果" in kind("tally").missing(slate)
    put(cast, slate, "secret_ballot", count("冯某", agree=4), count("陈某", agree=2, disagree=2))
    again = put(cast, slate, "secret_ballot", count("陈某", 2, agree=1, defer=3))
    verbs.abandon_vote(again[0], reason="票数有误", by=clerk)
    put(cast, slate, "secret_ballot", count("陈某", 2, agree=4))
    facts = frozen("tally", Item.objects.get(pk=slate.pk), clerk)
    found = table("tally", facts)
    assert [column.title for column in found.columns] == [
        "人选", "轮次", "发出", "收回", "有效", "同意", "不同意", "弃权", "缓议", "计票结果", "宣布结果",
    ]  # fmt: skip
    assert found.rows == (
        ("冯某", "1", "4", "4", "4", "4", "0", "0", "0", "通过", "通过"),
        ("陈某", "1", "4", "4", "4", "2", "2", "0", "0", "未通过", "未通过"),
        ("陈某", "2", "4", "4", "4", "4", "0", "0", "0", "通过", "通过"),
    )
    paper = "\n".join(map(text, laid("tally", facts)))
    assert "应到 5 人，实到 5 人，可表决 4 人｜回避｜李副校（亲属）" in paper and "监票人签名" in paper
    assert "陈某第二轮的一次表决（同意 1 票、缓议 3 票）" in paper and "由郑秘书作废，原因：票数有误。" in paper
    assert not any(each["named"] for each in facts["votes"]) and cast.sun.name not in paper


def test_an_open_ballot_is_told_by_name_and_what_was_announced_otherwise_with_its_reason(cast, clerk, slate):
    people = (cast.zhao, cast.qian, cast.sun, cast.wu)
    by_name = {one.pk: "agree" if one in people[:2] else "disagree" for one in people}
    put(
        cast, slate, "open_ballot",
        verbs.Counted("冯某", 1, ballots=by_name, outcome="passed", reason="书记宣布通过"),
    )  # fmt: skip
    facts = frozen("tally", slate, clerk)
    paper = "\n".join(map(text, laid("tally", facts)))
    assert "冯某记名表决情况　同意：赵书记、钱校长；不同意：孙副书记、吴委员。" in paper
    assert "冯某计票结果为“未通过”，会上宣布为“通过”，两者不同。说明：书记宣布通过。" in paper
    assert verbs.issue_paper("tally", slate, by=clerk) == verbs.issue_paper("tally", slate, by=clerk)


def test_hands_are_raised_without_ballots(cast, clerk):
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    vote(cast, Item.objects.get(pk=item.pk), agree=2, disagree=1, abstain=1, outcome="passed", reason="会上宣布通过")
    facts = frozen("tally", Item.objects.get(pk=item.pk), clerk)
    assert [each["reason"] for each in facts["findings"]] == [""] and "不能" in facts["findings"][0]["message"]
    verbs.override(Item.objects.get(pk=item.pk), ["P-10"], reason="事后征得全体成员同意。", by=acting(cast.zhao))
    decided(cast, Item.objects.get(pk=item.pk))
    verbs.issue(signed(cast, meeting), by=acting(cast.zhao))
    item = Item.objects.get(pk=item.pk)
    facts = frozen("tally", item, clerk)
    assert [each["reason"] for each in facts["findings"]] == ["赵书记说明理由：事后征得全体成员同意。"]
    found = table("tally", facts)
    assert [column.title for column in found.columns][1:3] == ["同意", "不同意"] and found.rows[0][0] == "本项"
    assert "定稿，不再投票" in kind("ballot").missing(item)


def test_the_application_has_what_is_known_and_room_for_hands(cast, clerk):
    matter = personnel(cast).matter
    Matter.objects.filter(pk=matter.pk).update(amount=120000, payee="某公司")
    assert "提交部门｜德育处" in said("application", matter, clerk, department="德育处")
    paper = said("application", Matter.objects.get(pk=matter.pk), clerk, funding="公用经费")
    assert "议题名称｜教务处主任任免" in paper and "金额｜12 万元｜资金来源｜公用经费" in paper
    assert "人选｜冯某、陈某" in paper and "提请会议｜党组织会议（讨论决定）" in paper
    assert (
        "调查研究，形成建议方案｜尚未登记" in paper
        and "在一定范围内充分酝酿" in paper
        and "孙副书记｜已听取意见" in paper
    )
    assert "赵书记：一致；钱校长：一致。" in paper
    assert "书记审定意见｜同意上会（赵书记，" in paper and paper.count("签名：") == 3


def test_what_was_consulted_on_another_text_says_so(cast, clerk):
    matter = agreed(cast)
    verbs.consult(
        matter, kind="individual", at=timezone.now(), people=[cast.sun, cast.wu], outcome="heard", by=clerk,
        note="建议分步实施。",
    )  # fmt: skip
    paper = said("application", Matter.objects.get(pk=matter.pk), clerk)
    assert "孙副书记、吴委员｜已听取意见：建议分步实施。｜" in paper and "方案有改动" not in paper
    rewritten(cast, matter, proposal="改为两年。")
    assert "建议分步实施。（此后方案有改动）" in said("application", Matter.objects.get(pk=matter.pk), clerk)


def test_a_draft_is_not_issued_and_a_stranger_issues_nothing(cast, clerk):
    from tests.meetings.stage import draft

    matter = draft(cast)
    with pytest.raises(verbs.Stopped, match="还没有提交申报"):
        verbs.issue_paper("application", matter, by=clerk)
    item = confirmed(cast)
    with pytest.raises(verbs.NotAllowed, match="由提出人或学校秘书办理"):
        verbs.issue_paper("application", item.matter, by=acting(cast.wu))
    with pytest.raises(verbs.Stopped, match="还没有排上会议"):
        verbs.issue_paper("ballot", item, by=clerk)
    made = verbs.issue_paper("application", item.matter, by=acting(cast.li))
    assert made.number.startswith("议题申报表〔") and made.frozen["issued_by"] == cast.li.name
