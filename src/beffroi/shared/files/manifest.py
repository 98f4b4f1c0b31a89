"""What the files add to the platform: two lines of health, nothing on the menus."""

import os
from pathlib import Path

from beffroi.kernel.modules import HealthCheck, Module
from beffroi.shared.files import antivirus, storage


def check_storage() -> tuple[bool, str]:
    """Can contents be written and read?"""
    kept = storage.contents()
    if isinstance(kept, storage.LocalContents):
        folder = Path(kept.location)
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            return False, "Le dossier des fichiers ne peut pas être écrit."
        return True, "Le dossier des fichiers est accessible en lecture et en écriture."
    try:
        kept.exists("sante")
    except Exception as error:  # noqa: BLE001  whatever the client library raises, the answer is the same
        return False, f"Le stockage S3 ne répond pas ({type(error).__name__})."
    return True, "Le stockage S3 répond."


def check_antivirus() -> tuple[bool, str]:
    """Does the antivirus answer, if there is one?"""
    if not antivirus.is_configured():
        return True, "Aucun antivirus n’est réglé : les types de fichiers sont limités, leur contenu n’est pas analysé."
    try:
        antivirus.ping()
    except antivirus.Unreachable:
        return False, "L’antivirus ne répond pas : les fichiers reçus attendent, ils ne sont pas perdus."
    return True, "L’antivirus répond."


module = Module(
    label="Fichiers",
    icon="paperclip",
    verbs={
        "files.hide": "Fichier rendu privé",
        "files.show": "Fichier rendu public",
        "files.remove": "Fichier supprimé",
    },
    health=[
        HealthCheck(code="files", label="Stockage des fichiers", check=check_storage),
        HealthCheck(code="antivirus", label="Antivirus", check=check_antivirus),
    ],
)
