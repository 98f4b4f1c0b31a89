"""Layouts that are ready: used as they are, or copied and changed by a body."""

from dataclasses import dataclass, field

from beffroi.shared.billing.models.layouts import AccountingLayout as Layout


@dataclass(frozen=True)
class Ready:
    """A layout that nobody has to write; `about` says what it is for."""

    code: str
    name: str
    about: str
    content: str
    columns: str
    manner: dict = field(default_factory=dict)

    def make(self, organisation) -> Layout:
        """The same, for a body, not saved."""
        return Layout(
            organisation=organisation, name=self.name, content=self.content, columns=self.columns, **self.manner
        )


TITLES = """Numéro : facture
Nature : nature
Facture corrigée : annule
Exercice : exercice
Date : emise
Échéance : echeance
Code du tiers : payeur.code
Tiers : payeur ; 50
Adresse 1 : payeur.adresse1 ; 50
Adresse 2 : payeur.adresse2 ; 50
Code postal : payeur.cp
Ville : payeur.ville ; 50
Objet : objet ; 100
Article : article
Code produit : produit
Montant : montant
Réglé : regle
Reste dû : reste"""

LINES = """Numéro : facture
Date : emise
Code du tiers : payeur.code
Tiers : payeur
Rang : ligne.rang
Prestation : ligne.prestation
Libellé : ligne.libelle
Quantité : ligne.quantite
Prix unitaire : ligne.prix
Montant : ligne.montant"""

POSTINGS = """Écriture : ecriture
Date : date
Journal : regie
Compte : compte
Libellé : libelle
Pièce : facture
Tiers : payeur
Débit : debit
Crédit : credit"""

READY = {
    one.code: one
    for one in (
        Ready(
            "titres",
            "Factures et avoirs",
            "Une ligne par facture ou avoir, avec son tiers.",
            Layout.Content.TITLES,
            TITLES,
        ),
        Ready("lignes", "Détail des factures", "Une ligne par prestation facturée.", Layout.Content.LINES, LINES),
        Ready(
            "ecritures",
            "Écritures, débit et crédit",
            "Les comptes de la régie, une ligne par débit ou crédit.",
            Layout.Content.POSTINGS,
            POSTINGS,
        ),
    )
}
