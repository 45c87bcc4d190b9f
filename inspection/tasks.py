"""Doors through which beat wakes the work of inspection."""

from celery import shared_task

from . import intakes, reports


@shared_task
def work_on_reports():
    if reports.work():
        work_on_reports.apply_async(retry=False)  # behind what waits; should the broker be gone, beat wakes it again


@shared_task
def work_on_intakes():
    if intakes.work():
        work_on_intakes.apply_async(retry=False)
