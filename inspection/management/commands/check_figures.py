"""Compare the roll-ups of schools with their records, row by row; with ``--rebuild`` count them anew first."""

from django.core.management.base import CommandError

from accounts.arguments import Printing
from accounts.models import Organisation
from inspection.figures import differences, rebuild_figures


class Command(Printing):
    help = "逐行核对学校的汇总数字与记录；--rebuild 先重新汇总。"

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="*", metavar="学校代码", help="不写则为全部学校")
        parser.add_argument("--rebuild", action="store_true", help="先按记录重新汇总")

    def handle(self, *args, codes, rebuild, **options):
        schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
        if codes:
            schools = schools.filter(code__in=codes)
            missing = set(codes) - set(schools.values_list("code", flat=True))
            if missing:
                raise CommandError(f"没有学校：{'、'.join(sorted(missing))}。")
        if rebuild:
            self.stdout.write(f"已重新汇总 {rebuild_figures(schools)} 所学校。")
        found = []
        for school in schools:
            for line in differences(Organisation.objects.filter(pk=school.pk)):
                found.append(line)
                self.stdout.write(f"{school.name}：{line}")
        if found:
            raise CommandError(f"有 {len(found)} 处与记录不一致，用 --rebuild 重新汇总。")
        self.stdout.write(f"{schools.count()} 所学校的汇总数字与记录一致。")
