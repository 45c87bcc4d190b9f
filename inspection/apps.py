from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "inspection"
    verbose_name = "督导"

    def ready(self):
        """What waits for people, what follows from acts and what is called to mind grows by what inspection adds."""
        from meetings import errands, reminders, worklist

        from .errands import ERRANDS
        from .reminders import KINDS
        from .waiting import ROWS

        errands.ERRANDS.update(ERRANDS)
        reminders.KINDS.extend(map(reminders.in_daytime, KINDS))
        worklist.ROWS.extend(ROWS)
