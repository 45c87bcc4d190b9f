"""Where uploaded and made files lie: a file is there whole or not at all, and a full disk is said in words."""

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage

NO_ROOM = {
    errno.ENOSPC: "满了",
    errno.EDQUOT: "满了",
    errno.EACCES: "不能写入",
    errno.EPERM: "不能写入",
    errno.EROFS: "不能写入",
}


def no_room(error: BaseException) -> str:
    """Why a file could not be kept, as a sentence; empty: for another reason."""
    why = NO_ROOM.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    return f"服务器上存放文件的地方{why}，文件没有保存。请联系系统管理员，处理后再试。" if why else ""


class WholeFiles(FileSystemStorage):
    """What could not be written to its end leaves no half behind."""

    def _save(self, name, content):
        there = os.path.lexists(self.path(name))
        try:
            return super()._save(name, content)
        except OSError:
            if not there:
                with suppress(OSError):
                    os.unlink(self.path(name))
            raise


def keep_whole(name: str, content: bytes) -> None:
    """Under this very name of the storage, whole or not at all: who is killed, or has no room, leaves no half of it."""
    target, part = Path(default_storage.path(name)), ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
            part = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError:
        if part:
            with suppress(OSError):
                os.unlink(part)
        raise
