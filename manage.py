#!/usr/bin/env python
"""Django's command line, with the private PostgreSQL and Redis started first."""

import os
import sys

if __name__ == "__main__":
    from config import services

    if sys.argv[1:2] != ["check_records"]:  # which keeps nothing, and needs nothing
        services.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
