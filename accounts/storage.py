"""Where uploaded and made files lie: a file is there whole or not at all, and a full disk is said in words."""

import errno
import os
from contextlib import suppress

from django.core.files.storage import FileSystemStorage

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
