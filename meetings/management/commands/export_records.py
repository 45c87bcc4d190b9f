"""``export_records SCHOOL_CODE``: a school's dossier as a file, on standard output."""

from django.core.management.base import CommandError

from accounts.arguments import Printing, a_day
from accounts.models import Organisation
from governance.exchange import write
from meetings.dossiers import dossier_of, period_of


class Command(Printing):
    help = "导出学校档案（school-governance-record/1），写到标准输出。"

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="SCHOOL_CODE", help="学校代码")
        parser.add_argument("--from", dest="since", type=a_day, metavar="DAY", help="自哪一天的会议起")
        parser.add_argument("--to", dest="until", type=a_day, metavar="DAY", help="至哪一天的会议止")

    def handle(self, *, code, since, until, **options):
        school = Organisation.objects.filter(code=code, kind=Organisation.Kind.SCHOOL).first()
        if school is None:
            raise CommandError(f"没有代码为“{code}”的学校。", returncode=2)
        if since and until and until < since:
            raise CommandError("截止的日期早于开始的日期。", returncode=2)
        self.stdout.write(write(period_of(dossier_of(school), since, until)), ending="")
