"""Boxes, places, loans."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.archives.models import Box, Loan, Shelf
from beffroi.shared.documents.models import Series
from beffroi.shared.organisations.models import Membership


class BoxForm(forms.ModelForm):
    class Meta:
        model = Box
        fields = ["title", "series", "shelf", "first_on", "last_on", "closed_on", "metres", "contents"]
        widgets = {
            "first_on": DateInput,
            "last_on": DateInput,
            "closed_on": DateInput,
            "contents": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation
        self.fields["series"].queryset = Series.objects.filter(activity__organisation=body, is_active=True)
        self.fields["shelf"].queryset = Shelf.objects.filter(organisation=body)
        self.fields["series"].help_text = "Elle donne la durée d’utilité, le sort final et la communicabilité."
        self.fields["closed_on"].help_text = "La durée d’utilité part de cette date."
        self.fields["metres"].help_text = "Sa longueur sur la tablette : 0,10 m pour une boîte ordinaire."


class ShelfForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = ["building", "room", "shelf", "metres"]


class LoanForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Loan
        fields = ["borrower", "account", "reason", "lent_on", "due_on"]
        widgets = {"lent_on": DateInput, "due_on": DateInput}

    def __init__(self, *args, box: Box, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.box = box
        held = Membership.objects.active().filter(organisation=box.organisation_id)
        agents = User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("last_name", "first_name")
        self.fields["account"].queryset = agents
        self.fields["account"].empty_label = "Aucun compte"
        self.fields["due_on"].initial = lambda: timezone.localdate() + datetime.timedelta(days=30)


class HoldForm(forms.Form):
    reason = forms.CharField(label="Motif du gel", max_length=300)


class ReturnForm(forms.Form):
    returned_on = forms.DateField(label="Rendue le", widget=DateInput, initial=timezone.localdate)
