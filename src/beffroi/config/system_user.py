"""Under which system user the embedded PostgreSQL runs: it refuses root."""

import contextlib
import os
import pwd
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Linux capabilities (capability.h), by preference: to pass through folders is enough, to override rights is more.
CAPABILITIES = (("dac_read_search", 2), ("dac_override", 1))


class NoUsableUser(Exception):
    """Root cannot lend the folder to another user; the message says how to go on."""


@dataclass(frozen=True)
class SystemUser:
    """A user to run a program as. `drop` is False when it is already ours; `prefix` is put before the command."""

    uid: int
    gid: int
    drop: bool = False
    prefix: list[str] = field(default_factory=list)

    def command(self, command: list[str]) -> list[str]:
        return [*self.prefix, *command]

    def options(self) -> dict[str, Any]:
        """What `subprocess.run` needs to become that user."""
        if not self.drop or self.prefix:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the user the owner of a file or a folder."""
        if self.drop:
            os.chown(path, self.uid, self.gid)


def for_server(home: Path, data: Path, program: Path) -> SystemUser:
    """Ourselves, or for root the owner of the data, of the home, `postgres` or `nobody`, in that order.

    Where that user cannot reach the home or the program (a folder inside /root, say), the program keeps the one
    capability to pass through folders, rather than having their rights opened to everyone.
    """
    if os.geteuid() != 0:
        return SystemUser(os.geteuid(), os.getegid())
    uid, gid = _borrowed(home, data)
    plain = SystemUser(uid, gid, drop=True)
    if _reaches(plain, home, program):
        return plain
    for name, bit in CAPABILITIES:
        if _has_capability(bit):
            keep = f"-all,+{name}"
            # Without no_setuid_fixup, access(2) would answer as if the capability were not there.
            prefix = ["setpriv", "--securebits=+no_setuid_fixup"]
            prefix += [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
            prefix += [f"--inh-caps={keep}", f"--ambient-caps={keep}", f"--bounding-set={keep}", "--"]
            user = SystemUser(uid, gid, drop=True, prefix=prefix)
            if _reaches(user, home, program):
                return user
    raise NoUsableUser(
        f"PostgreSQL refuse d’être lancé par root, et l’utilisateur numéro {uid} ne peut pas entrer dans {home} ou "
        f"lire {program}. Lancez Beffroi avec un utilisateur ordinaire, ou installez-le dans un dossier que tous "
        "peuvent traverser (par exemple /srv/beffroi)."
    )


def _borrowed(home: Path, data: Path) -> tuple[int, int]:
    if data.exists():
        found = data.stat()
        return found.st_uid, found.st_gid
    if home.stat().st_uid != 0:
        with contextlib.suppress(KeyError):  # initdb wants a user that has a name
            entry = pwd.getpwuid(home.stat().st_uid)
            return entry.pw_uid, entry.pw_gid
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise NoUsableUser(
        "PostgreSQL refuse d’être lancé par root, et ce système n’a pas d’utilisateur « nobody ». "
        "Lancez Beffroi avec un utilisateur ordinaire."
    )


def _reaches(user: SystemUser, home: Path, program: Path) -> bool:
    try:
        done = subprocess.run(  # noqa: S603
            user.command(["test", "-x", str(program), "-a", "-x", str(home)]),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **user.options(),
        )
    except OSError:
        return False
    return done.returncode == 0


def _has_capability(bit: int) -> bool:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return False
    effective = next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0")
    return bool(int(effective, 16) >> bit & 1)
