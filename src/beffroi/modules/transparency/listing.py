"""What is shown of the budgets and grants, filtered as the address says: the same for the list and for its file."""

from django import forms

from beffroi.modules.transparency.access import publishers
from beffroi.modules.transparency.models import Budget, Grant
from beffroi.modules.transparency.workflow import GrantState

ORDERS = {
    "convention": ("convention_on", "pk"),
    "-convention": ("-convention_on", "-pk"),
    "montant": ("amount", "pk"),
    "-montant": ("-amount", "-pk"),
    "beneficiaire": ("beneficiary", "pk"),
    "-beneficiaire": ("-beneficiary", "-pk"),
}


def years(rows, name: str) -> list[int]:
    """The years that these rows are about, the last first."""
    return sorted(set(rows.order_by().values_list(name, flat=True)), reverse=True)


class Filters(forms.Form):
    """The filters that all the lists share; a value that means nothing is left aside. `bodies` = those to choose
    from, `periods` = the years."""

    collectivite = forms.ChoiceField(label="Collectivité", required=False)
    annee = forms.ChoiceField(label="Année", required=False)

    def __init__(self, *args, bodies=None, periods=(), **kwargs):
        super().__init__(*args, **kwargs)
        bodies = publishers() if bodies is None else bodies
        self.fields["collectivite"].choices = [("", "Toutes"), *bodies.values_list("slug", "name")]
        self.fields["annee"].choices = [("", "Toutes"), *((str(year), str(year)) for year in periods)]

    def given(self, name: str) -> str:
        """What was chosen, when it may be."""
        self.is_valid()
        return self.cleaned_data.get(name, "") if hasattr(self, "cleaned_data") else ""


class BudgetFilters(Filters):
    etape = forms.ChoiceField(label="Étape", required=False, choices=[("", "Toutes"), *Budget.Step.choices])

    def apply(self, budgets):
        if slug := self.given("collectivite"):
            budgets = budgets.filter(organisation__slug=slug)
        if year := self.given("annee"):
            budgets = budgets.filter(year=year)
        return budgets.filter(step=step) if (step := self.given("etape")) else budgets


class GrantFilters(Filters):
    q = forms.CharField(
        label="Bénéficiaire ou objet", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    field_order = ["q", "collectivite", "annee"]

    def apply(self, grants):
        if slug := self.given("collectivite"):
            grants = grants.filter(organisation__slug=slug)
        if year := self.given("annee"):
            grants = grants.filter(convention_on__year=year)
        if text := self.given("q").strip():
            found = grants.filter(beneficiary__unaccent__icontains=text)
            grants = found | grants.filter(object__unaccent__icontains=text)
        return grants


class DeskGrantFilters(GrantFilters):
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), ("du", "À publier selon la loi"), *GrantState.choices],
    )

    def apply(self, grants):
        grants = super().apply(grants)
        state = self.given("etat")
        if state == "du":
            return grants.filter(pk__in=Grant.objects.to_publish().values("pk"))
        return grants.filter(state=state) if state else grants


def grant_years(grants) -> list[int]:
    """The years of the conventions."""
    return sorted({day.year for day in grants.order_by().dates("convention_on", "year")}, reverse=True)


def ordered(grants, wanted: str):
    """The grants in the order that the address asks, the last first otherwise."""
    return grants.order_by(*ORDERS.get(wanted, ORDERS["-convention"]))
