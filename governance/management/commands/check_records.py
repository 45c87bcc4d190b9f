"""``check_records FILE …``: what the rules say of dossiers in files. Nothing is kept, and no database is asked.

Exit status: 0 nothing broken that blocks; 1 something is; 2 a file could not be read, and the others were checked.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from accounts.arguments import Printing, a_day
from accounts.progress import Progress
from governance.exchange import Checked, Fault, check, line_of
from governance.rules.ruling import Finding, Mode, Outcome

OUTCOMES = {
    Outcome.BROKEN: "不符合",
    Outcome.UNKNOWN: "不可判定",
    Outcome.MET: "符合",
    Outcome.NOT_APPLICABLE: "不适用",
}
MODES = {Mode.BLOCK: "须改正", Mode.WARN: "提醒", Mode.INFO: "提示"}
CLOSED = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是文件夹", PermissionError: "没有读取的权限"}


class Command(Printing):
    help = "检查学校档案（school-governance-record/1），不保存。退出状态：0 没有须改正的；1 有；2 有文件不能读取。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="档案文件")
        parser.add_argument("--on", type=a_day, metavar="DATE", help="检查日期（默认为今天）")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="json：每行一个 JSON 对象")
        parser.add_argument("--all", action="store_true", help="连不适用的也列出")

    def handle(self, *, files, on, format, all, **_options):
        on = on or timezone.localdate()
        tell = self._tell_json if format == "json" else self._tell_text
        status = 0
        with Progress("检查", self.stderr) as progress:
            for done, file in enumerate(files):

                def at(percent: int, done: int = done) -> None:
                    progress.at((100 * done + percent) // len(files), 100)

                checked = checked_file(file, on=on, include_not_applicable=all, tell=at)
                progress.clear()
                tell(_printable(file), checked)
                status = max(status, checked.status)
        if status:
            sys.exit(status)

    def _tell_json(self, file: str, checked: Checked) -> None:
        lines: Iterable[dict] = [{"pointer": one.pointer, "error": one.error} for one in checked.faults]
        for line in [*lines, *map(line_of, checked.findings)]:
            self.stdout.write(json.dumps({"file": file, **line}, ensure_ascii=False))

    def _tell_text(self, file: str, checked: Checked) -> None:
        for fault in checked.faults:
            self.stderr.write(f"{file}：{fault.pointer or '整个文件'}：{fault.error}")
        if checked.faults:
            self.stderr.write(f"{file}：不能读取，共 {len(checked.faults)} 处错误")
            return
        for finding in checked.findings:
            self.stdout.write(f"{file}：{finding.code} {_said(finding)} {_place(finding)}：{finding.message}")
        self.stdout.write(f"{file}：{_summary(checked)}")


def checked_file(file: str, **how) -> Checked:
    try:
        text = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = next((said for kind, said in CLOSED.items() if isinstance(error, kind)), "文件不能打开")
        return Checked(faults=[Fault("", f"{reason}：应为可以读取的文件")])
    return check(text, **how)


def _said(finding: Finding) -> str:
    """How a breach weighs matters only where there is one, or may be one."""
    weighs = finding.outcome in (Outcome.BROKEN, Outcome.UNKNOWN)
    return OUTCOMES[finding.outcome] + (f"（{MODES[finding.mode]}）" if weighs else "")


def _place(finding: Finding) -> str:
    """The ids of the file, for whoever looks the place up there."""
    parts = [finding.meeting, finding.item and f"第 {finding.item} 项", finding.matter]
    return " ".join(str(part) for part in parts if part is not None) or "学校"


def _summary(checked: Checked) -> str:
    count = Counter(one.outcome for one in checked.findings)
    told = "，".join(f"{word} {count[outcome]}" for outcome, word in OUTCOMES.items() if count[outcome])
    return f"{told or '没有可检查的内容'}；须改正 {checked.blocking}"


def _printable(name: str) -> str:
    """A file's name may hold bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()
