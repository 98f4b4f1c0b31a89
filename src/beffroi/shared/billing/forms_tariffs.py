"""The editor of tariffs: what an agent types, read into the rule that the engine applies."""

import re
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing import rates
from beffroi.shared.billing.access import MANAGE
from beffroi.shared.billing.forms import MoneyField, RegieChoiceField
from beffroi.shared.billing.models import Regie, Tariff, TariffDraft
from beffroi.shared.billing.sepa import writing
from beffroi.shared.organisations.models import Commune

BANDS = 8
ZONES = (("resident", "Habitants"), ("agreement", "Sous convention"), ("outside", "Hors territoire"))


def _numbers(text: str) -> list[str]:
    """« 1,2 ; 1 » = ["1.2", "1"]."""
    return [part.strip().replace(",", ".") for part in re.split(r"[;\n]", text) if part.strip()]


def _day(text: str) -> str:
    return datetime.strptime(text.strip(), "%d/%m/%Y").date().isoformat()


class TariffForm(forms.ModelForm):
    """A tariff. The bands are lines of fields; an empty line is left out."""

    own_data = False
    method = forms.ChoiceField(
        label="Comment se calcule le prix",
        widget=forms.RadioSelect,
        choices=[("bands", "Prix unique ou par tranches de quotient"), ("effort", "Taux d’effort sur le quotient")],
    )
    by_home = forms.BooleanField(
        label="Le prix dépend du domicile",
        required=False,
        help_text="Sinon tous paient le prix des habitants. Les communes membres sont celles de l’intercommunalité.",
    )
    agreements = forms.CharField(
        label="Communes sous convention", required=False, max_length=400, help_text="Codes INSEE, séparés par « ; »."
    )
    effort_rates = forms.CharField(
        label="Taux d’effort (%)",
        required=False,
        max_length=100,
        help_text="Un taux par nombre d’enfants à charge : « 1,2 ; 1 ; 0,8 ».",
    )
    siblings = forms.CharField(
        label="Réduction de fratrie",
        required=False,
        max_length=60,
        help_text="Coefficient du premier enfant, du deuxième… : « 1 ; 0,9 ; 0,8 ».",
    )
    hourly = forms.BooleanField(label="Les prix sont à l’heure", required=False)
    step = forms.IntegerField(label="Pas (min)", required=False, min_value=1, max_value=240, initial=15)
    minimum = forms.IntegerField(label="Durée minimale (min)", required=False, min_value=0, max_value=1440)
    maximum = forms.IntegerField(label="Durée maximale (min)", required=False, min_value=0, max_value=1440)
    weekly_cap = MoneyField(label="Plafond par semaine (€)", required=False)
    unbooked = forms.DecimalField(
        label="Sans réservation : prix ×", required=False, min_value=1, max_value=10, decimal_places=2
    )
    absent = forms.DecimalField(
        label="Absence non justifiée : part due (%)", required=False, min_value=0, max_value=100, decimal_places=2
    )
    late_amount = MoneyField(label="Retard à la fermeture (€)", required=False)
    late_step = forms.IntegerField(label="par (min)", required=False, min_value=1, max_value=240)
    late_grace = forms.IntegerField(label="après (min)", required=False, min_value=0, max_value=240)
    late_from = forms.IntegerField(
        label="ou par retard, dès le",
        required=False,
        min_value=1,
        max_value=100,
        help_text="« 3 » : rien aux deux premiers, puis la somme à chaque retard. Vide : compté aux minutes.",
    )
    late_period = forms.ChoiceField(
        label="Retards comptés", required=False, choices=[(str(code), said) for code, said in rates.PERIODS.items()]
    )
    care = forms.BooleanField(
        label="Compte comme frais de garde pour l’impôt",
        required=False,
        help_text="Pour les enfants de moins de six ans : les sommes payées figurent sur l’attestation fiscale.",
    )
    meal = MoneyField(
        label="Part du repas dans le prix (€)",
        required=False,
        least=0,
        help_text="La nourriture n’ouvre pas droit au crédit d’impôt : elle est déduite de l’attestation.",
    )
    cost = MoneyField(
        label="Coût de revient d’une unité (€)",
        required=False,
        least=0,
        help_text="Pour « Prix et coûts » seulement : les familles ne le lisent pas.",
    )
    exceptions = forms.CharField(
        label="Jours particuliers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une ligne par exception : « 24/12/2026 ; 24/12/2026 ; 0,5 ; Veille de Noël ».",
    )

    class Meta:
        model = Tariff
        fields = ["unit", "label", "start", "end", "age_min", "age_max", "decision", "cost"]
        widgets = {"start": DateInput, "end": DateInput}
        help_texts = {"end": "Vide : jusqu’au suivant.", "decision": "Numéro et date de l’acte qui fixe ce prix."}

    def __init__(self, *args, regie: Regie | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if regie is None:
            self.fields["regie"] = RegieChoiceField(label="Régie")
            self.fields["regie"].offer(user, MANAGE)
        self.regie = regie
        for rank in range(BANDS):
            self.fields[f"upto{rank}"] = forms.IntegerField(
                label=f"Ligne {rank + 1} : quotient jusqu’à", required=False, min_value=0, max_value=100_000
            )
            for zone, label in ZONES:
                self.fields[f"{zone}{rank}"] = MoneyField(
                    label=f"Ligne {rank + 1} : {label} (€)", required=False, least=0
                )
        for bound, said in (("floor", "Plancher"), ("ceiling", "Plafond")):
            for zone, label in ZONES:
                self.fields[f"{bound}_{zone}"] = MoneyField(label=f"{said} : {label} (€)", required=False, least=0)
        if not self.is_bound:
            self._fill(self.instance.rule or {})

    def _fill(self, rule: dict) -> None:
        """Write an existing rule in the fields."""
        first = self.initial
        first.setdefault("method", "effort" if rule.get("effort") else "bands")
        first.setdefault("by_home", bool(rule.get("residents")))
        first.setdefault("agreements", " ; ".join(rule.get("agreements") or ()))
        first.setdefault("siblings", " ; ".join(one.replace(".", ",") for one in rule.get("siblings") or ()))
        for rank, band in enumerate(rule.get("bands") or ()):
            first[f"upto{rank}"] = band.get("upto")
            for zone, price in band["prices"].items():
                first[f"{zone}{rank}"] = price
        if effort := rule.get("effort"):
            first["effort_rates"] = " ; ".join(one.replace(".", ",") for one in effort["rates"])
            for bound in ("floor", "ceiling"):
                for zone, price in effort[bound].items():
                    first[f"{bound}_{zone}"] = price
        if clock := rule.get("clock"):
            first |= {"hourly": True, **clock}
        penalties = rule.get("penalties") or {}
        first["care"], first["meal"] = bool(rule.get("care")), rule.get("meal") or None
        first["weekly_cap"] = rule.get("weekly_cap") or None
        first["unbooked"] = penalties.get("unbooked")
        first["absent"] = float(penalties["absent"]) * 100 if "absent" in penalties else None
        for name in ("late_amount", "late_step", "late_grace", "late_from", "late_period"):
            first[name] = penalties.get(name)
        first["exceptions"] = "\n".join(
            f"{date.fromisoformat(one['start']):%d/%m/%Y} ; {date.fromisoformat(one['end']):%d/%m/%Y} ; "
            f"{one['factor'].replace('.', ',')} ; {one['label']}"
            for one in rule.get("exceptions") or ()
        )

    def clean_cost(self) -> int:
        return self.cleaned_data["cost"] or 0

    def band_rows(self) -> list[list]:
        """The fields of each line of the table of bands."""
        return [[self[f"upto{rank}"], *(self[f"{zone}{rank}"] for zone, _label in ZONES)] for rank in range(BANDS)]

    def bound_rows(self) -> list[tuple]:
        return [
            (said, [self[f"{bound}_{zone}"] for zone, _label in ZONES])
            for bound, said in (("floor", "Plancher"), ("ceiling", "Plafond"))
        ]

    def _zones(self, data: dict, prefix: str = "", suffix: str = "") -> dict[str, int]:
        return {
            zone: data[f"{prefix}{zone}{suffix}"]
            for zone, _label in ZONES
            if data.get(f"{prefix}{zone}{suffix}") is not None
        }

    def _bands(self, data: dict) -> list[dict]:
        found = []
        for rank in range(BANDS):
            prices = self._zones(data, suffix=str(rank))
            if prices:
                found.append({"upto": data.get(f"upto{rank}"), "prices": prices})
        return found

    def _exceptions(self, text: str) -> list[dict]:
        found = []
        for line in filter(None, map(str.strip, text.splitlines())):
            parts = [part.strip() for part in line.split(";")]
            try:
                start, end, factor, label = parts
                found.append(
                    {"start": _day(start), "end": _day(end), "factor": factor.replace(",", "."), "label": label[:80]}
                )
            except ValueError:
                self.add_error("exceptions", f"« {line[:60]} » : écrivez du ; au ; coefficient ; libellé.")
        return found

    def rule(self) -> dict:
        """What was typed, as the engine reads it."""
        data = self.cleaned_data
        rule: dict = {"siblings": _numbers(data["siblings"]) or ["1"], "weekly_cap": data["weekly_cap"] or 0}
        if data["method"] == "effort":
            rule["effort"] = {
                "rates": _numbers(data["effort_rates"]),
                "floor": self._zones(data, "floor_"),
                "ceiling": self._zones(data, "ceiling_"),
            }
        else:
            rule["bands"] = self._bands(data)
        if data["hourly"]:
            rule["clock"] = {
                "step": data["step"] or 15,
                "minimum": data["minimum"] or 0,
                "maximum": data["maximum"] or 0,
            }
        if data["care"]:
            rule |= {"care": True, "meal": data["meal"] or 0}
        penalties: dict = {}
        if data["unbooked"]:
            penalties["unbooked"] = str(data["unbooked"])
        if data["absent"] is not None:
            penalties["absent"] = str(data["absent"] / 100)
        if data["late_amount"]:
            penalties |= {
                "late_amount": data["late_amount"],
                "late_step": data["late_step"] or 15,
                "late_grace": data["late_grace"] or 0,
            }
            if data["late_from"]:
                penalties |= {"late_from": data["late_from"], "late_period": data["late_period"] or "month"}
        if penalties:
            rule["penalties"] = penalties
        if exceptions := self._exceptions(data["exceptions"]):
            rule["exceptions"] = exceptions
        if data["by_home"]:
            rule["residents"] = sorted(Commune.objects.members().values_list("code_insee", flat=True))
            rule["agreements"] = _numbers(data["agreements"])
        return rule

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        self.instance.regie = self.regie or data["regie"]
        self.instance.rule = self.rule()
        if not self.errors:
            try:
                rates.read(self.instance.rule, unit=data["unit"], label=data["label"], start=data["start"])
            except rates.BadRule as fault:
                raise ValidationError(fault.faults) from None
        return data


class DraftForm(TariffForm):
    """A tariff that is not applied yet: the same fields."""

    class Meta(TariffForm.Meta):
        model = TariffDraft


class SimulationForm(forms.Form):
    """Old prices against new, or against a draft, on a population."""

    own_data = False
    regie = RegieChoiceField(label="Régie")
    before = forms.DateField(label="Prix en vigueur le", widget=DateInput)
    after = forms.DateField(label="comparés à ceux du", widget=DateInput, required=False)
    draft = forms.ChoiceField(
        label="ou à un brouillon",
        required=False,
        help_text="Il prend la place du tarif de la même prestation, les autres prix restant ceux du premier jour.",
    )
    source = forms.ChoiceField(label="Familles", required=False)
    table = forms.CharField(
        label="ou un tableau",
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Collez un tableau : famille;quotient;commune;enfants;rang;prestation;quantite. Rien n’en est gardé.",
    )

    def __init__(self, *args, user, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regie"].offer(user, MANAGE)
        self.fields["source"].choices = [("", "Le tableau ci-dessous"), *choices]
        waiting = TariffDraft.objects.visible_to(user, MANAGE).waiting().select_related("regie").defer("rule")
        self.drafts = {str(one.pk): one for one in waiting[:100]}
        self.fields["draft"].choices = [
            ("", "Aucun"),
            *((pk, f"{one.label}, au {one.start:%d/%m/%Y}") for pk, one in self.drafts.items()),
        ]

    def clean_draft(self):
        return self.drafts.get(self.cleaned_data["draft"])

    def clean(self):
        data = super().clean()
        if not data.get("source") and not (data.get("table") or "").strip():
            self.add_error("table", "Choisissez les familles d’un module, ou collez un tableau.")
        draft = data.get("draft")
        if draft is None and not data.get("after") and not {"draft", "after"} & set(self.errors):
            self.add_error("after", "Donnez une seconde date, ou choisissez un brouillon.")
        if draft is not None and data.get("regie") is not None and draft.regie_id != data["regie"].pk:
            self.add_error("draft", "Ce brouillon est celui d’une autre régie.")
        return data


class EstimateForm(forms.Form):
    """What it would cost to a family: nothing of it is kept."""

    regie = forms.ChoiceField(label="Service")
    qf = forms.IntegerField(
        label="Votre quotient familial",
        required=False,
        min_value=0,
        max_value=100_000,
        help_text="Il est sur votre attestation de la CAF ou de la MSA. Vide : le prix le plus haut.",
    )
    commune = forms.ChoiceField(label="Votre commune", required=False)
    children = forms.IntegerField(label="Enfants à charge", required=False, min_value=1, max_value=15, initial=1)
    rank = forms.IntegerField(
        label="Rang de l’enfant parmi les inscrits",
        required=False,
        min_value=1,
        max_value=15,
        initial=1,
        help_text="1 pour le premier enfant inscrit, 2 pour le suivant…",
    )

    def __init__(self, *args, regies, **kwargs):
        super().__init__(*args, **kwargs)
        self.regies = {one.code: one for one in regies}
        self.fields["regie"].choices = [(code, one.name) for code, one in self.regies.items()]
        communes = Commune.objects.members().values_list("code_insee", "name")
        self.fields["commune"].choices = [("", "Hors du territoire"), *communes]


class RegieForm(forms.ModelForm):
    """The settings of a régie."""

    own_data = False
    cash_limit = MoneyField(label="Plafond d’encaisse (€)")
    iban = forms.CharField(
        label="IBAN du compte de dépôt de fonds",
        required=False,
        max_length=42,
        help_text="Chiffré. Laissez vide pour garder celui qui est enregistré.",
    )

    class Meta:
        model = Regie
        fields = [
            "organisation",
            "code",
            "name",
            "decided_on",
            "address",
            "hours",
            "phone",
            "email",
            "payment_days",
            "cash_limit",
            "payfip_client",
            "payfip_mode",
            "bic",
            "creditor_id",
            "debit_notice_days",
            "pes_post",
            "pes_siret",
            "pes_body",
            "pes_budget",
            "pes_product",
            "pes_nature",
            "pes_key_nature",
            "pes_printed",
            "footer",
            "is_active",
        ]
        widgets = {
            "decided_on": DateInput,
            "address": forms.Textarea(attrs={"rows": 2}),
            "footer": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].choices = [(one.pk, str(one)) for one in organisations]
        self.fields["organisation"].label = "Organisme"
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0].pk

    def clean_iban(self):
        typed = self.cleaned_data["iban"]
        if not typed:
            return self.instance.iban
        try:
            return writing.bare_iban(typed)
        except ValueError as fault:
            raise ValidationError(str(fault)) from None

    def clean_creditor_id(self):
        typed = self.cleaned_data["creditor_id"].replace(" ", "").upper()
        if typed and not writing.creditor_is_valid(typed):
            raise ValidationError("Cet identifiant créancier n’est pas possible : vérifiez chaque caractère.")
        return typed

    def clean(self):
        data = super().clean()
        self.instance.iban = data.get("iban") or self.instance.iban
        return data
