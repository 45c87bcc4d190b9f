"""Lists cost as many statements with a full page as with one row, and few of them.

The lists are a table of addresses; what fills them is written straight into the tables: no verb is asked here.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice, Organisation, Role, User
from governance.models import CalendarDay, CatalogueRow, Communication, Floor, LargeSum, Post, Procedure
from governance.terms import term_of
from inspection.figures import settle_figures
from inspection.models import (
    Announcement,
    Assessment,
    Inspection,
    Intake,
    Measure,
    Member,
    Payment,
    PaymentList,
    Problem,
    Rectification,
    Remark,
    Report,
    Sample,
    SampledItem,
    SavedFilter,
    Turn,
)
from inspection.registers.index import REGISTERS
from inspection.reports.working import freeze
from meetings.models import (
    Batch,
    BatchPart,
    ConfidentialView,
    Consultation,
    Consulted,
    Difference,
    Document,
    Item,
    Judgement,
    KeptFinding,
    Matter,
    Meeting,
    Override,
    Pack,
    Phrase,
    Rejudging,
)
from tests import cast as people

MOST = 8
PAGE = 16  # rows that fill a page: whether a row costs a statement is seen of sixteen as of fifty


@dataclass(frozen=True)
class Listed:
    name: str
    who: str
    args: tuple = ("shifan",)
    query: str = ""
    most: int = MOST

    def __str__(self):
        return f"{reverse(self.name, args=self.args)}?{self.query}"


DISTRICT = ("district",)
LOOKED = 10_000  # the inspection with papers
RUN = 10_000  # of a re-judging that is not the last one
MADE = 10_000  # of a report that is not the last one
LISTS = [
    Listed("desk", "zheng", most=19),  # several lists, each with what it waits for
    Listed("desk", "zhao", most=19),
    Listed("desk", "wang"),
    Listed("matter_list", "zheng"),
    Listed("matter_list", "wang"),
    Listed("agenda", "zhao"),
    Listed("meeting_list", "zheng"),
    Listed("phrase_list", "zheng"),
    Listed("batch_list", "zheng"),
    Listed("decision_list", "zheng"),
    Listed("search", "zheng", query="q=已议"),
    Listed("district_search", "wang", DISTRICT, "q=已议"),
    Listed("decision_sheet", "zheng"),
    Listed("follow_up_list", "zheng"),
    Listed("follow_up_sheet", "zheng"),
    Listed("meeting_sheet", "zheng"),
    Listed("follow_up_list", "li", query="show=all"),
    Listed("paper_list", "zheng", most=12),  # and a few of each kind that could be made
    Listed("paper_list", "wang"),
    Listed("procedure_list", "zheng"),
    Listed("procedure_list", "chu"),
    Listed("large_sum_list", "zheng"),
    Listed("catalogue", "zheng"),
    Listed("management", "chu", DISTRICT, most=13),  # of each task, how it stands
    Listed("structure", "chu", DISTRICT, most=9),
    Listed("authority_list", "chu", DISTRICT),
    Listed("structure_import", "chu", DISTRICT),
    Listed("announcement_list", "chu", DISTRICT, most=9),  # and how far each was read
    Listed("deputy_list", "wang", DISTRICT, most=13),  # and the choices of its form
    Listed("school_announcement_list", "zheng"),
    Listed("district_large_sum_list", "chu", DISTRICT),
    Listed("district_catalogue", "chu", DISTRICT),
    Listed("district_floor_list", "wang", DISTRICT),
    Listed("filing_list", "chu", DISTRICT),
    Listed("filing_list", "wang", DISTRICT, "state="),
    Listed("leadership", "zheng"),
    Listed("calendar", "zheng", query="year=2026"),
    Listed("communication_list", "zheng"),
    Listed("communication_list", "wang"),
    Listed("school_check", "wang"),
    Listed("district", "wang", DISTRICT, most=13),
    Listed("district", "chu", DISTRICT, most=9),
    Listed("district_schools", "wang", DISTRICT, most=13),
    Listed("district_schools", "wang", DISTRICT, "sort=P&show=block", most=14),
    Listed("district_glance_sheet", "wang", DISTRICT, most=11),
    Listed("district_calendar", "chu", DISTRICT, "year=2026"),
    Listed("district_findings", "wang", DISTRICT, "outcome="),
    Listed("district_findings_sheet", "wang", DISTRICT, "outcome="),
    Listed("register_index", "wang", DISTRICT),
    Listed("school_registers", "zheng"),
    *(
        Listed(name, who, (of, each))
        for name, who, of in (
            ("district_register", "wang", "district"),
            ("district_register_sheet", "wang", "district"),
            ("school_register", "zheng", "shifan"),
        )
        for each in REGISTERS
    ),
    Listed("district_school", "wang", ("district", "shifan"), most=28),
    Listed("report_list", "wang", DISTRICT),
    Listed("rectification_list", "wang", DISTRICT, most=10),  # the two selects of its filter
    Listed("rectification_sheet", "wang", DISTRICT),
    Listed("rectification_print", "wang", DISTRICT),
    Listed("rectification_new", "wang", DISTRICT, "school=shifan", most=9),
    Listed("rectification", "wang", ("district", RUN)),
    Listed("school_rectification_list", "zheng"),
    Listed("school_rectification", "zheng", ("shifan", RUN)),
    Listed("report", "wang", ("district", MADE), most=24),  # and each of its figures counted again
    Listed("report_records", "wang", ("district", MADE, "meetings")),
    Listed("inspection_list", "wang", DISTRICT),
    Listed("my_inspections", "wang", ()),
    Listed("inspection", "wang", (LOOKED,), most=14),
    Listed("inspection_school", "wang", (LOOKED, "shifan"), most=12),
    Listed("confidential_views", "zheng"),
    Listed("rejudging_list", "wang"),
    Listed("rejudging_list", "zheng"),
    Listed("rejudging", "wang", ("shifan", RUN)),
    Listed("journal", "feng"),
    Listed("account_list", "chen"),
    Listed("notices", "li", ()),
    Listed("api-school-list", "wang", ()),
    Listed("api-matter-list", "li", ()),
    Listed("api-meeting-list", "wang", ()),
    Listed("api-decision-list", "wang", ()),
    Listed("api-finding-list", "wang", ()),
    Listed("sample_list", "wang", (LOOKED,)),
    Listed("sample", "wang", (LOOKED, 1), most=12),
    Listed("sample", "wang", (LOOKED, 1), "again=1", most=16),
    Listed("sample_sheet", "wang", (LOOKED, 1), most=11),
    Listed("working_list", "wang", (LOOKED,), most=14),
    Listed("working_sheet", "wang", (LOOKED,), most=13),
    Listed("working_school", "wang", (LOOKED, "shifan"), most=11),  # and what is said of the school itself
    Listed("payment_lists", "wang", (LOOKED, "shifan"), most=13),
    Listed("payment_sheet", "wang", (LOOKED, "shifan"), most=9),
]


def fill(cast, count: int, start: int) -> None:
    """``count`` of everything that a list can show."""
    now, day = timezone.now(), timezone.localdate()
    for n in range(start, start + count):
        school = people.school(f"s{n}", f"第{n}小学", cast.district)
        people.authority(f"low{n}", f"第{n}教育局", cast.district)
        who = people.person(cast.school, f"p{n}", f"教师{n}", Post.Name.ADMIN_MEMBER)
        people.person(school, f"h{n}", f"校长{n}", Post.Name.PRINCIPAL)
        Role.objects.create(user=who.user, organisation=cast.school, role=Role.Name.AUDITOR)
        stood_in = Role.objects.get(user=cast.wang, organisation=cast.district)
        Role.objects.create(
            user=cast.chu, organisation=cast.district, role="inspector", since=day - timedelta(days=2 * n + 9),
            until=day - timedelta(days=2 * n + 8), deputises=stood_in,
        )  # fmt: skip
        Phrase.objects.create(school=cast.school, where="opinion", text=f"同意{n}。", position=n)
        LargeSum.objects.create(school=cast.school, since=day + timedelta(days=n), amount=1000 * n)
        CatalogueRow.objects.create(school=cast.school, code=f"D{100 + n}", title=f"自定{n}", since=day, route="P")
        LargeSum.objects.create(school=school, since=day, amount=10**6)
        LargeSum.objects.create(school=cast.district, since=day + timedelta(days=n), amount=10**5 - n)
        CatalogueRow.objects.create(school=cast.district, code=f"D{200 + n}", title=f"统一{n}", since=day, route="P")
        Floor.objects.create(
            authority=cast.district, body="party", name="notice_hours", value=72, since=day + timedelta(days=n)
        )
        Intake.objects.create(authority=cast.district, kind="structure", name=f"{n}.xlsx", by=cast.chu, read_at=now)
        Announcement.objects.create(authority=cast.district, title=f"公告{n}", text="请报送。", by=cast.chu)
        Procedure.objects.create(school=school, body="party", since=day, submitted_on=day)
        Procedure.objects.create(school=cast.school, body="party", since=day + timedelta(days=n))
        Notice.objects.create(recipient=cast.li.user, organisation=cast.school, key=f"k{n}", kind="x", title=f"消息{n}")
        Entry.objects.create(
            organisation=cast.school, actor=who.user, actor_name=who.name, verb="propose", subject_kind="matter",
            subject_id=n, summary=f"第{n}行",
        )  # fmt: skip
        batch = Batch.objects.create(school=cast.school, kind="pack", label=f"归档{n}", asked_by=cast.zheng.user)
        BatchPart.objects.create(batch=batch, no=1, label="一件", failed="没有做成。" if n % 2 else "")
        Pack.objects.create(
            school=cast.school, batch=batch, scope="year", year=2025, serial=n + 1, number=f"Z-{n}",
            retention="permanent", digest="0" * 64, files=1,
        )  # fmt: skip
        CalendarDay.objects.create(organisation=cast.school, day=date(2026, 1, 1) + timedelta(days=n), working=False)
        CalendarDay.objects.create(organisation=cast.district, day=date(2026, 5, 1) + timedelta(days=n), working=False)
        talk = Communication.objects.create(school=cast.school, at=now - timedelta(days=n + 2), note="商量工作。")
        talk.people.set([cast.zhao, cast.qian])
        _matters(cast, n, who, now, day)
        SavedFilter.objects.bulk_create(
            SavedFilter(user=cast.wang, organisation=cast.district, page=page, name=f"常看 {n}", query="")
            for page in ("register/meetings", "findings", "schools")
        )
    _papers(cast, count, start, timezone.localdate())
    _inspected(cast, count, timezone.localdate())
    settle_figures()
    _reports(cast, count, now)


def _reports(cast, count, now) -> None:
    year = term_of(timezone.localdate(now)).year
    asked = {"authority": cast.district, "kind": "year", "year": year, "asked_by": cast.wang, "finished_at": now}
    Report.objects.bulk_create(Report(**asked, title="年度报告", failed="没有做成。") for _ in range(count))
    made, _ = Report.objects.get_or_create(pk=MADE, defaults=asked | {"title": "年度报告"})
    ids = list(Meeting.objects.order_by("pk").values_list("pk", flat=True))
    made.frozen = freeze(made) | {"records": {"meetings": {"of": "meeting", "label": "会议", "ids": ids}}}
    made.save()


def _papers(cast, count: int, start: int, day) -> None:
    """A sample, papers and payments of an inspection."""
    span = {"since": day, "until": day + timedelta(days=9), "records_since": day - timedelta(days=90)}
    looked, new = Inspection.objects.get_or_create(
        pk=LOOKED, defaults=span | {"authority": cast.district, "title": "年度督导", "state": "running",
                                    "records_until": day, "created_by": cast.wang},
    )  # fmt: skip
    common = {"inspection": looked, "by": cast.wang}
    if new:
        looked.schools.set([cast.school])
        looked.members.create(user=cast.wang)
        Sample.objects.create(**common, no=1, seed="7", size=1000, population=1, digest="0" * 64)
    sample = looked.samples.get(no=1)
    items = list(Item.objects.filter(meeting__isnull=False).select_related("matter", "meeting").order_by("-pk")[:count])
    for n, item in enumerate(items, start=start):
        SampledItem.objects.create(sample=sample, no=n + 1, item=item, severity="warn", looked_by=cast.wang)
        about = {"school": cast.school, "matter": item.matter}
        Remark.objects.create(**common, **about, item=item, meeting=item.meeting, text="看过。")
        Remark.objects.create(**common, school=cast.school, text="看过学校。", withdrawn_at=item.settled_at,
                              withdrawn_by=cast.wang)  # fmt: skip
        Assessment.objects.create(**common, **about, rule="C-28", verdict="accepted", text="拆分。")
        brought = PaymentList.objects.create(**common, school=cast.school, file_name=f"{n}.xlsx", sha256=f"{n:064}")
        found = Assessment.objects.create(**common, school=cast.school, verdict="accepted", text="没有决定。")
        for row, how in enumerate(("certain", "none")):
            Payment.objects.create(list=brought, row=row, paid_on=day, amount=1000 + n, payee="书店", how=how, large=True,
                                   item=item if how == "certain" else None, settled_by=cast.wang,
                                   finding=found if how == "none" else None)  # fmt: skip


def _matters(cast, n, who, now, day) -> None:
    meeting = Meeting.objects.create(
        school=cast.school, body="party", number=n + 1, state=Meeting.State.ENDED, place="第一会议室",
        starts_at=now - timedelta(hours=n + 2), ends_at=now - timedelta(hours=n + 1), chair=cast.zhao,
        recorder=cast.zheng, created_by=cast.zheng.user,
    )  # fmt: skip
    Meeting.objects.create(
        school=cast.school, body="office", number=n + 1, state=Meeting.State.CALLED, place="第二会议室",
        starts_at=now + timedelta(days=n + 1), created_by=cast.zheng.user, chair=cast.qian,
    )  # fmt: skip
    common = {"school": cast.school, "category": "D13", "proposer": who, "owner": cast.li, "created_by": who.user}
    decided = Matter.objects.create(title=f"已议决{n}", state=Matter.State.DECIDED, proposed_at=now, **common)
    waiting = Matter.objects.create(title=f"待审定{n}", state=Matter.State.PROPOSED, proposed_at=now, **common)
    Item.objects.create(matter=waiting, body="party", purpose="decide")
    consultation = Consultation.objects.create(matter=waiting, kind="secretary_principal")
    for head in (cast.zhao, cast.qian):
        Consulted.objects.create(consultation=consultation, person=head)
    item = Item.objects.create(
        matter=decided, body="party", purpose="decide", meeting=meeting, no=1, state=Item.State.SETTLED,
        outcome="passed", decision_text="同意。", due=day - timedelta(days=n + 1), settled_at=now,
    )  # fmt: skip
    item.responsible.set([cast.li, who])
    judgement = Judgement.objects.create(
        school=cast.school, meeting=meeting, verb="complete", by=cast.zheng.user, own_facts={}, digest="0" * 64
    )
    for rule, mode, outcome in (("P-03", "block", "broken"), ("P-14", "warn", "broken"), ("C-02", "block", "unknown")):
        KeptFinding.objects.create(
            judgement=judgement, school=cast.school, meeting=meeting, item=item, matter=decided, rule=rule, mode=mode,
            outcome=outcome, body="party", clause="《意见》（五）", message="第 1 项不行。依据《意见》（五）。请改正。",
        )  # fmt: skip
    Document.objects.create(
        school=cast.school, meeting=meeting, kind="record", body="party", year=day.year, serial=n + 1,
        number=f"会议记录〔{day.year}〕{n + 1}号", frozen={}, digest="0" * 64, issued_by=cast.zheng.user,
    )  # fmt: skip
    Override.objects.create(item=item, rule="P-03", message="不行。", reason="情况紧急。", by=cast.zhao)
    _judged_anew(cast, judgement.findings.get(rule="P-14"), day)
    _asked(cast, judgement.findings.get(rule="P-03"), n, who, now, day)


def _asked(cast, kept: KeptFinding, n: int, who, now, day) -> None:
    """A problem of a notice that has many, and a notice of its own."""
    issued = {"authority": cast.district, "school": cast.school, "created_by": cast.wang, "state": "issued",
              "issued_by": cast.wang, "issued_at": now, "year": day.year}  # fmt: skip
    many, _ = Rectification.objects.get_or_create(
        pk=RUN, defaults=issued | {"serial": 9999, "number": "整改〔〕9999号"}
    )
    for notice in (many, Rectification.objects.create(**issued, serial=n + 1, number=f"整改〔〕{n + 1}号")):
        problem = Problem.objects.create(
            notice=notice, no=n + 1, text="不行。", demand="请改正。", due=day - timedelta(days=n), leader=who,
            finding=kept, rule=kept.rule, meeting=kept.meeting, matter=kept.matter, item=kept.item,
        )  # fmt: skip
        Measure.objects.create(problem=problem, text="学习", created_by=who.user)
        Turn.objects.create(problem=problem, kind="answer", text="已改。", by=who.user)


def _inspected(cast, count: int, day) -> None:
    """More inspections, more schools in one of them, and views of what is confidential."""
    looked = Inspection.objects.get(pk=LOOKED)
    looked.schools.set(Organisation.objects.filter(kind="school"))
    matter = Matter.objects.filter(school=cast.school).first()
    for n in range(count):
        inspection = Inspection.objects.create(
            authority=cast.district, title=f"督导{n}", state=Inspection.State.RUNNING, since=day, until=day,
            records_since=day, records_until=day, created_by=cast.wang,
        )  # fmt: skip
        Member.objects.create(inspection=inspection, user=cast.wang)
        ConfidentialView.objects.create(
            school=cast.school, matter=matter, user=cast.wang, user_name="王检查", page="matter", what="议题"
        )


def _judged_anew(cast, kept: KeptFinding, day) -> None:
    figures = {"meetings": 1, "items": 1, "matters": 1, "findings": {}, "differences": {"rule_mended": 1}}
    ended = {"school": cast.school, "since": day, "until": day, "on": day, "by": cast.wang, "figures": figures}
    first, _ = Rejudging.objects.get_or_create(pk=RUN, defaults=ended | {"finished_at": timezone.now()})
    Rejudging.objects.create(**ended, finished_at=timezone.now())
    Difference.objects.create(
        run=first, meeting=kept.meeting, item=kept.item, matter=kept.matter, rule=kept.rule, kept=kept, found=kept,
        reason="rule_mended", detail="同样的事实，按现在的规则是“符合”。",
    )  # fmt: skip


def statements(client, address: str, warm: bool = False) -> list[str]:
    if not warm:
        client.get(address)  # what a first page warms up is not the list's
    reset_queries()
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200, address
    return [each["sql"] for each in seen]


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), override_settings(PAGE_SIZE=PAGE), transaction.atomic():
        yield people.everybody()
        transaction.set_rollback(True)


def signed_in(who) -> Client:
    client = Client()
    client.force_login(getattr(who, "user", who), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["seen"] = int(time.time()) + 3600  # that a minute has gone by is written: no matter of a list
    session.save()
    return client


@pytest.fixture(scope="module")
def costs(cast):
    """What each list costs at one row and at more than a page."""
    rows, found = 0, {listed: [] for listed in LISTS}
    clients = {listed: signed_in(getattr(cast, listed.who)) for listed in LISTS}
    for wanted in (1, settings.PAGE_SIZE + 5):
        fill(cast, wanted - rows, rows)
        rows = wanted
        for listed in LISTS:
            address = f"{reverse(listed.name, args=listed.args)}?{listed.query}"
            found[listed].append(statements(clients[listed], address, warm=bool(found[listed])))
    return found


@pytest.mark.django_db  # run alone, the file asks for a test's database by this
def test_lists_cost_the_same_with_one_row_and_with_a_full_page(costs):
    grown = [
        f"{listed} as {listed.who}: {[len(each) for each in several]}"
        for listed, several in costs.items()
        if len({len(each) for each in several}) > 1
    ]
    assert not grown, "\n".join(["", *grown])


def test_a_full_list_costs_at_most_eight_statements(costs):
    dear = []
    for listed, several in costs.items():
        if len(several[-1]) > listed.most:
            dear.append(f"{listed} as {listed.who}: {len(several[-1])}")
            dear += [f"    {sql[:160]}" for sql in several[-1]]
    assert not dear, "\n".join(["", *dear])


def test_the_rows_are_there(cast, costs):
    address = reverse("district_findings", args=DISTRICT)
    page = signed_in(cast.wang).get(address, {"outcome": ""}).context["page"]
    assert len(page) == settings.PAGE_SIZE and page.paginator.count >= 3 * settings.PAGE_SIZE
    assert Organisation.objects.count() > settings.PAGE_SIZE and User.objects.count() > settings.PAGE_SIZE
