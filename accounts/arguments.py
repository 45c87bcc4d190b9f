"""What commands are told on the command line."""

from argparse import ArgumentTypeError
from datetime import date


def a_day(text: str) -> date:
    """The type of an argument that is a date; ``2025-06-30``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，应如 2025-06-30") from None
