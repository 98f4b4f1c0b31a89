"""What is set for a body: registers, types, rules, models, ranges of numbers."""

from django import forms

from beffroi.modules.mail.forms.steps import agents_of, teams_of_body
from beffroi.modules.mail.models import Letter, LetterType, Mailbox, NumberRange, Register, Rule, Template


class _OfBody(forms.ModelForm):
    """The choices are those of the body of the object."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation_id
        if "team" in self.fields:
            self.fields["team"].queryset = teams_of_body(body)
            self.fields["team"].empty_label = "Aucun"
        if "type" in self.fields:
            self.fields["type"].queryset = LetterType.objects.filter(organisation=body, is_active=True)
            self.fields["type"].empty_label = "Aucun en particulier"


class RegisterForm(_OfBody):
    class Meta:
        model = Register
        fields = ("name", "kind", "code", "team", "is_active")
        help_texts = {"team": "Seules les personnes de cette équipe et les administrateurs le lisent."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].empty_label = "Ouvert à tout l’organisme"


class LetterTypeForm(_OfBody):
    class Meta:
        model = LetterType
        fields = (
            "name",
            "team",
            "normal_days",
            "urgent_days",
            "very_urgent_days",
            "alarm_before",
            "alarm_after",
            "regime",
            "months",
            "basis",
            "remedies",
            "is_active",
        )
        widgets = {"remedies": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "normal_days": "En jours ouvrés, comme les suivants.",
            "regime": "Pour une demande : accord (CRPA, L231-1) sauf les exceptions de l’article L231-4.",
            "basis": "Par exemple « CRPA, article L231-4, 3° ». Il paraît dans l’accusé de réception.",
            "remedies": "Vide : le recours gracieux et le tribunal administratif, dans les deux mois.",
        }


class RuleForm(_OfBody):
    class Meta:
        model = Rule
        fields = ("position", "register", "words", "senders", "type", "priority", "team", "assignee", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation_id
        registers = Register.objects.filter(organisation=body, is_active=True, kind__in=("incoming", "internal"))
        self.fields["register"].queryset = registers
        self.fields["register"].empty_label = "Tous"
        self.fields["assignee"].queryset = agents_of(body)
        self.fields["assignee"].empty_label = "Personne en particulier"


class TemplateForm(_OfBody):
    class Meta:
        model = Template
        fields = ("name", "type", "body", "is_active")
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}
        help_texts = {
            "body": "{nom}, {objet}, {numero}, {date_courrier}, {date_arrivee}, {service}, {organisme} et {date} se "
            "remplissent seuls."
        }


class RangeForm(forms.ModelForm):
    class Meta:
        model = NumberRange
        fields = ("service", "first", "last", "is_active")
        help_texts = {
            "service": "Les deux premiers signes du numéro, donnés par La Poste : 1A, 2C…",
            "first": "Les dix chiffres, sans la clé.",
            "last": "Les dix chiffres, sans la clé.",
        }


class TrialForm(forms.Form):
    """A letter that does not exist, to see where the rules would send it."""

    own_data = False
    object = forms.CharField(label="Objet", max_length=300)
    sender = forms.CharField(label="Expéditeur", max_length=160, required=False)
    register = forms.ModelChoiceField(label="Registre", queryset=Register.objects.none(), required=False)

    def __init__(self, *args, body, **kwargs):
        super().__init__(*args, **kwargs)
        registers = Register.objects.filter(organisation=body, is_active=True, kind__in=("incoming", "internal"))
        self.fields["register"].queryset = registers
        self.fields["register"].empty_label = "Sans importance"

    def letter(self) -> Letter:
        """What was typed, as a letter that is not kept."""
        given = self.cleaned_data
        return Letter(object=given["object"], register=given["register"])


class MailboxForm(forms.ModelForm):
    """A mailbox of the body. An empty password is kept."""

    own_data = False
    secret = forms.CharField(
        label="Mot de passe",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Chiffré, jamais montré.",
    )

    class Meta:
        model = Mailbox
        fields = ("register", "host", "port", "tls", "username", "path", "is_active")
        help_texts = {
            "register": "Chaque message écrit par quelqu’un y prend un numéro ; une personne le qualifie ensuite.",
            "path": "INBOX, ou le dossier de la boîte où les messages à enregistrer sont rangés.",
        }

    field_order = ("register", "host", "port", "tls", "username", "secret", "path", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        books = Register.objects.filter(organisation=self.instance.organisation_id, is_active=True, kind="incoming")
        self.fields["register"].queryset = books
        self.fields["register"].empty_label = "Choisissez un registre"

    def clean(self):
        data = super().clean()
        if data.get("secret"):
            self.instance.password = data["secret"]
        return data
