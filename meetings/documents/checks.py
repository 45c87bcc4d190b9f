"""What making documents needs of the machine, asked at start-up. Nothing here stops the application."""

import ctypes

from django.core.checks import Warning, register

from . import fonts


@register
def subsetter_is_there(app_configs=None, **kwargs):
    """Without HarfBuzz's subsetter a page of Chinese takes seconds to write instead of a tenth of one."""
    try:
        ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError:
        return [
            Warning(
                "缺少 libharfbuzz-subset：生成 PDF 会慢几十倍。",
                hint="apt-get install libharfbuzz-subset0",
                id="meetings.W001",
            )
        ]
    return []


@register
def fonts_are_there(app_configs=None, **kwargs):
    """Without its fonts a paper comes out too, in others."""
    return [
        Warning(
            f"{'损坏的' if face.path.is_file() else '缺少'}{face.what}字体：文件照常生成，{face.what}以宋体代替。",
            hint=f"bin/fonts（取自软件包 {face.package}）",
            id=f"meetings.W00{number}",
        )
        for number, face in enumerate(fonts.FACES, start=2)
        if face in fonts.missing()
    ]


def lacking() -> list[Warning]:
    return [*subsetter_is_there(), *fonts_are_there()]
