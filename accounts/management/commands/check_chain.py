"""``check_chain [CODE …]``: the chain of the journal computed again, and the first line that does not fit."""

from django.core.management.base import CommandError

from accounts import chain
from accounts.arguments import Printing
from accounts.models import Organisation
from accounts.progress import Progress


class Command(Printing):
    help = "核对日志链，说出第一处不符。全部相符退出码 0，有不符 1，参数有误 2。核对本身记入日志。"

    def add_arguments(self, parser):
        parser.add_argument("codes", metavar="CODE", nargs="*", help="单位代码，不写则全部")

    def handle(self, *, codes, **options):
        chain.link(whole=True)
        wanted = list(chain.everyone_with_a_chain())
        if codes:
            found = {each.code: each for each in Organisation.objects.filter(code__in=codes)}
            if unknown := [code for code in codes if code not in found]:
                raise CommandError(f"没有代码为“{'”“'.join(unknown)}”的单位。", returncode=2)
            wanted = [found[code] for code in dict.fromkeys(codes)]
        wrong = False
        for organisation in wanted:
            with Progress(f"核对 {organisation.name}", self.stderr) as progress:
                checked = chain.check_and_write(organisation, tell=progress.at)
            said = f"不符：{checked.wrong}" if checked.wrong else f"{checked.linked} 行全部相符"
            self.stdout.write(f"{organisation.code} {organisation.name}：{said}（链尾摘要 {checked.digest[:16]}）")
            wrong |= bool(checked.wrong)
        if wrong:
            raise SystemExit(1)
