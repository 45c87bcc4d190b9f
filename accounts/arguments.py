"""What commands are told on the command line, and how they end."""

import signal
import sys
from argparse import ArgumentTypeError
from datetime import date
from io import TextIOWrapper

from django.core.management.base import BaseCommand


class Printing(BaseCommand):
    """A command that prints much: whoever reads may stop reading, as ``head`` does, and whatever screen there is, one
    without Chinese too, the exit status is that of what was found."""

    def run_from_argv(self, argv):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        super().run_from_argv(argv)


def a_day(text: str) -> date:
    """The type of an argument that is a date; ``2025-06-30``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，应如 2025-06-30") from None
