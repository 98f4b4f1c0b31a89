from django.core.management.base import BaseCommand, CommandError

from beffroi.modules.archives import actions, ledger, timestamps
from beffroi.modules.archives.models import LedgerHead, LedgerLine, Piece


class Command(BaseCommand):
    """`archives verify`: exit code 0 = everything holds, 1 = something does not, named on the error output."""

    help = "Vérifie le journal des archives et ses pièces, ou horodate le journal."

    def add_arguments(self, parser):
        parser.add_argument(
            "action",
            choices=["verify", "timestamp"],
            help="verify : recalcule la chaîne, les jetons et les pièces ; timestamp : horodate la dernière ligne",
        )

    def handle(self, *, action, **options):
        if action == "timestamp":
            self._timestamp()
            return
        faults = [f"Ligne {fault.rank} : {fault.text}." for fault in ledger.verify()]
        actions.check_pieces(Piece.objects.count())
        faults += [f"{piece} : {piece.get_finding_display().lower()}." for piece in actions.faults()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"Les archives ne sont plus intactes : {len(faults)} anomalie(s).", returncode=1)
        lines, heads, pieces = (model.objects.count() for model in (LedgerLine, LedgerHead, Piece))
        self.stdout.write(f"Archives intactes : {lines} lignes, {heads} horodatages, {pieces} pièces.")

    def _timestamp(self):
        try:
            head = ledger.crown()
        except timestamps.Unavailable as fault:
            raise CommandError(str(fault), returncode=1) from fault
        if head is None:
            self.stdout.write("Rien de nouveau à horodater.")
        else:
            self.stdout.write(f"Ligne {head.rank} horodatée, {head.authority}.")
