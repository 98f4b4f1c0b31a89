"""What `beffroi check` looks at: first that this installation works, then that it is ready for the public."""

import smtplib
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beffroi.config import dump, env, preparation, runtime

REASONS = (
    (ConnectionRefusedError, "connexion refusée"),
    (TimeoutError, "pas de réponse à temps"),
    (socket.gaierror, "nom inconnu du réseau"),
    (PermissionError, "accès refusé"),
    (smtplib.SMTPAuthenticationError, "nom ou mot de passe refusé"),
)
LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}


@dataclass(frozen=True)
class Finding:
    """`level` is "ok", "advice" (works, could be better) or "fault"; the sentence says what to do about it."""

    level: str
    sentence: str


def _fault(sentence: str) -> Finding:
    return Finding("fault", sentence)


def _advice(sentence: str) -> Finding:
    return Finding("advice", sentence)


def _ok(sentence: str) -> Finding:
    return Finding("ok", sentence)


def installation() -> Iterator[Finding]:
    """Whether this installation can work at all. The database answers already: the caller has opened it."""
    from beffroi.kernel import health, modules

    yield _ok(f"{len(list(modules.installed()))} parties installées (./beffroi modules les nomme).")
    yield from _system_checks()
    yield _health(health.database, "Base de données")
    yield _migrations()
    yield _front()
    yield _health(health.disk, "Disque")
    yield _storage()
    if not runtime.pending_migrations():
        yield from _contents()


def production() -> Iterator[Finding]:
    """What is missing before the public comes. Supposes that `installation` was looked at."""
    if runtime.pending_migrations():
        return
    yield from _identity_of_the_site()
    yield _restoring()
    yield from _mail()
    yield from _people()
    yield from _services()


def _system_checks() -> Iterator[Finding]:
    """Django's own checks and ours. Those on security are told by `production`, in our words."""
    from django.core import checks

    found = [m for m in checks.run_checks() if m.level >= checks.WARNING and not m.is_silenced()]
    for message in found:
        hint = f" {message.hint}" if message.hint else ""
        level = _fault if message.level >= checks.ERROR else _advice
        yield level(f"{message.msg}{hint} ({message.id})")
    if not found:
        yield _ok("Manifestes, modèles et adresses concordent.")


def _health(check, label: str) -> Finding:
    ok, sentence = check()
    return (_ok if ok else _fault)(f"{label} : {sentence}")


def _migrations() -> Finding:
    pending = runtime.pending_migrations()
    if not pending:
        return _ok("La base de données est au niveau de cette version.")
    if not preparation.has_tables():
        return _fault("La base est vide : ./beffroi demo y met la démonstration, ./beffroi init un territoire.")
    return _fault(
        f"{len(pending)} migration(s) à appliquer : faites une sauvegarde (./beffroi backup), puis ./beffroi migrate."
    )


def _front() -> Finding:
    from beffroi.kernel.ui import build

    if not build.is_fresh():
        return _fault("L’interface n’est pas construite : ./beffroi migrate la construit et la rassemble.")
    if preparation.static_is_stale():
        return _fault("Les fichiers statiques ne sont pas rassemblés : ./beffroi migrate le fait.")
    return _ok("L’interface et les fichiers statiques sont à jour.")


def _storage() -> Finding:
    """Write, read and remove a small content where files are kept."""
    from io import BytesIO

    from django.conf import settings

    from beffroi.shared.files.storage import contents

    where = f"le compartiment S3 « {env.text('S3_BUCKET')} »" if env.text("S3_BUCKET") else f"{settings.HOME / 'files'}"
    name = f"verification/{uuid.uuid4().hex}"
    try:
        storage = contents()
        storage.put(name, BytesIO(b"beffroi"))
        read = b"".join(storage.read(name))
        storage.delete(name)
    except Exception as fault:  # noqa: BLE001  each storage has its own exceptions
        return _fault(f"Fichiers : {where} refuse d’être écrit ou lu ({_first_line(fault)}).")
    if read != b"beffroi":
        return _fault(f"Fichiers : {where} ne rend pas ce qui y est écrit.")
    return _ok(f"Fichiers : {where} s’écrit et se lit.")


def _contents() -> Iterator[Finding]:
    """What is kept against what should be: each content there and of its size, and what the nightly readings found."""
    from beffroi.shared.documents import integrity
    from beffroi.shared.files import upkeep

    report = upkeep.check(quick=True)
    found = integrity.faults()
    named = {fault.sha256: fault.names for fault in found}
    for fault in found:
        what = "abîmé" if fault.what == "damaged" else "absent"
        yield _fault(f"Contenu {fault.sha256[:12]} {what} ({', '.join(fault.names)}) : reprenez-le d’une sauvegarde.")
    for sha256 in [*report.missing, *report.damaged]:
        if sha256 not in named:
            what = "absent" if sha256 in report.missing else "abîmé"
            names = ", ".join(integrity.names_of(sha256)) or "aucun document"
            yield _fault(f"Contenu {sha256[:12]} {what} ({names}) : reprenez-le d’une sauvegarde.")
    if report.strays:
        count = len(report.strays)
        yield _advice(
            f"{count} fichier(s) sans propriétaire, dont {report.strays[0]} : la collecte de la nuit les ôte."
        )
    if report.is_sound and not found:
        yield _ok(f"{report.seen} contenus, tous présents.")


def _identity_of_the_site() -> Iterator[Finding]:
    from django.conf import settings

    if preparation.is_demonstration():
        yield _fault("Cette base contient la démonstration, aux mots de passe connus : créez une vraie installation.")
    if settings.DEBUG or settings.DEMO:
        yield _fault("BEFFROI_DEBUG et BEFFROI_DEMO doivent être absents en production.")
    host = settings.SITE_URL.split("://")[-1].split(":")[0].split("/")[0]
    if not settings.SECURE:
        yield _fault(f"BEFFROI_SITE_URL doit être l’adresse publique, en https:// (elle est {settings.SITE_URL}).")
    elif host in settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield _ok(f"Adresse publique : {settings.SITE_URL}")
    if "*" in settings.ALLOWED_HOSTS:
        yield _fault("BEFFROI_ALLOWED_HOSTS accepte n’importe quel nom (*) : donnez les noms du site.")
    elif settings.SECURE and host not in settings.ALLOWED_HOSTS:
        yield _fault(f"BEFFROI_ALLOWED_HOSTS ne contient pas {host} : le site répondrait « 400 » à tous.")
    if settings.SECURE and not settings.BEHIND_PROXY:
        yield _fault(
            "BEFFROI_BEHIND_PROXY=1 manque : sans lui, le certificat du serveur mandataire n’est pas vu, et les "
            "limites par adresse comptent tout le monde ensemble."
        )
    if settings.SECURE and not settings.SECURE_SSL_REDIRECT:
        yield _advice("BEFFROI_SSL_REDIRECT est éteint : le serveur mandataire doit lui-même renvoyer http vers https.")
    key = Path(env.home() / "secret_key")
    if len(settings.SECRET_KEY) < 40:
        yield _fault("BEFFROI_SECRET_KEY est trop courte : 50 caractères au hasard, ou rien (elle est tirée seule).")
    elif not env.text("SECRET_KEY") and key.exists() and key.stat().st_mode & 0o077:
        yield _fault(f"{key} peut être lu par d’autres utilisateurs : chmod 600 {key}")
    else:
        yield _ok("La clé secrète est longue et gardée.")


def _restoring() -> Finding:
    if dump.has_locks_enough():
        return _ok("PostgreSQL a assez de verrous pour remettre une sauvegarde par-dessus cette base.")
    return _advice(f"Remettre une sauvegarde par-dessus cette base manquera de verrous : {dump.MORE_LOCKS}")


def _mail() -> Iterator[Finding]:
    from django.conf import settings
    from django.core.mail import get_connection

    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".invalid"):
        yield _fault("BEFFROI_FROM_EMAIL manque : l’adresse d’où partent les messages, « Nom <adresse@domaine> ».")
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield _advice(f"Les courriels partent par {settings.EMAIL_BACKEND}.")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = get_connection(timeout=10)
        connection.open()
        connection.close()
    except Exception as fault:  # noqa: BLE001  smtplib, ssl and socket each have theirs
        yield _fault(f"Le serveur de courriel {server} ne répond pas ou refuse ({_first_line(fault)}).")
        return
    yield _ok(f"Le serveur de courriel {server} répond.")
    if settings.EMAIL_HOST not in LOCAL_HOSTS and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield _fault("Le courriel part en clair : BEFFROI_SMTP_STARTTLS=1 (port 587) ou BEFFROI_SMTP_TLS=1 (465).")


def _people() -> Iterator[Finding]:
    from allauth.mfa.models import Authenticator

    from beffroi.kernel.models import User
    from beffroi.shared.organisations.models import Commune, Organisation

    if not Organisation.objects.exists():
        yield _fault("Aucun territoire : ./beffroi init --siren N le crée.")
    elif count := Commune.objects.filter(outline=None).count():
        yield _advice(f"{count} commune(s) sans contour : un point sur la carte ne peut pas y être situé.")
    administrators = list(User.objects.filter(is_superuser=True, is_active=True))
    if not administrators:
        yield _fault("Aucun administrateur : ./beffroi admin ADRESSE en crée un.")
        return
    protected = set(Authenticator.objects.filter(user__in=administrators).values_list("user_id", flat=True))
    bare = len(administrators) - len(protected)
    if bare:
        yield _advice(f"{bare} administrateur(s) sans second facteur : il leur sera demandé à la prochaine connexion.")
    else:
        yield _ok(f"{len(administrators)} administrateur(s), chacun avec un second facteur.")


def _services() -> Iterator[Finding]:
    from django.conf import settings
    from django.core import checks

    from beffroi.kernel import health
    from beffroi.shared.files import antivirus

    yield _health(health.queue, "Tâches de fond")
    if settings.BACKUP_MAX_AGE:
        yield _health(health.backup, "Sauvegardes")
    else:
        yield _advice("Sauvegardes : non surveillées (BEFFROI_BACKUP_MAX_AGE=0) ; assurez-vous qu’elles sont faites.")
    if runtime.is_embedded():
        yield _advice("PostgreSQL embarqué : convient à une seule machine ; DATABASE_URL en donne un autre.")
    if not antivirus.is_configured():
        yield _advice("Aucun antivirus n’examine les fichiers reçus : BEFFROI_CLAMD peut en nommer un.")
    for message in checks.run_checks(tags=["beffroi"], include_deployment_checks=True):
        level = _fault if message.level >= checks.ERROR else _advice
        yield level(f"{message.msg} {message.hint or ''}".strip())


def _first_line(fault: Exception) -> str:
    """Why something outside did not answer, in French where the reason is a usual one."""
    for kind, why in REASONS:
        if isinstance(fault, kind):
            return why
    said = str(fault).strip() or type(fault).__name__
    return said.splitlines()[0][:200]
