"""What every page shows."""

from django.utils.functional import SimpleLazyObject

from .models import Notice


def bell(request):
    """``bell_count``: how many notices the signed-in person has not read (one query, only where it is shown)."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {
        "bell_count": SimpleLazyObject(
            lambda: Notice.objects.filter(recipient=request.user, read_at__isnull=True).count()
        )
    }
