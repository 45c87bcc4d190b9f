"""One school with something in every state: what the tests that walk over all doors need.

Made by the verbs, as the people would.
"""

import hashlib
import io
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pypdfium2
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.deputising import deputise
from accounts.models import Notice, Role
from governance import exchange
from governance.access import authority_for
from governance.cataloguing import add_large_sum, add_row
from governance.facts import ground_of
from governance.filing import submit
from governance.flooring import set_floor
from governance.models import CalendarDay, Communication, Procedure
from governance.procedures import enter
from governance.rules import facts
from inspection import intakes
from inspection import transitions as inspected
from inspection.models import Inspection, Payment, Problem, Rectification, Report, SavedFilter
from inspection.reports.working import freeze
from inspection.sampled import population_of
from inspection.transitions.announcing import publish_announcement
from inspection.transitions.structuring import add_authority
from meetings import documents
from meetings import transitions as verbs
from meetings.arrivals import SIGNED_COPY, put_by, receive
from meetings.batches import ask_batch
from meetings.documents import word
from meetings.documents.kinds import Period
from meetings.facts import load
from meetings.folding import unfold
from meetings.models import Attachment, Batch, CheckIn, Item, Judgement, Matter, Meeting, Pack, TextRevision
from meetings.rejudging import rejudge
from tests.inspection import inspecting
from tests.inspection.rectified import rectified
from tests.meetings import stage
from tests.meetings.stage import acting, mark, say, vote


def blank_page() -> bytes:
    """The PDF of nothing."""
    sheet, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    sheet.new_page(595, 842)
    sheet.save(out)
    sheet.close()
    return out.getvalue()


@dataclass
class Scene:
    cast: object
    matters: dict[str, Matter] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    notices: dict[str, Rectification] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)


def _running(cast, *items: Item) -> Meeting:
    meeting = stage.opened(cast, *items)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "leave", cast.wu)
    for item in Item.objects.filter(meeting=meeting):
        for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
            say(cast, item, person, order=order)
    return meeting


def _counted(cast, item: Item) -> Item:
    item = Item.objects.get(pk=item.pk)
    vote(cast, item, agree=4)
    return Item.objects.get(pk=item.pk)


def _held(cast, title: str) -> Meeting:
    """A meeting that has decided its only item, and goes on."""
    item = stage.confirmed(cast, title=title)
    meeting = _running(cast, item)
    stage.decided(cast, _counted(cast, item))
    return meeting


def _ruled(scene: Scene) -> None:
    """What the school has ruled from some day to come on: nothing of the rest is judged by it."""
    clerk, day = acting(scene.cast.zheng), timezone.localdate() + timedelta(days=30)
    for n, name in enumerate(("draft", "submitted")):
        since, file = day + timedelta(days=n), SimpleUploadedFile("规则.pdf", b"%PDF-1.4\n")
        scene.procedures[name] = enter("party", since=since, text="第一条", upload=file, parameters={}, by=clerk)
    submit(scene.procedures["submitted"], on=timezone.localdate(), by=clerk)
    scene.procedures["submitted"].refresh_from_db()
    scene.large_sum = add_large_sum(since=day, amount=Decimal(50000), inclusive=True, cumulative=True, by=clerk)
    scene.catalogue_row = add_row(
        "D20", since=day, title="食堂经营", route="P", prior=[], reserved=True, two_thirds=False, by=clerk
    )


def _arrivals(cast) -> tuple[str, str]:
    """A workbook that lacks most of its sheets, and a dossier with somebody new."""
    brought = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "会议"
    book.save(brought)
    dossier = exchange.write(facts.Records(ground_of(cast.school).school, people=(facts.Person("new", "新来的"),)))
    return tuple(
        receive(SimpleUploadedFile(name, content), by=acting(cast.zheng)).token
        for name, content in (("会议.xlsx", brought.getvalue()), ("档案.json", dossier.encode()))
    )


def _signed_word(document, clerk) -> str:
    """A Word file that came back empty, looked through and not attached."""
    came = word.docx(replace(documents.paper_of(document), blocks=()), draft=False)
    upload = SimpleUploadedFile("签字.docx", came)
    seen = {"name": "签字.docx", "document": document.pk, "note": ""}
    seen["found"] = verbs.brought_back(document, upload)[1]
    return put_by(came, seen, by=clerk, what=SIGNED_COPY).token


def _demanded(scene: Scene) -> None:
    """What the authority asks of its schools from a day to come on."""
    by, since = authority_for(scene.cast.chu, "district"), timezone.localdate() + timedelta(days=40)
    asked = {"since": since, "basis": "区教发〔2026〕3号", "by": by}
    scene.district_sum = add_large_sum(amount=Decimal(90000), inclusive=True, cumulative=True, **asked)
    scene.district_row = add_row("D50", title="校车", route="P", prior=[], reserved=True, two_thirds=False, **asked)
    scene.district_floor = set_floor("party", "notice_hours", value=72, **asked)
    wang, day = scene.cast.wang, timezone.localdate()
    holder = Role.objects.get(user=wang, organisation=scene.cast.district, role=Role.Name.INSPECTOR)
    scene.deputy = deputise(
        holder, scene.cast.feng, since=day + timedelta(days=9), last=day + timedelta(days=9), by=wang
    )
    scene.announcement = publish_announcement(
        title="报送计划", text="请于月底前报送。", to="chosen", stages=[], schools=[scene.cast.school], since=timezone.localdate(), until=None,
        asks_receipt=True, files=[SimpleUploadedFile("计划.pdf", b"%PDF-1.4\n")], by=by,
    )  # fmt: skip
    scene.announced_file = scene.announcement.files.get()
    brought = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "学校"
    for row in (["代码", "名称", "党组织设置"], ["xinjian", "新建小学", "党支部"]):
        book.active.append(row)
    book.save(brought)
    scene.lower = add_authority("lower", name="区直分局", parent=scene.cast.district, by=by)
    scene.structure = intakes.hand_in(SimpleUploadedFile("学校.xlsx", brought.getvalue()), "structure", by=by)


def everything(cast) -> Scene:
    clerk = acting(cast.zheng)
    scene = Scene(cast)
    scene.matters["draft"] = stage.draft(cast, title="还在草拟")
    scene.matters["asked"] = stage.proposed(cast, title="正在沟通")
    scene.matters["mended"] = stage.proposed(cast, title="征求意见以后改过")
    scene.former = verbs.consult(
        scene.matters["mended"], kind="staff_hearing", at=timezone.now(), heard=9, outcome="heard", by=clerk
    )
    stage.rewritten(cast, scene.matters["mended"], proposal="改过的方案。")
    scene.matters["ready"] = stage.agreed(cast, title="等待审定")
    scene.items["ready"] = scene.matters["ready"].items.get()
    scene.items["confirmed"] = stage.confirmed(cast, title="已经审定")

    scene.meetings["planned"] = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=5), place="第一会议室", by=clerk
    )
    scene.agenda = stage.confirmed(cast, title="列入筹备").pk
    verbs.set_agenda(scene.meetings["planned"], [scene.agenda], by=clerk)
    scene.meetings["called"] = stage.called(cast, stage.confirmed(cast, title="等待开会"), hours=2)
    verbs.reply(scene.meetings["called"], coming=False, reason="外出培训", by=acting(cast.wu))

    names = ("open", "counted", "written", "settled")
    running = [stage.confirmed(cast, title=f"会上：{name}") for name in names]
    scene.meetings["open"] = _running(cast, *running)
    for name, item in zip(names, running, strict=True):
        scene.items[name] = Item.objects.get(pk=item.pk) if name == "open" else _counted(cast, item)
    verbs.note(scene.meetings["open"], f"item/{running[2].pk}/decision_text", "同意实施。", base=None, by=clerk)
    scene.items["settled"] = stage.decided(cast, scene.items["settled"])

    for name in ("running", "ended", "completed", "signed", "issued"):
        scene.meetings[name] = _held(cast, f"会后：{name}")
    for name in ("ended", "completed"):
        verbs.end(scene.meetings[name], by=clerk)
    verbs.complete(scene.meetings["completed"], by=clerk)
    for name in ("signed", "issued"):
        stage.signed(cast, scene.meetings[name])
    verbs.issue(scene.meetings["issued"], by=acting(cast.zhao))
    scene.meetings = {name: Meeting.objects.get(pk=meeting.pk) for name, meeting in scene.meetings.items()}
    scene.items["issued"] = scene.meetings["issued"].items.get()
    scene.matters["issued"] = scene.items["issued"].matter

    scene.check_in = CheckIn.objects.create(meeting=scene.meetings["open"], person=cast.wu, user=cast.wu.user)
    for name in ("reported", "asked"):
        verbs.issue(stage.signed(cast, _held(cast, f"督办：{name}")), by=acting(cast.zhao))
        scene.items[name] = Item.objects.get(matter__title=f"督办：{name}")
    verbs.report_done(scene.items["reported"], done_on=timezone.localdate(), note="已落实。", by=clerk)
    scene.step = verbs.add_step(scene.items["asked"], text="制定方案", by=clerk)
    until = timezone.localdate() + timedelta(days=60)
    verbs.ask_extension(scene.items["asked"], until=until, reason="材料未齐", by=clerk)

    scene.consultation = scene.matters["asked"].consultations.get()
    scene.vote = scene.items["counted"].votes.get()
    scene.document = scene.meetings["issued"].documents.get()
    year = Period(cast.school, timezone.localdate().replace(month=1, day=1), timezone.localdate())
    scene.ledger = verbs.issue_paper("ledger", year, by=clerk)
    scene.document.file.save("x.pdf", ContentFile(paper := blank_page()), save=False)
    type(scene.document).objects.filter(pk=scene.document.pk).update(
        file=scene.document.file.name, file_sha256=hashlib.sha256(paper).hexdigest()
    )
    scan = SimpleUploadedFile("签字.pdf", blank_page())
    scene.signed_copy = verbs.attach_signed(scene.document, scan, by=clerk)
    scene.signed_word = _signed_word(scene.document, clerk)
    now = Judgement.objects.get(meeting=scene.meetings["issued"], current=True)
    scene.finding, scene.met = now.findings.first(), next(unfold(now))
    scene.correction = verbs.correct(
        scene.meetings["issued"], "meeting/title", "专题会议", found_by="王检查", reason="漏记名称", by=clerk
    )
    scene.rejudging = rejudge(cast.school, timezone.localdate(), timezone.localdate() + timedelta(days=2))
    scene.minutes_row = scene.meetings["completed"].minutes.items.get()
    for place in ("第三会议室", "第四会议室"):
        verbs.note(scene.meetings["open"], "meeting/place", place, base=None, by=clerk)
    scene.phrase = verbs.add_phrase("reason", "因公外出。", by=clerk)
    scene.revision = TextRevision.objects.get(meeting=scene.meetings["open"], text="第三会议室")
    scene.base = verbs.version_of("第四会议室")
    _ruled(scene)
    scene.own_day = CalendarDay.objects.create(
        organisation=cast.school, day=date(2026, 3, 9), working=False, name="校庆"
    )
    scene.district_day = CalendarDay.objects.create(organisation=cast.district, day=date(2026, 3, 11), working=False)
    at = timezone.make_aware(datetime(2026, 1, 5, 9))
    scene.talk = Communication.objects.create(school=cast.school, at=at, entered_by=cast.zhao.user)
    scene.talk.people.set([cast.zhao, cast.qian])
    scene.post = cast.wu.posts.get()
    scene.role = Role.objects.get(user=cast.zheng.user)
    scene.notice = Notice.objects.create(
        recipient=cast.li.user, organisation=cast.school, key="tests", kind="tests", title="一条消息"
    )
    scene.attachment = Attachment.objects.create(
        matter=scene.matters["draft"],
        file=ContentFile(b"%PDF-1.4", name="x.pdf"),
        name="方案.pdf",
        size=8,
        content_type="application/pdf",
        sha256=hashlib.sha256(b"%PDF-1.4").hexdigest(),
        uploaded_by=cast.li.user,
    )
    scene.digest = verbs.record_digest(
        load(cast.school, Meeting.objects.filter(pk=scene.meetings["completed"].pk)), scene.meetings["completed"].pk
    )
    scene.batch = ask_batch(["minutes"], timezone.localdate().year, by=clerk)
    scene.pack_batch = Batch.objects.create(
        school=cast.school, kind="pack", label="归档", asked_by=cast.zheng.user, finished_at=timezone.now(),
        file=ContentFile(b"PK", name="x.zip"), file_sha256=hashlib.sha256(b"PK").hexdigest(),
    )  # fmt: skip
    scene.pack = Pack.objects.create(
        school=cast.school, batch=scene.pack_batch, scope="year", year=2025, serial=1, number="Z-1",
        retention="permanent", digest="0" * 64, files=1,
    )  # fmt: skip
    scene.arrival, scene.fit_arrival = _arrivals(cast)
    scene.token = str(uuid.uuid4())
    _demanded(scene)
    for name in ("planned", "running"):
        scene.inspections[name] = inspecting.planned(cast, title=f"督导：{name}")
    scene.inspections["running"] = inspecting.started(scene.inspections["running"])
    scene.saved = SavedFilter.objects.create(
        user=cast.wang, organisation=cast.district, page="register/overdue", name="逾期", query=""
    )
    _reported(scene)
    rectified(scene)
    _worked(scene)
    return scene


def _reported(scene: Scene) -> None:
    """A report that is made, and one that waits."""
    asked = {"authority": scene.cast.district, "title": "报告", "asked_by": scene.cast.wang}
    scene.report_asked = Report.objects.create(**asked, kind=Report.Kind.YEAR, year=2024)
    scene.report = Report(**asked, kind=Report.Kind.INSPECTION, inspection=scene.inspections["running"])
    scene.report.frozen = freeze(scene.report)
    scene.report.pdf = ContentFile(b"%PDF-1.4", name="报告.pdf")
    scene.report.sha256 = {"pdf": hashlib.sha256(b"%PDF-1.4").hexdigest()}
    scene.report.finished_at = timezone.now()
    scene.report.save()


def _worked(scene: Scene) -> None:
    """What the inspectors drew, noted and brought."""
    inspection, by = scene.inspections["running"], inspecting.acting(scene.cast.wang)
    inspected.draw_sample(inspection, population_of(inspection), seed="7", size=3, by=by)
    scene.sampled = inspection.samples.get().items.first()
    inspected.remark(inspection, inspected.On.of_item(scene.items["issued"]), "看过记录。", by=by)
    scene.payment = Payment(row=2, paid_on=timezone.localdate(), amount=Decimal(150_000), payee="南门装修公司")
    scene.payments = inspected.bring_payments(
        inspection, scene.cast.school, [scene.payment], [], name="支付明细.xlsx", sha256="0" * 64, by=by
    )
