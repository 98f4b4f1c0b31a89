"""Questionnaires to families: what an agent writes, what a home answers."""

from django import forms
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Activity, Period, Site, Survey, SurveyQuestion

Kind = SurveyQuestion.Kind
MOST_OPTIONS = 12


class SurveyForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Survey
        fields = ["title", "intro", "activity", "period", "site", "anonymous", "closes_on"]
        widgets = {"closes_on": DateInput, "intro": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation_id
        self.fields["activity"].queryset = Activity.objects.filter(organisation=body)
        self.fields["activity"].empty_label = "Toutes les activités"
        periods = Period.objects.filter(activity__organisation=body).select_related("activity")
        self.fields["period"].queryset = periods.order_by("-start", "activity__name")
        self.fields["period"].label_from_instance = lambda one: f"{one.activity}\u202f: {one.name}"
        self.fields["period"].empty_label = "Les foyers inscrits aujourd’hui"
        self.fields["period"].help_text = "Une période : les foyers qui y ont réservé."
        self.fields["site"].queryset = Site.objects.filter(organisation=body)
        self.fields["site"].empty_label = "Tous les sites"
        self.fields["anonymous"].help_text = (
            "Anonymes, elles se lisent après la clôture, quand il y en a cinq au moins. Les familles le savent avant "
            "de répondre ; ce choix ne change plus après l’envoi."
        )

    def clean_closes_on(self):
        last = self.cleaned_data["closes_on"]
        if last <= timezone.localdate():
            raise forms.ValidationError("Choisissez un jour après aujourd’hui.")
        return last

    def clean(self):
        cleaned = super().clean()
        activity, period = cleaned.get("activity"), cleaned.get("period")
        if period and not activity:
            cleaned["activity"] = self.instance.activity = period.activity
        elif period and period.activity_id != activity.pk:
            self.add_error("period", f"Cette période est celle de l’activité « {period.activity} ».")
        return cleaned


class QuestionForm(forms.ModelForm):
    own_data = False
    choices = forms.CharField(
        label="Réponses possibles",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"Une par ligne, de deux à {MOST_OPTIONS}, pour une question au choix.",
    )

    class Meta:
        model = SurveyQuestion
        fields = ["text", "kind", "choices", "low", "high", "required"]

    field_order = ["text", "kind", "choices", "low", "high", "required"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["choices"].initial = "\n".join(self.instance.options)
        self.fields["low"].help_text = self.fields["high"].help_text = "Pour un nombre. Vide : sans limite."

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        lines = (line.strip() for line in cleaned.get("choices", "").splitlines())
        options = list(dict.fromkeys(line for line in lines if line))
        if kind in (Kind.CHOICE, Kind.CHOICES):
            if not 2 <= len(options) <= MOST_OPTIONS:
                self.add_error("choices", f"De deux à {MOST_OPTIONS} réponses, une par ligne.")
            if any(len(option) > 120 for option in options):
                self.add_error("choices", "Cent vingt signes au plus par réponse.")
        self.instance.options = options if kind in (Kind.CHOICE, Kind.CHOICES) else []
        low, high = cleaned.get("low"), cleaned.get("high")
        if kind != Kind.NUMBER:
            cleaned["low"] = cleaned["high"] = None
        elif low is not None and high is not None and high < low:
            self.add_error("high", "Le plus haut est au moins le plus bas.")
        return cleaned


class AnswerForm(forms.Form):
    """The questions of a questionnaire; `values` gives the answers as the action wants them."""

    own_data = False

    def __init__(self, *args, questions: list[SurveyQuestion], **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = _field(question)

    @property
    def values(self) -> dict[str, object]:
        """{number of the question: answer}, without those that were left out."""
        found = {}
        for question in self.questions:
            value = self.cleaned_data.get(f"q{question.pk}")
            if value not in (None, "", []):
                found[str(question.pk)] = value
        return found


def bounds(question: SurveyQuestion) -> str:
    """« De 1 à 5. », or nothing when any number will do."""
    low, high = question.low, question.high
    if low is not None and high is not None:
        return f"De {low} à {high}."
    if low is not None:
        return f"{low} au moins."
    return f"{high} au plus." if high is not None else ""


def _field(question: SurveyQuestion) -> forms.Field:
    """What a question is answered with, on a telephone first."""
    common = {"label": question.text, "required": question.required}
    if question.kind == Kind.NUMBER:
        return forms.IntegerField(min_value=question.low, max_value=question.high, help_text=bounds(question), **common)
    if question.kind == Kind.TEXT:
        help_text = "Ne nommez personne : ce texte est lu par le service."
        return forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text, **common)
    options = list(enumerate(question.options))
    if question.kind == Kind.CHOICES:
        return forms.TypedMultipleChoiceField(
            choices=options, coerce=int, widget=forms.CheckboxSelectMultiple, **common
        )
    return forms.TypedChoiceField(choices=options, coerce=int, empty_value=None, widget=forms.RadioSelect, **common)


class HomesFilter(forms.Form):
    """Which of the homes that were asked."""

    q = forms.CharField(label="Nom du foyer", required=False, max_length=80, widget=forms.SearchInput)
    reponse = forms.ChoiceField(
        label="Réponse", required=False, choices=[("", "Tous"), ("non", "N’ont pas répondu"), ("oui", "Ont répondu")]
    )

    def filter(self, rows):
        """Those that were asked for."""
        data = self.cleaned_data if self.is_valid() else {}
        if wanted := data.get("reponse"):
            rows = rows.filter(answered=wanted == "oui")
        for word in data.get("q", "").split():
            rows = rows.filter(Q(household__name__unaccent__icontains=word))
        return rows.order_by(F("household__name"), "pk")


class CloseForm(forms.Form):
    """Another last day, while it is open."""

    closes_on = forms.DateField(label="Dernier jour pour répondre", widget=DateInput)
