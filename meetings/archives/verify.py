"""核对归档包：包里的每个文件是否与归档时相同。

    python3 verify.py              核对本文件所在的文件夹（归档包解压以后）
    python3 verify.py 归档包.zip    核对压缩包

只用 Python 标准库（3.8 以上），不联网，不需要议事系统。按清单的次序核对，说出第一处改动。
退出码：0 全部相符；1 有改动；2 不能读取。

This file lies in every pack, and ``manage.py verify_pack`` runs the same code.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path

FORMAT = "yishi-archive/1"
MANIFEST = "manifest.json"
SEAL = "manifest.json.sha256"
CHUNK = 1 << 18
JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in a folder that was only looked at
JUNK_FOLDERS = {"__pycache__", "__MACOSX"}
MOST_AT_ONCE = 64 << 20  # bytes that are read or unpacked as a whole
_LZMA = getattr(zipfile, "lzma", None)  # not every Python has it
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) + ((_LZMA.LZMAError,) if _LZMA else ())
TOO_ODD = (NotImplementedError, RuntimeError)  # packed in a way that Python does not know, or with a password


class Changed(Exception):
    """The first thing that is not as it was archived."""


class Unreadable(Exception):
    """What was given is no pack, or none that can be read."""


class Folder:
    """A pack that was unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        found = [each for each in sorted(self.path.rglob("*")) if each.is_symlink() or not each.is_dir()]
        names = [each.relative_to(self.path).as_posix() for each in found if not _is_junk(each.parts)]
        linked = [name for name in names if (self.path / name).is_symlink()]
        if linked:
            raise Changed(f"不是文件，是指向别处的链接：{linked[0]}")
        return names

    def open(self, name: str):
        return open(self.path / name, "rb")


class Packed:
    """A pack as it was handed out, or packed again by any program, with or without a folder around it."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        entries = [(_named(each), each) for each in self.zip.infolist()]
        entries = [(name, each) for name, each in entries if not name.endswith("/") and not _is_junk(name.split("/"))]
        seals = [name for name, _ in entries if name.split("/")[-1] == SEAL]
        around = seals[0][: -len(SEAL)] if len(seals) == 1 else ""
        if not all(name.startswith(around) for name, _ in entries):
            around = ""
        self.entries = [(name[len(around) :], each) for name, each in entries]
        self.by_name = dict(self.entries)

    def names(self) -> list[str]:
        return [name for name, _ in self.entries]

    def open(self, name: str):
        return self.zip.open(self.by_name[name])


def _is_junk(parts) -> bool:
    return parts[-1] in JUNK or not JUNK_FOLDERS.isdisjoint(parts)


def _named(entry: zipfile.ZipInfo) -> str:
    """Windows writes Chinese names in the code of its country and does not say so."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        for code in ("utf-8", "gbk"):
            try:
                name = name.encode("cp437").decode(code)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def verify(path: str, expected: str = "") -> list[str]:
    """What was found in order, line by line. ``expected``: the digest of the manifest as 议事 has it."""
    pack = _opened(Path(path))
    manifest, digest = _manifest(pack, expected)
    files = manifest["files"]
    _files(pack, files)
    documents = _documents(pack, files)
    lines = _chain(pack, manifest.get("chain"))
    return [
        f"档号　　{manifest['number']}",
        f"单位　　{manifest['school']['name']}",
        f"内容　　{manifest['scope']['label']}",
        f"保管期限　{manifest['retention']['label']}",
        f"归档　　{manifest['made_at']}　{manifest['made_by']}",
        f"文件 {len(files)} 个、文书 {documents} 件、日志 {lines} 行，全部相符。",
        f"清单摘要 {digest}",
        "与议事中这个档号登记的清单摘要相同，就是当时归档的那一包。" if not expected else "清单摘要与给出的相同。",
    ]


def _opened(path: Path):
    try:
        if path.is_dir():
            return Folder(path)
        return Packed(path)
    except FileNotFoundError:
        raise Unreadable(f"没有这个文件：{path}") from None
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable(f"不是归档包，或压缩包已损坏：{path}（{error}）") from None


def _read(pack, name: str) -> bytes:
    """The whole of a small file; its digest is asked elsewhere."""
    try:
        with pack.open(name) as file:
            text = file.read(MOST_AT_ONCE + 1)
    except (KeyError, FileNotFoundError):
        raise Changed(f"缺少文件：{name}") from None
    except TOO_ODD as error:
        raise Unreadable(f"压缩方式不能识别，或加了密码：{name}（{error}）。请解压以后核对文件夹。") from None
    except BROKEN:
        raise Changed(f"文件被改动或已损坏：{name}") from None
    if len(text) > MOST_AT_ONCE:
        raise Changed(f"文件被改动：{name} 展开后过大")
    return text


def _manifest(pack, expected: str):
    names = set(pack.names())
    if MANIFEST not in names and SEAL not in names:
        raise Unreadable("不是归档包：里面没有清单 manifest.json。")
    text, sealed = _read(pack, MANIFEST), _read(pack, SEAL)
    digest = hashlib.sha256(text).hexdigest()
    if sealed != f"{digest}  {MANIFEST}\n".encode():
        raise Changed(f"清单被改动：{MANIFEST} 的摘要与 {SEAL} 不符")
    try:
        manifest = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Changed(f"清单被改动：{MANIFEST} 不能解读") from None
    if manifest.get("format") != FORMAT:
        raise Unreadable(f"清单的格式是 {manifest.get('format')}，这里只认 {FORMAT}。")
    if expected and digest != expected.strip().lower():
        raise Changed(f"清单被改动：摘要是 {digest}，登记的是 {expected}")
    return manifest, digest


def _files(pack, files) -> None:
    names = pack.names()
    seen = set()
    for name in names:
        if name in seen:
            raise Changed(f"同名的文件有两个：{name}")
        seen.add(name)
    for each in files:
        name = each["path"]
        if name not in seen:
            raise Changed(f"缺少文件：{name}（{each['what']}）")
        size, digest = _digest(pack, name, each["size"])
        if size != each["size"] or digest != each["sha256"]:
            raise Changed(f"文件被改动：{name}（{each['what']}）")
    added = seen - {each["path"] for each in files} - {MANIFEST, SEAL}
    if added:
        raise Changed(f"多出文件：{sorted(added)[0]}")


def _digest(pack, name: str, expected: int):
    """Of no more than was archived: what unpacks to far more is not read to its end."""
    size, digest = 0, hashlib.sha256()
    try:
        with pack.open(name) as file:
            while size <= expected:
                chunk = file.read(CHUNK)
                if not chunk:
                    break
                size += len(chunk)
                digest.update(chunk)
        return size, digest.hexdigest()
    except TOO_ODD as error:
        raise Unreadable(f"压缩方式不能识别，或加了密码：{name}（{error}）。请解压以后核对文件夹。") from None
    except BROKEN:
        raise Changed(f"文件被改动或已损坏：{name}") from None


def canonical(value) -> str:
    """As digests are made of it: sorted keys, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value) -> str:
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def _documents(pack, files) -> int:
    """Each document: the facts beside its PDF, and those inside it, have the digest under which it was issued."""
    count = 0
    for each in files:
        document = each.get("document")
        if not document:
            continue
        count += 1
        named = f"{each['what']}（{each['path']}）"
        beside = json.loads(_read(pack, document["facts"]).decode("utf-8"))
        if digest_of(beside["frozen"]) != document["digest"] or beside["digest"] != document["digest"]:
            raise Changed(f"文书的事实与签发时的摘要不符：{named}")
        inside = list(_attached(_read(pack, each["path"])))
        if inside and not any(_same(value, document["digest"]) for value in inside):
            raise Changed(f"文书 PDF 内附的数据与签发时的摘要不符：{named}")
    return count


def _attached(pdf: bytes):
    """The JSON objects that are attached to a PDF: streams, packed or not."""
    for match in re.finditer(rb"stream\r?\n", pdf):
        if pdf[match.start() - 3 : match.start()] == b"end":
            continue
        start = match.end()
        head = pdf[start : start + 2]
        try:
            if head[:1] == b"{":
                text = pdf[start : pdf.index(b"endstream", start)]
            elif head[:1] == b"x":  # packed by zlib
                unpacking = zlib.decompressobj()
                text = unpacking.decompress(pdf[start:], 64)
                if text[:1] != b"{":
                    continue
                text += unpacking.decompress(unpacking.unconsumed_tail, MOST_AT_ONCE)
            else:
                continue
            value = json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError, zlib.error):
            continue
        if isinstance(value, dict):
            yield value


def _same(value: dict, digest: str) -> bool:
    return digest_of(value) == digest or ("frozen" in value and digest_of(value["frozen"]) == digest)


def _chain(pack, chain) -> int:
    """The stretch of the journal's chain: lines of the scope in full, of the others their digest."""
    if not chain:
        return 0
    no, previous, count = chain["from"] - 1, chain["previous"], 0
    try:
        with pack.open(chain["file"]) as file:
            for line in iter(lambda: file.readline(MOST_AT_ONCE), b""):
                each = json.loads(line.decode("utf-8"))
                if each["no"] != no + 1:
                    raise Changed(f"日志链断开：第 {no + 1} 行缺失")
                no = each["no"]
                if "entry" in each:
                    count += 1
                    digest = digest_of(each["entry"])
                    said = f"（{each['entry']['at'][:10]} {each['entry']['actor_name']}：{each['entry']['summary']}）"
                else:
                    digest, said = each["entry_digest"], ""
                previous = hashlib.sha256((previous + digest).encode()).hexdigest()
                if previous != each["digest"]:
                    raise Changed(f"日志链不符：第 {no} 行{said}")
    except (KeyError, TypeError, RecursionError) + BROKEN:
        raise Changed(f"日志不能解读：{chain['file']} 第 {no + 1} 行") from None
    if no != chain["to"] or previous != chain["digest"]:
        raise Changed(f"日志链不符：应到第 {chain['to']} 行，摘要 {chain['digest'][:16]}")
    return count


def main(arguments: list[str], say=print) -> int:
    """The exit status; ``say`` gets the lines."""
    path = arguments[0] if arguments else str(Path(__file__).resolve().parent)
    expected = arguments[1] if len(arguments) > 1 else ""
    try:
        for line in verify(path, expected):
            say(line)
        return 0
    except Changed as changed:
        say(f"不相符：{changed}")
        return 1
    except Unreadable as unreadable:
        say(f"不能核对：{unreadable}")
        return 2
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        say(f"不相符：清单里的内容不合格式（{error!r}）")
        return 1


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
