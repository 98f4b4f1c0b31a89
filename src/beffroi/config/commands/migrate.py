from beffroi.config import preparation, runtime

DESCRIPTION = """Met la base de données et les fichiers statiques au niveau de cette version de Beffroi.

À lancer après chaque mise à jour, une sauvegarde faite. Sans effet si tout est déjà à jour."""


def configure(parser):
    parser.add_argument("--plan", action="store_true", help="dire ce qui serait fait, sans le faire")


def run(options):
    with runtime.installation(migrated=False):
        pending = runtime.pending_migrations()
        if options.plan:
            print("\n".join(pending) or "La base de données est à jour.")
            return runtime.OK
        preparation.migrate()
        print(f"Base de données : {len(pending)} migration(s) appliquée(s)." if pending else "Base de données à jour.")
        print("Fichiers statiques rassemblés." if preparation.collect_static() else "Fichiers statiques à jour.")
    return runtime.OK
