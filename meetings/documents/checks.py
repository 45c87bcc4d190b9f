"""What making documents needs of the machine, asked at start-up. Nothing here stops the application."""

import ctypes

from django.core.checks import Warning, register


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
