"""``generate_district``: an invented district as large as a city's, to measure and to try things in."""

import json
import time
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from inspection.figures import rebuild_figures
from meetings.demo.people import PASSWORD
from meetings.district import generate, judge_district


class Command(BaseCommand):
    help = "在空的数据库里生成一个模拟的区域：学校、人员、多年的会议，按已知比例带有缺陷；缺陷清单写在旁边。"

    def add_arguments(self, parser):
        parser.add_argument("--schools", type=int, default=500)
        parser.add_argument("--years", type=int, default=10)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="记录到哪一天为止；默认今天")
        parser.add_argument(
            "--flaws", metavar="FILE", help='JSON：缺陷的比例，如 {"no_minutes": 0.02}；未写明的取默认值'
        )
        parser.add_argument("--plan", metavar="FILE", help="缺陷清单写到哪里；默认 var/district-SEED.csv")
        parser.add_argument("--judge", type=int, default=0, metavar="PROCESSES", help="随后用几个进程检查全部记录")
        parser.add_argument("--only-judge", action="store_true", help="不生成，接着检查还没有检查的记录")

    def handle(self, *, schools, years, seed, until, flaws, plan, judge, only_judge, **_options):
        if not only_judge:
            until = until or timezone.localdate()
            begun = time.monotonic()
            path = Path(plan) if plan else settings.VAR_DIR / f"district-{seed}.csv"
            given = json.loads(Path(flaws).read_text()) if flaws else None

            def say(text: str) -> None:
                self.stderr.write(f"{time.monotonic() - begun:6.1f} 秒　{text}")

            try:
                with path.open("w", newline="") as file:
                    stored = generate(schools, years, seed, until, file, flaws=given, say=say)
            except (ValueError, KeyError) as wrong:
                raise CommandError(str(wrong)) from wrong
            # What is copied in passes the triggers by, so what pages count is counted here.
            rebuild_figures(Organisation.objects.filter(kind=Organisation.Kind.SCHOOL))
            say(f"已生成 {sum(stored.values()):,} 行；缺陷清单：{path}")
            for table, count in stored.most_common():
                self.stdout.write(f"{count:>12,}  {table}")
            self.stdout.write(f"账号：hlcheng-ducha、hl01-ducha、hl01-guanli、s0001-mishu 等，密码都是 {PASSWORD}")
        if judge or only_judge:
            self._judge(judge or 2)

    def _judge(self, processes: int) -> None:
        begun = time.monotonic()
        for done, _judged in enumerate(judge_district(processes), start=1):
            if done % 10 == 0:
                self.stderr.write(f"{time.monotonic() - begun:6.1f} 秒　已检查 {done} 所学校")
        self.stdout.write(f"检查用了 {time.monotonic() - begun:.1f} 秒")
        # In life a term's counts come into being together, in a district that was judged school by school they do not.
        with connection.cursor() as cursor:
            cursor.execute("CLUSTER inspection_schooltermrule USING inspection_schooltermrule_pkey")
            cursor.execute("ANALYZE inspection_schooltermrule")
