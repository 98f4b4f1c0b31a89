"""How the personal data of the archives dies: who borrowed a box, who asked for a file. The records themselves, slips,
visas, certificates, transfers, are kept for ever."""

from datetime import timedelta

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.archives.models import Handover, Loan

YEARS = timedelta(days=5 * 365)
FORGOTTEN = "effacé à la fin de sa conservation"


def _loans(now):
    return Loan.objects.filter(returned_on__lt=(now - YEARS).date()).exclude(borrower=FORGOTTEN)


def _forget_loan(loan: Loan) -> None:
    loan.borrower, loan.account, loan.reason = FORGOTTEN, None, ""
    loan.save(update_fields=["borrower", "account", "reason"])


def _handovers(now):
    ended = Handover.objects.filter(state__in=("handed", "refused"), asked_on__lt=(now - YEARS).date())
    return ended.exclude(requester=FORGOTTEN)


def _forget_handover(handover: Handover) -> None:
    handover.requester = FORGOTTEN
    handover.save(update_fields=["requester"])


RULES = [
    RetentionRule(
        code="archives.loan",
        model="archives.Loan",
        label="Emprunteurs de boîtes rendues depuis cinq ans",
        basis="RGPD, article 5.1.e : le nom ne sert plus une fois la boîte rendue et le délai de réclamation passé",
        keep=YEARS,
        due=_loans,
        apply=_forget_loan,
    ),
    RetentionRule(
        code="archives.handover",
        model="archives.Handover",
        label="Demandeurs de dossiers communiqués depuis cinq ans",
        basis="RGPD, article 5.1.e : la communication reste inscrite, sans le nom de qui l’a demandée",
        keep=YEARS,
        due=_handovers,
        apply=_forget_handover,
    ),
]
