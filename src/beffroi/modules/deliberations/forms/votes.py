"""What the clerk notes during a meeting: comings and goings, members who stand aside, votes."""

from django import forms
from django.core.paginator import Paginator

from beffroi.modules.deliberations.actions.votes import Vote
from beffroi.modules.deliberations.models import Ballot, Councillor, Item, Recusal, Seat
from beffroi.modules.deliberations.quorum import Quorum


def seated(item: Item):
    """The members convened to the meeting of this point."""
    return Councillor.objects.filter(pk__in=item.meeting.seats.values("councillor"))


class ChangeForm(forms.Form):
    """Someone arrives, leaves, or gives a proxy, before a point."""

    own_data = False
    councillor = forms.ModelChoiceField(label="Membre", queryset=Councillor.objects.none(), empty_label="Choisissez")
    status = forms.ChoiceField(
        label="À partir de ce point",
        choices=[
            (Seat.Status.PRESENT, "Arrive en séance"),
            (Seat.Status.ABSENT, "Quitte la séance"),
            (Seat.Status.PROXY, "Quitte la séance et donne pouvoir"),
        ],
    )
    proxy = forms.ModelChoiceField(
        label="Pouvoir donné à", queryset=Councillor.objects.none(), required=False, empty_label="Personne"
    )

    def __init__(self, *args, item: Item, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["councillor"].queryset = self.fields["proxy"].queryset = seated(item)


class RecusalForm(forms.Form):
    """Someone stands aside for a point."""

    own_data = False
    councillor = forms.ModelChoiceField(label="Membre", queryset=Councillor.objects.none(), empty_label="Choisissez")
    ground = forms.ChoiceField(label="Motif", choices=Recusal.Ground.choices)

    def __init__(self, *args, item: Item, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["councillor"].queryset = seated(item)
        self.fields["ground"].help_text = (
            "Qui se déporte ne vote pas et ne compte pas parmi les présents du point. Le représentant de la "
            "collectivité ne compte pas non plus parmi les membres en exercice (CGCT, articles L1111-6 et L2131-11)."
        )


class VoteForm(forms.Form):
    """The vote of a point: a line for each voice, or the count of the papers when it is secret.

    A large assembly is shown page by page (`page` = which one); what the other pages say goes along, hidden, so that
    the vote is written once and whole.
    """

    own_data = False
    A_PAGE = 40
    voting = forms.ChoiceField(label="Scrutin", choices=Item.Voting.choices, widget=forms.RadioSelect)
    asked_by = forms.IntegerField(
        label="Demandé par",
        min_value=0,
        max_value=999,
        initial=0,
        help_text="Scrutin public : le quart des présents. Secret : le tiers, sauf pour une nomination.",
    )
    nomination = forms.BooleanField(
        label="Nomination ou présentation : secret de droit",
        required=False,
    )
    chair = forms.ModelChoiceField(label="Préside ce point", queryset=Councillor.objects.none(), empty_label=None)
    votes_for = forms.IntegerField(label="Bulletins pour", required=False, min_value=0, max_value=999)
    votes_against = forms.IntegerField(label="Bulletins contre", required=False, min_value=0, max_value=999)
    blank = forms.IntegerField(label="Blancs et nuls", required=False, min_value=0, max_value=999)

    def __init__(self, *args, item: Item, found: Quorum, page: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        members = Councillor.objects.in_bulk(found.voices.keys() | set(found.voices.values()))
        self.voices = sorted(
            found.voices.items(), key=lambda voice: (members[voice[0]].rank, members[voice[0]].last_name)
        )
        self.page = Paginator(self.voices, self.A_PAGE).get_page(page)
        shown = dict(self.page.object_list)
        given = dict(item.ballots.values_list("councillor_id", "choice"))
        for member, holder in self.voices:
            name = str(members[member]) + ("" if holder == member else f" (pouvoir à {members[holder]})")
            self.fields[f"choice_{member}"] = forms.ChoiceField(
                label=name,
                choices=Ballot.Choice.choices,
                initial=given.get(member, Ballot.Choice.FOR),
                widget=forms.Select(attrs={"aria-labelledby": f"v{member}", "id": False})
                if member in shown
                else forms.HiddenInput(attrs={"id": False}),
            )
        present = [member for member, holder in self.voices if member == holder]
        self.fields["chair"].queryset = Councillor.objects.filter(pk__in=present)
        noted = {
            "voting": item.voting or Item.Voting.SHOW,
            "asked_by": item.asked_by,
            "chair": item.chair_id or item.meeting.chair_id,
        }
        if item.voting == Item.Voting.SECRET:
            noted |= {name: getattr(item, name) for name in ("votes_for", "votes_against")}
            noted["blank"] = item.abstentions
        self.initial = noted | self.initial

    def lines(self):
        """(member, the field of their voice), for those of the page."""
        return [(member, self[f"choice_{member}"]) for member, _holder in self.page.object_list]

    def clean(self):
        data = super().clean()
        if data.get("voting") == Item.Voting.SECRET:
            for name in ("votes_for", "votes_against", "blank"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "Donnez ce nombre, zéro compris.")
        return data

    def vote(self) -> Vote:
        data = self.cleaned_data
        secret = data["voting"] == Item.Voting.SECRET
        choices = {} if secret else {member: data[f"choice_{member}"] for member, _holder in self.voices}
        counts = {name: data[name] for name in ("votes_for", "votes_against", "blank")} if secret else {}
        return Vote(
            voting=data["voting"],
            chair=data["chair"],
            choices=choices,
            asked_by=data["asked_by"],
            nomination=data["nomination"],
            **counts,
        )


class DiscussionForm(forms.Form):
    own_data = False
    discussion = forms.CharField(
        label="Teneur des discussions",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Elle figure au procès-verbal, qui est public (CGCT, article L2121-15) : rien d’intime.",
    )
