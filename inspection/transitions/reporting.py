"""Verbs of reports: asked for, a worker makes it; stopped, nobody goes on."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation
from governance.access import Standing
from governance.terms import Term, term_of

from ..models import Inspection, Report
from .acting import NotAllowed, Stopped, WrongState, allowed, begin, write


@transaction.atomic
def ask_report(of: Inspection | int, *, by: Standing) -> Report:
    """Of an inspection, or of the school year that began in a year. Asking twice, while it is made, is asking once; later it
    is the next version."""
    verb = allowed("ask_report", by)
    authority = Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)
    if isinstance(of, Inspection):
        if of.authority_id != authority.pk:
            raise NotAllowed("这次检查由别的单位组织，报告由该单位生成。")
        if of.state == Inspection.State.DRAFT:
            raise Stopped(f"“{of.title}”还没有开始，没有可以报告的内容。请先开始检查。")
        about: dict[str, Inspection | int | None] = {"inspection": of, "year": None}
        kind, title = Report.Kind.INSPECTION, f"{of.title}报告"
    else:
        if Term(of, 1).since > timezone.localdate() or of < term_of(timezone.localdate()).year - 20:
            raise Stopped(f"{of}—{of + 1} 学年没有记录可以报告。请改选一个学年。")
        about = {"inspection": None, "year": of}
        kind, title = Report.Kind.YEAR, f"{authority.name}{of}—{of + 1}学年学校议事决策情况年度报告"
    mine = Report.objects.filter(authority=authority, kind=kind, **about)
    if same := mine.filter(finished_at=None, stopped_at=None).first():
        return same
    version = (mine.aggregate(last=Max("version"))["last"] or 0) + 1
    report = Report.objects.create(
        authority=authority, kind=kind, title=title[:200], version=version, asked_by=by.user, **about
    )
    write(verb, report, by, f"生成报告：{report.title}（第 {version} 版）", report=report.pk)
    return report


@transaction.atomic
def stop_report(report: Report, *, by: Standing) -> Report:
    verb, locked = begin("stop_report", report, by)
    if locked.stopped_at:
        return locked
    if locked.finished_at:
        raise WrongState(f"“{locked.title}”已经做完，不用停止。请刷新后再看。")
    locked.stopped_at, locked.step = timezone.now(), ""
    locked.save(update_fields=["stopped_at", "step"])
    write(verb, locked, by, f"停止生成报告：{locked.title}（第 {locked.version} 版）", report=locked.pk)
    return locked
