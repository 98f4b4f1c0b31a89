"""The server of a body: its address, its key, which of its services takes which of our categories."""

from django import forms

from beffroi.modules.reports.models import Category, Outlet
from beffroi.shared.organisations.models import Organisation


class OutletForm(forms.ModelForm):
    """What a body has given to file reports on its server. An empty key keeps the present one.

    `s_<number>` = the code of its service for one of our categories; known codes are proposed, and checked once the
    services have been read.
    """

    own_data = False
    endpoint = forms.URLField(
        label="Adresse du serveur",
        max_length=200,
        assume_scheme="https",
        help_text="Jusqu’à la version, sans « /services » : https://exemple.fr/open311/v2",
    )

    class Meta:
        model = Outlet
        fields = ["organisation", "endpoint", "jurisdiction", "key", "format", "service", "replays", "is_active"]
        widgets = {
            "key": forms.PasswordInput(attrs={"autocomplete": "off"}),
            "service": forms.TextInput(attrs={"autocomplete": "off"}),
            "jurisdiction": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        labels = {"jurisdiction": "Territoire (jurisdiction_id)"}
        help_texts = {
            "jurisdiction": "Si ce serveur en demande un.",
            "service": "Pour ce qui n’a pas de service à son nom. Vide : ces signalements ne partent pas.",
            "replays": "Vrai d’un autre Beffroi. Sinon, un envoi dont la réponse s’est perdue attend votre décision.",
            "is_active": "Décoché : plus rien ne part, et rien n’est relu.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = Outlet.objects.exclude(pk=self.instance.pk).values("organisation")
        bodies = Organisation.objects.filter(is_active=True, is_operator=False).exclude(kind="association")
        self.fields["organisation"].queryset = bodies.exclude(pk__in=taken).order_by("kind", "name")
        self.fields["organisation"].empty_label = "Choisir"
        self.fields["key"].required = False
        self.had_key = self.instance.key
        if self.instance.pk:
            self.fields["organisation"].disabled = True
            kept = "Une clé est gardée, chiffrée. Laissez vide pour ne pas la changer." if self.had_key else ""
            self.fields["key"].help_text = kept
            self.categories = list(Category.objects.offered())
        else:
            self.categories = []
        proposed = {"autocomplete": "off"} | ({"list": "services"} if self.instance.services else {})
        self.fields["service"].widget.attrs |= proposed
        for category in self.categories:
            self.fields[f"s_{category.pk}"] = forms.CharField(
                label=str(category),
                required=False,
                max_length=100,
                initial=self.instance.mapping.get(category.code, ""),
                widget=forms.TextInput(attrs=proposed),
            )

    @property
    def main(self) -> list:
        return [self[name] for name in self.Meta.fields]

    @property
    def by_category(self) -> list:
        return [self[f"s_{category.pk}"] for category in self.categories]

    def clean_key(self):
        return self.cleaned_data["key"] or self.had_key

    def clean(self):
        data = super().clean()
        known = {code for code, _name in self.instance.services}
        for name in ("service", *(f"s_{category.pk}" for category in self.categories)):
            value = data.get(name, "")
            if known and value and value not in known:
                self.add_error(name, f"Ce serveur n’annonce aucun service « {value} ».")
        return data

    def mapping(self) -> dict[str, str] | None:
        """{our category: its service}, as the action takes it; None before the first time."""
        if not self.categories:
            return None
        return {category.code: self.cleaned_data[f"s_{category.pk}"].strip() for category in self.categories}


class SendingForm(forms.Form):
    """What becomes of a sending that stopped."""

    own_data = False
    choice = forms.ChoiceField(
        label="Cet envoi",
        widget=forms.RadioSelect,
        choices=[("again", "Le faire partir de nouveau"), ("there", "Il est arrivé : voici son numéro")],
    )
    number = forms.CharField(label="Numéro donné par l’organisme", required=False, max_length=100)

    def clean(self):
        data = super().clean()
        if data.get("choice") == "there" and not data.get("number", "").strip():
            self.add_error("number", "Écrivez le numéro sous lequel l’organisme l’a reçu.")
        return data
