"""``verify_pack FILE``: whether a pack is as it was archived, by the same code that lies in the pack. No database."""

import sys

from accounts.arguments import Printing
from meetings.archives import verify


class Command(Printing):
    help = "核对归档包，说出第一处改动。退出码：0 全部相符；1 有改动；2 不能读取。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="归档包（.zip），或解压后的文件夹")
        parser.add_argument("digest", metavar="DIGEST", nargs="?", help="议事中登记的清单摘要，用于比对")

    def handle(self, *, file, digest, **options):
        status = verify.main([file, *filter(None, [digest])], self.stdout.write)
        if status:
            sys.exit(status)
