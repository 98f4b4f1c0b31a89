from beffroi.config import cli, env, runtime

DESCRIPTION = """Vérifie l’installation : la base, les modules, les fichiers statiques, le disque, le stockage.

Avec --deploy, vérifie aussi ce qu’une mise en production demande : adresse, clés, courriel, sauvegardes, comptes.
Chaque défaut est suivi de ce qu’il faut faire ; le code de sortie est 1 s’il y en a un."""

MARKS = {"ok": "✓", "advice": "•", "fault": "✗"}


def configure(parser):
    parser.add_argument("--deploy", action="store_true", help="vérifier aussi la mise en production")


def run(options):
    print(f"Beffroi {cli.beffroi_version()}, données dans {env.home()}", flush=True)
    with runtime.installation(migrated=False):
        from beffroi.config import verification

        found = list(verification.installation())
        if options.deploy:
            found += verification.production()
    for finding in found:
        print(f"  {MARKS[finding.level]} {finding.sentence}")
    faults = sum(finding.level == "fault" for finding in found)
    advice = sum(finding.level == "advice" for finding in found)
    if faults:
        raise runtime.Failure(f"{_count(faults, 'défaut')} à corriger (✗).")
    print("Aucun défaut" + (f", {_count(advice, 'conseil')} (•)." if advice else "."))
    return runtime.OK


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"
