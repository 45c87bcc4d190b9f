"""``import_records FILE …``: dossiers into the database, each whole or not at all."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.models import Organisation
from accounts.progress import Progress
from governance.exchange import Fault, Reading, read
from meetings.dossiers import NotBrought, bring_in, judge_what_came


class Command(BaseCommand):
    help = "导入学校档案（school-governance-record/1）。每个文件或全部导入，或因错误一条也不导入；重复导入不会重复。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="档案文件")
        parser.add_argument("--under", metavar="CODE", help="系统中还没有的学校归哪个教育主管部门（单位代码）")

    def handle(self, *, files, under, **options):
        authority = None
        if under:
            authority = Organisation.objects.filter(code=under, kind=Organisation.Kind.AUTHORITY, ended_on=None).first()
            if authority is None:
                raise CommandError(f"没有代码为“{under}”的教育主管部门。", returncode=2)
        failed = [name for name in files if not self._bring(name, authority)]
        if failed:
            sys.exit(2)

    def _bring(self, name: str, authority: Organisation | None) -> bool:
        reading = _read(name)
        faults = reading.faults
        if reading.records is not None:
            try:
                with Progress(f"导入 {name}", self.stderr) as progress:
                    brought = bring_in(reading.records, under=authority, tell=progress.at)
            except NotBrought as stopped:
                faults = stopped.faults
            except DatabaseError as error:
                faults = [Fault("", f"数据库没有接受这份档案：{error}")]
            else:
                self.stdout.write(f"{name}：{brought.school.name}，{brought.words}。")
                with Progress(f"检查 {name}", self.stderr) as progress:
                    judge_what_came(brought.school, progress.at)
                return True
        for fault in faults:
            self.stderr.write(f"{name}：{fault.pointer or '整个文件'}：{fault.error}")
        self.stderr.write(f"{name}：有 {len(faults)} 处错误，没有导入任何内容。")
        return False


def _read(name: str) -> Reading:
    try:
        return read(Path(name).read_bytes())
    except OSError as error:
        return Reading(None, [Fault("", f"文件不能读取：{error.strerror}")])
