"""A module that is switched off leaves the rest working: tried in a process of its own, as an installation would."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from beffroi.config.env import PROJECT
from beffroi.kernel import modules

VISIT = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from beffroi.kernel import modules
call_command("check")
client = Client(SERVER_NAME="localhost")
bad = []
for page in modules.collect("pages"):
    if page.permission:
        continue
    arguments = page.args()
    if arguments is None:
        continue
    address = reverse(page.url_name, args=arguments) + (f"?{page.query}" if page.query else "")
    status = client.get(address).status_code
    # What exists in a demonstration only is not there.
    if status >= 500 or (status == 404 and not address.startswith("/demo/")):
        bad.append(f"{address} {status}")
for address in ("/", "/recherche/?q=mairie", "/carte/", "/donnees/", "/sw.js", "/sante/?vital"):
    status = client.get(address).status_code
    if status >= 500:
        bad.append(f"{address} {status}")
print("installed", *[config.label for config, _module in modules.installed()])
raise SystemExit("\\n".join(bad) or 0)
"""


def _database_url() -> str:
    """The database of the tests, as an installation names it."""
    given = connection.settings_dict
    host, port = given["HOST"], given["PORT"]
    place = (
        f"/{given['NAME']}?host={host}&port={port}" if str(host).startswith("/") else f"{host}:{port}/{given['NAME']}"
    )
    user = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
    return f"postgresql://{user}@{place}"


def _switchable() -> list[str]:
    """The modules that no other needs."""
    needed = {need for _config, module in modules.installed() for need in module.needs}
    labels = {config.name: config.label for config, _module in modules.installed()}
    return [name for name in settings.MODULES if labels.get(f"beffroi.modules.{name}", name) not in needed]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("off", [*_switchable(), "all"])
def test_what_remains_works_without_a_module(off, tmp_path):
    kept = [] if off == "all" else [name for name in settings.MODULES if name != off]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    environment |= {
        "PYTHONPATH": str(PROJECT / "src"),
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
        "BEFFROI_HOME": str(tmp_path),
        "BEFFROI_DEBUG": "1",
        "BEFFROI_MODULES": ",".join(kept) or ",",
        "BEFFROI_ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": _database_url(),
        "BEFFROI_LOG_LEVEL": "ERROR",
    }
    done = subprocess.run([sys.executable, "-c", VISIT], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    installed = done.stdout.split("installed", 1)[1].split()
    assert off not in installed
    assert "kernel" in installed
