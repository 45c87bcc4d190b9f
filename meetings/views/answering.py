"""What a page answers when an act was not done."""

from django.contrib import messages

from ..transitions import Stopped


def stopped_as_message(request, exc: Stopped) -> None:
    """Show the sentence of an act that was not done at the top of the next page."""
    messages.error(request, str(exc))
