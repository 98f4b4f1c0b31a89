"""A rule of filing."""

from django import forms

from beffroi.shared.documents import expressions
from beffroi.shared.documents.models import DocumentType, FilingRule, Folder


class RuleForm(forms.ModelForm):
    """The folders and the types are those of the body of the rule."""

    own_data = False

    class Meta:
        model = FilingRule
        fields = ("name", "position", "words", "pattern", "senders", "folder", "kind", "tags", "is_active")
        help_texts = {
            "position": "La première règle qui convient l’emporte : les plus petits rangs d’abord.",
            "words": "Séparés par des virgules, un seul suffit. « # » : un chiffre ; « * » : la fin d’un mot.",
            "pattern": r"Pour qui les connaît. Sans capitales à deviner ; les accents comptent. « \bFAC-\d{4}\b ».",
            "senders": "Séparés par des virgules. Vide : tout le monde.",
            "tags": "Séparées par des virgules.",
        }

    def clean_pattern(self) -> str:
        pattern = self.cleaned_data["pattern"]
        if pattern:
            try:
                expressions.check(pattern)
            except expressions.Unusable as fault:
                raise forms.ValidationError(str(fault)) from fault
        return pattern

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation_id
        folders = Folder.objects.visible_to(user).filter(space__organisation=body, state="open")
        self.fields["folder"].queryset = folders.select_related("space").order_by("space__name", "name")
        self.fields["folder"].label_from_instance = lambda one: f"{one.space.name} : {one.name}"
        self.fields["folder"].empty_label = "Aucun"
        self.fields["kind"].queryset = DocumentType.objects.filter(organisation=body, is_active=True)
        self.fields["kind"].empty_label = "Aucun"
