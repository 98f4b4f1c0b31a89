"""A demonstration prepared once for the run; each test works on a copy of its folder."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.config.installations import Installation


@pytest.fixture(scope="session")
def prepared():
    """A stopped demonstration with one file in it. Outside of pytest's folders, which other users cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-demo-"))
    os.chmod(folder, 0o755)
    made = Installation(folder / "home")
    with made.demo():
        pass
    done = made.run(
        "shell",
        "-c",
        "from django.core.files.uploadedfile import SimpleUploadedFile as F; from beffroi.shared.files import actions;"
        "actions.store_upload(F('délibération.pdf', b'%PDF-1.7\\n%%EOF\\n'), actor=None)",
    )
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder():
    """A short path that any user of the system may enter."""
    path = Path(tempfile.mkdtemp(prefix="beffroi-"))
    os.chmod(path, 0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def demonstration(prepared, folder) -> Installation:
    """A copy of the prepared demonstration, its server stopped."""
    subprocess.run(["cp", "-a", str(prepared.home), str(folder / "home")], check=True)
    return Installation(folder / "home")
