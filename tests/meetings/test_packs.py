"""A pack can be checked years later without 议事, and whoever changes a byte of it is found out."""

import ast
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Link
from governance.exchange import check
from meetings import batches
from meetings import transitions as verbs
from meetings.archives import Scope, make_pack, verify
from meetings.archives.overdue import archiving, packs_overdue
from meetings.attachments import attach
from meetings.models import Batch, Document, Matter, Meeting, Pack, PaperStyle, SignedCopy
from tests import cast as people
from tests.meetings import stage
from tests.meetings.stage import acting

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def archived(django_db_setup, django_db_blocker, tmp_path_factory):
    """One issued meeting with an attachment and a signed copy, and other people's business beside it; its pack."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
            yield Archived()
        transaction.set_rollback(True)


class Archived:
    def __init__(self):
        self.cast = cast = people.everybody()
        PaperStyle.objects.create(school=cast.school, fonds="Z109", retention="30")
        stage.draft(cast, title="别人的事")
        self.meeting = Meeting.objects.get(pk=self._meeting())
        stage.proposed(cast, title="后来别人的事")
        self.matter = self.meeting.items.get().matter
        minutes = Document.objects.get(meeting=self.meeting, kind="minutes")
        SignedCopy.objects.create(
            document=minutes, file=ContentFile(b"scan", name="a.pdf"), name="签字件.pdf", size=4,
            content_type="application/pdf", sha256=hashlib.sha256(b"scan").hexdigest(), attached_by=cast.zheng.user,
        )  # fmt: skip
        self.batch = self.packed(Scope.of_meeting(self.meeting))
        self.content = self.batch.file.open().read()

    def _meeting(self) -> int:
        propose, cast = verbs.propose, self.cast

        def with_a_file(matter, *, by):
            attach(matter, SimpleUploadedFile("方案/一.pdf", PDF), by=acting(cast.li))
            return propose(matter, by=by)

        verbs.propose = with_a_file
        try:
            return stage.issued_with_the_chair_first(cast).pk
        finally:
            verbs.propose = propose

    def packed(self, scope: Scope) -> Batch:
        batch = make_pack(scope, by=acting(self.cast.zheng))
        while batches.work():
            pass
        batch.refresh_from_db()
        assert batch.file, list(batch.parts.values_list("label", "failed"))
        return batch


def inside(batch: Batch) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(batch.file.open().read()))


def manifest_of(batch: Batch) -> dict:
    return json.loads(inside(batch).read("manifest.json"))


def verified(path, *more) -> tuple[int, str]:
    said = []
    status = verify.main([str(path), *more], said.append)
    return status, "\n".join(said)


def test_a_pack_holds_everything_of_its_meeting(archived):
    names = [each["path"] for each in manifest_of(archived.batch)["files"]]
    for kind in ("会议纪要", "会议记录", "签到表"):  # the last two were issued for it
        assert [name for name in names if name.startswith(f"文件/{kind}/")], kind
    assert any(name.startswith("签字件/") for name in names)
    assert any(name.startswith("附件/") and name.endswith(".pdf") for name in names)
    assert {"档案/dossier.json", "日志/journal.jsonl", "索引.html", "索引.xlsx", "verify.py", "说明.txt"} <= set(names)
    issued = Document.objects.get(meeting=archived.meeting, kind="record")
    assert issued.issued_by == archived.cast.zheng.user
    assert Entry.objects.filter(verb="issue_paper", subject_id=issued.pk).exists()


def test_its_number_and_digest_are_kept_here(archived):
    pack, year = archived.batch.pack, archived.meeting.starts_at.year
    assert pack.number == f"Z109-WS·{year}-D30-0001" and pack.retention == "30"
    manifest = inside(archived.batch).read("manifest.json")
    assert pack.digest == verify.hashlib.sha256(manifest).hexdigest()
    line = Entry.objects.get(verb="make_pack", subject_kind="pack")
    assert pack.digest in line.summary and line.facts["number"] == pack.number
    again = archived.packed(Scope.of_meeting(archived.meeting))
    assert again.pack.serial == 2 and manifest_of(again)["earlier"] == [pack.number]


def test_its_dossier_stands_alone(archived):
    dossier = inside(archived.batch).read("档案/dossier.json")
    checked = check(dossier, on=timezone.localdate())
    assert not checked.faults and [meeting["id"] for meeting in json.loads(dossier)["meetings"]] == [
        archived.meeting.ref
    ]
    assert "别人的事" not in dossier.decode()


def test_its_journal_tells_nobody_elses_business(archived):
    lines = [json.loads(line) for line in inside(archived.batch).read("日志/journal.jsonl").splitlines()]
    assert {"propose", "call", "settle", "issue", "issue_paper"} <= {
        line["entry"]["verb"] for line in lines if "entry" in line
    }
    assert any("entry_digest" in line for line in lines)
    assert "别人的事" not in inside(archived.batch).read("日志/journal.jsonl").decode()
    link = Link.objects.get(organisation=archived.cast.school, no=lines[-1]["no"])
    assert link.digest == lines[-1]["digest"] == manifest_of(archived.batch)["chain"]["digest"]


def test_its_index_leads_to_every_file(archived):
    page = inside(archived.batch).read("索引.html").decode()
    sheet = openpyxl.load_workbook(io.BytesIO(inside(archived.batch).read("索引.xlsx")))["索引"]
    places = [row[8] for row in sheet.iter_rows(min_row=3, values_only=True)]
    names = set(inside(archived.batch).namelist())
    assert set(places) <= names and len(places) > 5
    assert page.count("<a href=") == len(places) + 1 and archived.batch.pack.number in page


def test_it_is_verified_by_the_command_and_by_the_script_inside(archived, tmp_path, capsys):
    packed = tmp_path / "pack.zip"
    packed.write_bytes(archived.content)
    call_command("verify_pack", str(packed), archived.batch.pack.digest)
    assert "全部相符" in capsys.readouterr().out
    zipfile.ZipFile(packed).extractall(tmp_path / "unpacked")
    alone = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "unpacked/verify.py")], capture_output=True, text=True, cwd=tmp_path
    )
    assert alone.returncode == 0 and archived.batch.pack.digest in alone.stdout, alone.stdout + alone.stderr
    told = [sys.executable, "manage.py", "verify_pack", str(packed)]
    narrow = subprocess.run(told, env=os.environ | {"PYTHONIOENCODING": "ascii"}, cwd=settings.BASE_DIR)
    assert narrow.returncode == 0, "a screen without Chinese is no change in the pack"
    assert verified(tmp_path / "none.zip")[0] == 2
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    assert verified(tmp_path / "broken.zip")[0] == 2
    status, said = verified(packed, "0" * 64)
    assert status == 1 and "登记的是" in said


def test_the_script_asks_for_nothing_but_an_old_python():
    source = Path(verify.__file__).read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    asked = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    asked |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in asked} <= sys.stdlib_module_names


def rezipped(archived, path: Path, change) -> Path:
    """The pack with its files changed by ``change(name, content)``; what gives None is left out."""
    with zipfile.ZipFile(io.BytesIO(archived.content)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return path


def test_every_changed_byte_is_named(archived, tmp_path):
    names, path = zipfile.ZipFile(io.BytesIO(archived.content)).namelist(), tmp_path / "pack.zip"
    for wanted in names:
        at = len(zipfile.ZipFile(io.BytesIO(archived.content)).read(wanted)) // 2

        def flipped(name, content, wanted=wanted, at=at):
            return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] if name == wanted else content

        status, said = verified(rezipped(archived, path, flipped))
        assert status == 1 and wanted in said, (wanted, said)
        status, said = verified(rezipped(archived, path, lambda n, c, wanted=wanted: None if n == wanted else c))
        assert status == 1 and wanted in said, (wanted, said)


class Windows(zipfile.ZipInfo):
    """An entry whose name is written in the code of the country, without a word about it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits


def packed_again(archived, path: Path, rename=lambda name: name, windows=False, more=(), **how) -> Path:
    """As another program packs it: in its own order, with its own way of writing names."""
    with zipfile.ZipFile(io.BytesIO(archived.content)) as old, zipfile.ZipFile(path, "w", **how) as new:
        for name in reversed(old.namelist()):
            entry = Windows(rename(name)) if windows else zipfile.ZipInfo(rename(name))
            new.writestr(entry, old.read(name), compress_type=how.get("compression"))
        for name, content in more:
            new.writestr(name, content)
        new.comment = b"packed again"
    return path


def test_packed_again_by_another_program_it_is_the_same_pack(archived, tmp_path):
    path = tmp_path / "pack.zip"
    for how in (
        {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 1},
        {"compression": zipfile.ZIP_BZIP2},
        {"windows": True},
        {"rename": lambda name: name.replace("/", "\\"), "windows": True},
        {"rename": lambda name: f"归档包/{name}", "more": [("归档包/", b""), ("__MACOSX/归档包/._verify.py", b"mac")]},
    ):
        status, said = verified(packed_again(archived, path, **how), archived.batch.pack.digest)
        assert status == 0, (how, said)


@pytest.mark.parametrize("name", ["/etc/passwd", "../verify.py", "文件/../verify.py", "C:/x", "MANIFEST.JSON"])
def test_whatever_was_put_in_is_named(archived, tmp_path, name):
    status, said = verified(packed_again(archived, tmp_path / "pack.zip", more=[(name, b"x")]))
    assert status == 1 and f"多出文件：{name}" in said


def test_what_unpacks_without_end_is_not_unpacked(archived, tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "MOST_AT_ONCE", 1 << 20)

    def bomb(name, content):
        return bytes(1 << 21) if name == wanted else content

    for wanted in ("manifest.json", "日志/journal.jsonl"):
        status, said = verified(rezipped(archived, tmp_path / "pack.zip", bomb))
        assert status == 1 and wanted in said

    def deep(files):
        name = next(name for name in files if name.startswith("文件/") and name.endswith(".json"))
        files[name] = b"[" * 100_000

    assert verified(resealed(archived, tmp_path / "deep.zip", deep))[0] == 1


def test_a_link_out_of_an_unpacked_pack_is_named(archived, tmp_path):
    zipfile.ZipFile(io.BytesIO(archived.content)).extractall(tmp_path / "pack")
    moved = (tmp_path / "pack/verify.py").rename(tmp_path / "elsewhere.py")
    (tmp_path / "pack/verify.py").symlink_to(moved)
    status, said = verified(tmp_path / "pack")
    assert status == 1 and "verify.py" in said


def test_a_byte_flipped_in_the_zip_itself_is_named(archived, tmp_path):
    info = zipfile.ZipFile(io.BytesIO(archived.content)).getinfo("档案/dossier.json")
    changed = bytearray(archived.content)
    changed[info.header_offset + 200] ^= 1
    path = tmp_path / "pack.zip"
    path.write_bytes(changed)
    status, said = verified(path)
    assert status == 1 and "档案/dossier.json" in said


def resealed(archived, path: Path, change) -> Path:
    """Changed by somebody who also made the manifest anew; only the digest that 议事 keeps would tell it, were it not
    for what holds together inside."""
    with zipfile.ZipFile(io.BytesIO(archived.content)) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    manifest = json.loads(files["manifest.json"])
    for each in manifest["files"]:
        content = files[each["path"]]
        each["size"], each["sha256"] = len(content), verify.hashlib.sha256(content).hexdigest()
    text = json.dumps(manifest, ensure_ascii=False).encode()
    files["manifest.json"] = text
    files["manifest.json.sha256"] = f"{verify.hashlib.sha256(text).hexdigest()}  manifest.json\n".encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in files.items():
            new.writestr(name, content)
    return path


def test_whoever_makes_the_manifest_anew_is_found_out_by_what_holds_together(archived, tmp_path):
    path, journal = tmp_path / "pack.zip", "日志/journal.jsonl"

    def edited(files):
        files[journal] = files[journal].replace("签发".encode(), "签收".encode(), 1)

    status, said = verified(resealed(archived, path, edited))
    assert status == 1 and "日志链不符" in said and "签收" in said

    def cut(files):
        files[journal] = b"".join(files[journal].splitlines(keepends=True)[:-1])

    status, said = verified(resealed(archived, path, cut))
    assert status == 1 and "日志链不符：应到第" in said

    def skipped(files):
        lines = files[journal].splitlines(keepends=True)
        files[journal] = b"".join(lines[:2] + lines[3:])

    status, said = verified(resealed(archived, path, skipped))
    assert status == 1 and "缺失" in said

    def facts(files):
        name = next(name for name in files if name.startswith("文件/会议纪要/") and name.endswith(".json"))
        files[name] = files[name].replace("同意实施".encode(), "不予实施".encode())

    status, said = verified(resealed(archived, path, facts))
    assert status == 1 and "文书的事实与签发时的摘要不符：会议纪要" in said

    def swapped(files):
        minutes, record = (
            next(name for name in files if name.startswith(f"文件/{kind}/") and name.endswith(".pdf"))
            for kind in ("会议纪要", "会议记录")
        )
        files[minutes] = files[record]

    status, said = verified(resealed(archived, path, swapped))
    assert status == 1 and "内附的数据" in said and "会议纪要" in said
    status, said = verified(resealed(archived, path, lambda files: None), archived.batch.pack.digest)
    assert status == 1 and "清单被改动" in said


def test_one_file_too_many_or_twice_is_named(archived, tmp_path):
    path = tmp_path / "pack.zip"
    path.write_bytes(archived.content)
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("附件/后补.pdf", PDF)
    assert verified(path) == (1, "不相符：多出文件：附件/后补.pdf")
    path.write_bytes(archived.content)
    with zipfile.ZipFile(path, "a") as more, pytest.warns(UserWarning, match="Duplicate"):
        more.writestr("索引.html", "别的")
    assert verified(path) == (1, "不相符：同名的文件有两个：索引.html")


def test_a_matter_leaves_with_its_own_items_only(archived):
    batch = archived.packed(Scope.of_matter(archived.matter))
    manifest = manifest_of(batch)
    dossier = json.loads(inside(batch).read("档案/dossier.json"))
    assert [matter["id"] for matter in dossier["matters"]] == [archived.matter.ref]
    assert not check(inside(batch).read("档案/dossier.json"), on=timezone.localdate()).faults
    left_out = [each["what"] for each in manifest["lacking"]]
    assert any("会议纪要" in what or "纪要" in what for what in left_out)
    assert verify.main([batch.file.path], lambda line: None) == 0
    lines = [json.loads(line) for line in inside(batch).read("日志/journal.jsonl").splitlines()]
    assert {line["entry"]["subject_kind"] for line in lines if "entry" in line} <= {
        "matter",
        "item",
        "document",
        "consultation",
    }


def test_a_year_holds_its_meetings_and_says_what_is_not_ready(archived):
    cast = archived.cast
    item = stage.confirmed(cast, title="还没有签发")
    verbs.end(stage.opened(cast, item), by=acting(cast.zheng))
    batch = archived.packed(Scope.at("year", timezone.localdate().year, acting(cast.zheng)))
    manifest = manifest_of(batch)
    assert any("还没有签发" in each["why"] for each in manifest["lacking"])
    assert verify.main([batch.file.path], lambda line: None) == 0
    kinds = {each["what"].split()[0] for each in manifest["files"] if "document" in each}
    assert {"会议纪要", "会议记录", "签到表"} <= kinds


def test_what_is_not_ready_is_refused_with_a_way_out(archived):
    cast, clerk = archived.cast, acting(archived.cast.zheng)
    meeting = stage.called(cast, stage.confirmed(cast, title="还没有开"))
    with pytest.raises(verbs.Stopped, match="签发纪要以后再归档"):
        make_pack(Scope.of_meeting(meeting), by=clerk)
    with pytest.raises(verbs.Stopped, match="议决以后再归档"):
        make_pack(Scope.of_matter(stage.proposed(cast)), by=clerk)
    settled = Matter.objects.filter(items__meeting__state="ended").update(state="decided")
    assert settled
    with pytest.raises(verbs.Stopped, match="记录还会改动"):
        make_pack(Scope.of_matter(Matter.objects.filter(items__meeting__state="ended").first()), by=clerk)
    with pytest.raises(verbs.Stopped, match="没有已签发的会议"):
        make_pack(Scope.at("year", 2019, clerk), by=clerk)
    with pytest.raises(verbs.NotAllowed):
        make_pack(Scope.of_meeting(archived.meeting), by=acting(cast.zhao))


def test_the_pages(archived, client):
    cast = archived.cast
    client.force_login(cast.zheng.user, backend="django.contrib.auth.backends.ModelBackend")
    new = reverse("pack_new", args=["shifan", "meeting", archived.meeting.pk])
    page = client.get(new).content.decode()
    assert archived.batch.pack.number in page and archived.batch.pack.digest in page and "开始归档" in page
    shown = client.get(reverse("batch", args=["shifan", archived.batch.pk])).content.decode()
    assert archived.batch.pack.digest in shown
    handed = client.get(reverse("pack_file", args=["shifan", archived.batch.pack.pk]))
    assert handed.getvalue() == archived.content
    with transaction.atomic():
        assert client.post(new).status_code == 302
        transaction.set_rollback(True)
    assert client.get(reverse("pack_new", args=["shifan", "year", 99])).status_code == 404
    year = archived.meeting.starts_at.year
    for name, at, where in (
        ("record", [archived.meeting.pk], ["meeting", archived.meeting.pk]),
        ("matter", [archived.matter.pk], ["matter", archived.matter.pk]),
        ("papers_about", ["period", year], ["year", year]),
    ):
        to_pack = reverse("pack_new", args=["shifan", *where])
        assert to_pack in client.get(reverse(name, args=["shifan", *at])).content.decode(), name
        assert client.get(to_pack).status_code == 200
    client.force_login(cast.wang, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(new).status_code == 404


def reminded(day: date) -> list[str]:
    now = timezone.make_aware(datetime.combine(day, time(9)))
    return sorted(notice.recipient.name for notice in packs_overdue(now))


def test_a_year_without_a_pack_is_called_to_mind_after_june(archived):
    cast, year = archived.cast, archived.meeting.starts_at.year
    assert reminded(date(year + 1, 6, 29)) == []
    assert reminded(date(year + 1, 6, 30)) == ["赵书记", "郑秘书", "钱校长"]

    def rows(who, month):
        now = timezone.make_aware(datetime(year + 1, month, 1, 9))
        return [(row.act, row.late) for row in archiving(acting(who), now)]

    assert rows(cast.zheng, 2) == [] and rows(cast.zhao, 3) == []
    assert rows(cast.zheng, 3) == [("去归档", False)] and rows(cast.zheng, 7) == [("去归档", True)]
    with transaction.atomic():
        batch = Batch.objects.create(school=cast.school, kind="pack", label="归档", asked_by=cast.zheng.user)
        Pack.objects.create(
            school=cast.school, batch=batch, scope="year", year=year, serial=99, number="x", retention="30",
            digest="0" * 64, files=1, made_at=timezone.make_aware(datetime(year + 1, 3, 5)),
        )  # fmt: skip
        assert rows(cast.zheng, 7) == [] and reminded(date(year + 1, 7, 8)) == []
        transaction.set_rollback(True)
