"""What has to be there before the first page: tables, the country's holidays, in an empty database the demo district."""

import time

from django.core.management import call_command
from django.core.management.base import BaseCommand

from governance.marking import seed_years
from meetings import demo
from meetings.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Migrate, bring in new years of the work calendar, create the demo in an empty database, print the sign-ins."

    def add_arguments(self, parser):
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *, no_demo: bool, **_options):
        started = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        if years := seed_years():
            self.stderr.write(f"工作日历：已带入 {years[0]}–{years[-1]} 年的放假和调休")
        if not no_demo and not demo.exists():
            demo.build(say=lambda text: self.stderr.write(f"演示数据：{text}"))
            self.stderr.write(f"演示数据已建好（{time.monotonic() - started:.0f} 秒）")
        shown = demo.sign_ins()
        if shown:
            self.stdout.write(f"演示账号，密码都是 {PASSWORD}：")
        for sign_in in shown:
            self.stdout.write(f"  {sign_in.username:<12} {sign_in.name}　{sign_in.what}")
