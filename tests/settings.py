"""The settings of a test run.

pytest-django reads settings before any conftest, so the servers are started here.
YISHI_TEST_DB names the database (default test_yishi): several people can then test in one checkout.
"""

import os

os.environ["YISHI_TEST"] = "1"
os.environ["YISHI_POOL"] = "0"  # threads of a test close their own connections
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs a loop in the thread of the test

from config import services

services.ensure()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE, STATICFILES_DIRS, VAR_DIR  # noqa: E402

# What a test writes need not outlive a failure of power.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
# A browser keeps its lines to the live server open: each is a thread, which keeps its connection as long. A new one for
# every request cost the database more than the page.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("YISHI_TEST_DB", "test_yishi")}
# Until a test's database is made there is none: whoever forgets to ask for one reaches nobody's records.
DATABASES["default"]["NAME"] = "no_test_asked_for_a_database"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # there is no collected folder to serve
if (VAR_DIR / "vendor-test").is_dir():
    STATICFILES_DIRS.append(("axe", VAR_DIR / "vendor-test"))
