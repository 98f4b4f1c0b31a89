"""What is written on the sheet of the day, maybe without network."""

from django import forms
from django.utils import timezone

from beffroi.modules.childcare.models import Child, Group, Site, Tick, Unit


class TickForm(forms.Form):
    """One gesture: arrival, departure (and with whom), absence, or a tick taken back."""

    kind = forms.ChoiceField(choices=Tick.Kind)
    client_uuid = forms.UUIDField(required=False)
    with_name = forms.CharField(max_length=120, required=False)
    signature = forms.ImageField(required=False)
    quantity = forms.IntegerField(required=False, min_value=1, max_value=99)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["with"] = forms.CharField(max_length=20, required=False)


class UnexpectedForm(forms.Form):
    """A child who came without booking: one of those registered on the site."""

    child = forms.ModelChoiceField(label="Enfant", queryset=Child.objects.none(), empty_label="Choisir…")
    unit = forms.ModelChoiceField(label="Formule", queryset=Unit.objects.none(), empty_label=None)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, site: Site, **kwargs):
        super().__init__(*args, **kwargs)
        self.site = site
        registered = Child.objects.kept().filter(enrolments__site=site, enrolments__end=None).distinct()
        self.fields["child"].queryset = registered.order_by("last_name", "first_name")
        units = Unit.objects.filter(is_active=True, activity__groups__site=site).select_related("activity")
        self.fields["unit"].queryset = units.distinct().order_by("activity__name", "order")
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.activity} : {unit.name}"

    def clean(self):
        cleaned = super().clean()
        child, unit = cleaned.get("child"), cleaned.get("unit")
        if child and unit:
            groups = Group.objects.filter(activity=unit.activity, site=self.site, is_active=True).order_by("age_min")
            age = child.age(timezone.localdate())
            fits = [group for group in groups if group.age_min <= age <= group.age_max] or list(groups)
            cleaned["group"] = fits[0]
        return cleaned
