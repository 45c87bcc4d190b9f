"""``rejudge SCHOOL_CODE … | --all``: today's rules on the records of a period, and what differs from what was kept."""

import json
import multiprocessing
from collections.abc import Iterator

import django
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.arguments import Printing, a_day
from accounts.models import Organisation
from accounts.progress import Progress
from meetings.models import KeptFinding, MetAnswer, Rejudging
from meetings.rejudging import rejudge
from meetings.transitions.acting import Stopped


class Command(Printing):
    help = "按现行规则重新检查一段时间的记录，列出与当时结论不同之处。没有不同退出码 0，有不同 1，参数有误 2。"

    def add_arguments(self, parser):
        parser.add_argument("codes", metavar="SCHOOL_CODE", nargs="*", help="学校代码，可以写几个")
        parser.add_argument("--all", action="store_true", help="全部学校")
        parser.add_argument("--from", dest="since", type=a_day, metavar="DAY", required=True, help="自哪一天的会议起")
        parser.add_argument(
            "--to", dest="until", type=a_day, metavar="DAY", required=True, help="至哪一天的会议止，含这一天"
        )
        parser.add_argument("--on", type=a_day, metavar="DAY", help="检查日期，默认今天")
        parser.add_argument("--rest", action="store_true", help="上次中断后接着做：只做还没有这样检查过的学校")
        parser.add_argument("--processes", type=int, default=1, metavar="N", help="几个进程同时做，默认 1")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, codes, since, until, on, rest, processes, format, **options):
        on = on or timezone.localdate()
        schools = _schools(codes, every=options["all"])
        if rest:
            done = Rejudging.objects.filter(since=since, until=until, on=on, finished_at__isnull=False, failed="")
            over = set(done.values_list("school", flat=True))
            schools = [school for school in schools if school.pk not in over]
        differ = False
        tell = _as_json if format == "json" else _as_text
        try:
            for run in self._runs(schools, (since, until, on), processes):
                differ |= bool(run.figures["differences"])
                for line in tell(run):
                    self.stdout.write(line)
        except Stopped as stopped:
            raise CommandError(str(stopped), returncode=2) from None
        if differ:
            raise SystemExit(1)

    def _runs(self, schools: list[Organisation], span: tuple, processes: int) -> Iterator[Rejudging]:
        """Each school is kept when it is done: what breaks off loses the schools under way and no more."""
        if processes > 1 and len(schools) > 1:
            with Progress("重新检查", self.stderr) as progress, _pool(processes) as pool:
                keys = [(school.pk, *span) for school in schools]
                for number, pk in enumerate(pool.imap_unordered(_one, keys), start=1):
                    progress.at(number, len(keys))
                    yield Rejudging.objects.select_related("school").get(pk=pk)
            return
        since, until, on = span
        for school in schools:
            with Progress(f"重新检查 {school.name}", self.stderr) as progress:
                run = rejudge(school, since, until, on=on, tell=progress.at)
            yield run


def _pool(processes: int):
    # A forked process would share the connections of this one.
    return multiprocessing.get_context("spawn").Pool(processes, initializer=django.setup)


def _one(asked: tuple) -> int:
    school, since, until, on = asked
    return rejudge(Organisation.objects.get(pk=school), since, until, on=on).pk


def _schools(codes: list[str], *, every: bool) -> list[Organisation]:
    if every == bool(codes):
        raise CommandError("请写学校代码，或者写 --all，二者取一。", returncode=2)
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).order_by("code")
    if every:
        return list(schools)
    found = {school.code: school for school in schools.filter(code__in=codes)}
    if unknown := [code for code in codes if code not in found]:
        raise CommandError(f"没有代码为“{'”“'.join(unknown)}”的学校。", returncode=2)
    return [found[code] for code in dict.fromkeys(codes)]


def _differences(run: Rejudging):
    return run.differences.select_related("meeting", "item", "matter", "kept", "found").order_by("pk")


def _as_text(run: Rejudging):
    told = run.figures
    yield (
        f"{run.school.name} {run}（检查日期 {run.on}）：会议 {told['meetings']} 次，议题 {told['items']} 项，"
        f"结论不同 {sum(told['differences'].values())} 处。"
    )
    for each in _differences(run):
        yield f"  {each.get_reason_display()} {each.rule} {each.place}：{_said(each.then)} → {_said(each.now)}。{each.detail}"


def _as_json(run: Rejudging):
    for each in _differences(run):
        yield json.dumps(
            {
                "school": run.school.code,
                "rule": each.rule,
                "meeting": each.meeting and each.meeting.ref,
                "item": each.item and each.item.no,
                "matter": each.matter and each.matter.ref,
                **({"body": each.body} if each.body and not each.meeting else {}),
                "kept": _plain(each.then),
                "found": _plain(each.now),
                "reason": each.reason,
                "detail": each.detail,
            },
            ensure_ascii=False,
        )


def _said(finding: KeptFinding | MetAnswer | None) -> str:
    return str(KeptFinding.Outcome(finding.outcome).label) if finding else "没有结论"


def _plain(finding: KeptFinding | MetAnswer | None) -> dict | None:
    if finding is None:
        return None
    return {"outcome": finding.outcome, "mode": finding.mode, "message": finding.message}
