from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from beffroi.kernel import seals
from beffroi.kernel.models import Entry, Seal


class Command(BaseCommand):
    """`journal verify`: exit code 0 = nothing was altered, 1 = something was, 2 = the request is not understood."""

    help = "Vérifie que le journal n’a pas été modifié, ou scelle les jours terminés."

    def add_arguments(self, parser):
        parser.add_argument(
            "action", choices=["verify", "seal"], help="verify : recalcule chaque sceau ; seal : scelle"
        )
        parser.add_argument(
            "--expect",
            metavar="JOUR=EMPREINTE",
            action="append",
            default=[],
            help="empreinte d’un jour conservée ailleurs (2026-11-24=…), qui doit se retrouver dans la chaîne",
        )

    def handle(self, *, action, expect, **options):
        if action == "seal":
            made = seals.seal_until(timezone.localdate())
            self.stdout.write(f"{len(made)} jour(s) scellé(s).")
            return
        faults = [*seals.verify(), *self._unexpected(expect)]
        for fault in faults:
            self.stderr.write(f"{fault.day:%d/%m/%Y} : {fault.text}.")
        if faults:
            raise CommandError(f"Le journal a été modifié : {len(faults)} anomalie(s).", returncode=1)
        self._say_intact()

    def _unexpected(self, expect):
        for text in expect:
            day, _, digest = text.partition("=")
            try:
                day = date.fromisoformat(day)
            except ValueError:
                raise CommandError(
                    f"« {text} » : écrivez JOUR=EMPREINTE, par exemple 2026-11-24=…", returncode=2
                ) from None
            if not Seal.objects.filter(day=day, digest=digest.strip().lower()).exists():
                yield seals.Fault(day, "l’empreinte conservée ailleurs n’est pas celle du sceau")

    def _say_intact(self):
        last = Seal.objects.order_by("-day").first()
        if last is None:
            self.stdout.write("Aucun jour n’est encore scellé : il n’y a rien à vérifier.")
            return
        lines = Entry.objects.count()
        self.stdout.write(f"Le journal est intact : {Seal.objects.count()} jours scellés, {lines} lignes.")
        self.stdout.write(f"Dernier sceau, {last.day:%d/%m/%Y} : {last.digest}")
        if waiting := seals.unsealed_days(timezone.localdate()):
            self.stdout.write(f"{waiting} jour(s) terminé(s) ne sont pas encore scellés.")
