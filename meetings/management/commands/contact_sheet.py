"""``contact_sheet FILE.png``: one paper of every kind, page by page, on one picture to look at."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from django.core.management.base import BaseCommand, CommandError
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Organisation, Role
from governance.access import Standing, standing_in
from meetings import documents
from meetings.documents import images
from meetings.documents.kinds import KINDS, Kind, Of, Period, Subject
from meetings.models import Document, Item, Matter, Meeting

BESIDE = 8  # pages in a row
LOOKED_AT = 300  # of the newest subjects, for one of which a paper can be made


class Command(BaseCommand):
    help = (
        "每种文件一份，逐页排在一张图片上。已经生成的取最近一份，没有的按最近的会议、事项拟一份草稿；不写入任何记录。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.png")
        parser.add_argument("--school", metavar="SCHOOL_CODE", help="学校代码，默认取文件最多的学校")
        parser.add_argument("--width", type=int, default=420, help="每页宽度，像素")
        parser.add_argument("--pages", type=int, default=4, help="每种文件至多几页")
        parser.add_argument("--kind", action="append", help="只看这一种，可以写几个")

    def handle(self, *, file, school, width, pages, kind, **options):
        by = _clerk(school)
        drawn = []
        for each in KINDS:
            if kind and each.code not in kind:
                continue
            pdf = _newest(each, by)
            if pdf is None:
                self.stdout.write(f"{each.label}：没有可用的记录")
                continue
            count = images.page_count(pdf)
            for page in range(1, min(count, pages) + 1):
                picture = Image.open(BytesIO(images.png(pdf, page, width)))
                drawn.append((f"{each.label} {page}/{count}", picture))
            self.stdout.write(f"{each.label}：{count} 页，{len(pdf) // 1024} KB")
        if not drawn:
            raise CommandError("没有可以排的文件。")
        _sheet(drawn, width).save(file)


def _clerk(code: str | None) -> Standing:
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    if code:
        schools = schools.filter(code=code)
    most = max(schools, key=lambda school: school.documents.count(), default=None)
    role = most and Role.objects.filter(organisation=most, role=Role.Name.SCHOOL_SECRETARY).first()
    if not role:
        raise CommandError("没有这所学校，或学校没有秘书。")
    return standing_in(role.user, most.code)


def _newest(kind: Kind, by: Standing) -> bytes | None:
    """The newest issued one, else a draft of the newest subject that one can be made of."""
    issued = Document.objects.filter(school=by.organisation, kind=kind.code).order_by("-pk").first()
    if issued:
        return documents.pdf_of(issued)
    if kind.by_itself:
        return None
    for subject in _subjects(kind.of, by):
        if not kind.missing(subject):
            return documents.draft_pdf(kind.code, kind.freeze(subject, by, {}))
    return None


def _subjects(of: Of, by: Standing) -> Iterator[Subject]:
    school = by.organisation
    if of == Of.PERIOD:
        yield Period(school, by.day.replace(month=1, day=1), by.day.replace(month=12, day=31))
        last = by.day.year - 1
        yield Period(school, by.day.replace(year=last, month=1, day=1), by.day.replace(year=last, month=12, day=31))
    elif of == Of.MATTER:
        yield from Matter.objects.filter(school=school).order_by("-pk")[:LOOKED_AT]
    elif of == Of.ITEM:
        yield from Item.objects.filter(matter__school=school).order_by("-pk")[:LOOKED_AT]
    else:
        yield from Meeting.objects.filter(school=school).order_by("-pk")[:LOOKED_AT]


def _sheet(drawn: Sequence[tuple[str, Image.Image]], width: int) -> Image.Image:
    rows = [drawn[start : start + BESIDE] for start in range(0, len(drawn), BESIDE)]
    heights = [max(picture.height for _, picture in row) + 34 for row in rows]
    sheet = Image.new("RGB", (min(len(drawn), BESIDE) * (width + 12) + 12, sum(heights) + 12), "#8a8f98")
    pen, font, top = ImageDraw.Draw(sheet), _font(), 6
    for row, height in zip(rows, heights, strict=True):
        for place, (label, picture) in enumerate(row):
            left = 12 + place * (width + 12)
            pen.text((left, top + 2), label, fill="white", font=font)
            sheet.paste(picture, (left, top + 26))
        top += height
    return sheet


def _font():
    face = documents.fonts.HEITI
    return ImageFont.truetype(str(face.path), 16) if face.there else ImageFont.load_default()
