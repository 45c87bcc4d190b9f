"""Doors through which beat wakes the work; all of it waits in the records, nothing in the broker."""

from celery import shared_task

from . import batches, draining, reminders, school_checks


@shared_task
def drain():
    draining.drain()


@shared_task
def remind():
    reminders.remind()


@shared_task
def check_schools():
    school_checks.check_due()


@shared_task
def work_on_batches():
    if batches.work():
        work_on_batches.apply_async(retry=False)  # behind what waits; should the broker be gone, beat wakes it again
