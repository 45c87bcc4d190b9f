"""``export_records SCHOOL_CODE``: a school's dossier as a file, on standard output."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from governance.exchange import write
from meetings.dossiers import dossier_of, period_of


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}”不是日期，请写成 2025-06-30 的样子。", returncode=2) from None


class Command(BaseCommand):
    help = "导出学校档案（school-governance-record/1），写到标准输出。"

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="SCHOOL_CODE", help="学校代码")
        parser.add_argument("--from", dest="since", metavar="DAY", help="自哪一天的会议起")
        parser.add_argument("--to", dest="until", metavar="DAY", help="至哪一天的会议止")

    def handle(self, *, code, since, until, **options):
        school = Organisation.objects.filter(code=code, kind=Organisation.Kind.SCHOOL).first()
        if school is None:
            raise CommandError(f"没有代码为“{code}”的学校。", returncode=2)
        first, last = since and _day(since), until and _day(until)
        if first and last and last < first:
            raise CommandError("截止的日期早于开始的日期。", returncode=2)
        self.stdout.write(write(period_of(dossier_of(school), first, last)), ending="")
