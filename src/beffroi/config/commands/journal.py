from beffroi.config import runtime

DESCRIPTION = """Recalcule le sceau de chaque jour du journal et la chaîne qui les lie.

« verify » réussit si aucune ligne scellée n’a été modifiée, ajoutée ou ôtée ; sinon chaque jour altéré est nommé."""


def configure(parser):
    parser.add_argument("action", choices=["verify"], help="vérifier les sceaux")


def run(options):
    with runtime.installation():
        from beffroi.kernel import seals
        from beffroi.kernel.models import Seal

        faults = 0
        for fault in seals.verify():
            faults += 1
            print(f"{fault.day:%d/%m/%Y} : {fault.text}.")
        if faults:
            raise runtime.Failure(f"Le journal a été altéré : {faults} défaut(s).")
        count = Seal.objects.count()
        print(f"{count} jour(s) scellé(s), aucun n’a été altéré." if count else "Aucun jour n’est encore scellé.")
    return runtime.OK
