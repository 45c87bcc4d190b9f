"""``rebuild_record [MEETING …] [--school CODE]``: each record built again from its journal, and where it differs."""

from django.core.management.base import CommandError

from accounts.arguments import Printing
from accounts.models import Organisation
from accounts.progress import Progress
from meetings.models import Meeting
from meetings.rebuilding import compare


class Command(Printing):
    help = (
        "由流水和修改痕迹重建会议记录，与现在的记录核对。都一致退出码 0，有不一致 1，参数有误 2。"
        "由文件导入的记录没有流水，只说明不能核对。"
    )

    def add_arguments(self, parser):
        parser.add_argument("meetings", metavar="MEETING", nargs="*", help="会议的标识（档案文件中的 id），不写则全部")
        parser.add_argument("--school", metavar="CODE", help="只核对这所学校")

    def handle(self, *, meetings, school, **options):
        wanted = Meeting.objects.select_related("school").order_by("school__code", "starts_at", "pk")
        if school:
            if not Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code=school).exists():
                raise CommandError(f"没有代码为“{school}”的学校。", returncode=2)
            wanted = wanted.filter(school__code=school)
        if meetings:
            wanted = wanted.filter(ref__in=meetings)
            if unknown := set(meetings) - set(wanted.values_list("ref", flat=True)):
                raise CommandError(f"没有标识为“{'”“'.join(sorted(unknown))}”的会议。", returncode=2)
        told = differ = 0
        rows = list(wanted)
        with Progress("核对会议记录", self.stderr) as progress:
            for done, meeting in enumerate(rows, start=1):
                compared = compare(meeting)
                told, differ = told + compared.told, differ + bool(compared.differences)
                if compared.differences or meetings:
                    self.stdout.write(f"{meeting.school.name} {meeting}：{compared}")
                for each in compared.differences:
                    self.stdout.write(f"  {each}")
                progress.at(done, len(rows))
        self.stdout.write(
            f"会议 {len(rows)} 次：一致 {told - differ} 次，不一致 {differ} 次，没有流水、不能核对 {len(rows) - told} 次。"
        )
        if differ:
            raise SystemExit(1)
