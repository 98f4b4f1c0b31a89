import os
import subprocess
import sys

from beffroi.config import env, runtime

DESCRIPTION = (
    """Lance tous les tests ; ce qui suit est passé à pytest (par exemple : ./beffroi test -x tests/kernel)."""
)


def configure(parser):
    parser.add_argument("rest", nargs="*", metavar="ARGUMENT", help="chemins et options de pytest")


def run(options):
    command = [sys.executable, "-m", "pytest", *options.rest]
    done = subprocess.run(command, cwd=env.PROJECT, stdin=subprocess.DEVNULL, env=os.environ, check=False)  # noqa: S603
    return runtime.OK if done.returncode == 0 else runtime.FAILED
