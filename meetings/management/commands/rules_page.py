"""``rules_page``: docs/rules.md from the code; with ``--check``, whether it is what the code says."""

from django.core.management.base import BaseCommand, CommandError

from meetings.rulebook import WRITTEN, stale, written


class Command(BaseCommand):
    help = "由代码生成 docs/rules.md；--check 只检查它是否与代码一致。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="不一致时退出码为 1，不改动文件")

    def handle(self, *, check, **_options):
        if not check:
            WRITTEN.write_text(written())
        elif stale():
            raise CommandError("docs/rules.md 与代码不一致，请运行 python manage.py rules_page。", returncode=1)
