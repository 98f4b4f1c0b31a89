from django.core.management.base import BaseCommand, CommandError

from beffroi.kernel import modules, retention


class Command(BaseCommand):
    """`retention [--dry-run] [--rule CODE]`: exit code 0 = done, 1 = at least one object in fault."""

    help = "Anonymise ou efface ce dont la durée de conservation est passée (le worker le fait chaque nuit)."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui est échu, sans rien changer")
        parser.add_argument("--rule", metavar="CODE", help="une seule règle, par son code")

    def handle(self, *, dry_run, rule, **options):
        if rule and modules.find("retention", rule) is None:
            known = ", ".join(one.code for one in modules.collect("retention"))
            raise CommandError(f"Règle inconnue : {rule}. Celles qui existent : {known}.", returncode=2)
        if dry_run:
            self._report(rule)
            return
        rules = [one for one in modules.collect("retention") if not rule or one.code == rule]
        failed = 0
        for one in rules:
            run = retention.apply_rule(one)
            failed += run.failed
            self.stdout.write(f"{one.code} : {run.done} traité(s) sur {run.due}, {run.failed} en échec.")
        if failed:
            raise CommandError(f"{failed} objet(s) en échec : voir le bureau, « Conservation ».", returncode=1)

    def _report(self, rule):
        total = 0
        for due in retention.report():
            if rule and due.rule.code != rule:
                continue
            total += due.count
            word = "à effacer" if due.rule.action == "delete" else "à anonymiser"
            self.stdout.write(f"{due.rule.code} : {due.count} {word} – {due.rule.label} ({due.rule.basis})")
        self.stdout.write(f"En tout : {total}. Rien n’a été changé.")
