import re

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from beffroi.shared.files import actions, tokens
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    title = forms.CharField()
    photos = UploadsField(label="Photos", kind="photo", most=2, required=False)


class Data(MultiValueDict):
    pass


def _form(photos=(), kept=(), title="Lampadaire éteint"):
    return Form(Data({"title": [title], "photos_kept": list(kept)}), Data({"photos": list(photos)}))


def _photo(name="a.jpg", **options):
    return samples.upload(samples.jpeg(**options), name, "image/jpeg")


def test_field_gives_the_files_that_wait(store):
    form = _form([_photo("a.jpg"), _photo("b.jpg", position=samples.DOULLENS)])
    assert form.is_valid()
    files = form.cleaned_data["photos"]
    assert [file.name for file in files] == ["a.jpg", "b.jpg"]
    assert files[1].position == pytest.approx(samples.DOULLENS, abs=1e-5)
    assert list(StoredFile.objects.order_by("created_at")) == files


def test_field_keeps_what_was_received_when_another_field_is_wrong(store):
    first = _form([_photo(position=samples.DOULLENS)], title="")
    assert not first.is_valid()
    page = str(first["photos"])
    assert "a.jpg" in page
    token = re.search(r'name="photos_kept" value="([^"]+)" checked', page)[1]
    second = _form(kept=[token])
    assert second.is_valid()
    assert [file.name for file in second.cleaned_data["photos"]] == ["a.jpg"]
    assert second.cleaned_data["photos"][0].position == pytest.approx(samples.DOULLENS, abs=1e-5)
    assert StoredFile.objects.count() == 1


def test_field_keeps_the_good_ones_and_says_what_is_wrong_with_the_others(store):
    form = _form([_photo("bon.jpg"), samples.upload(b"<svg/>", "dessin.svg"), _photo("autre.jpg", size=(50, 50))])
    assert not form.is_valid()
    assert "dessin.svg" in form.errors["photos"][0]
    assert "SVG" in form.errors["photos"][0]
    assert [file.name for file in form.fields["photos"].widget.kept] == ["bon.jpg", "autre.jpg"]


def test_field_refuses_more_than_the_most(store):
    form = _form([_photo(f"{n}.jpg", size=(50 + n, 50)) for n in range(3)])
    assert form.errors["photos"] == ["«\u202f2.jpg\u202f» n’a pas été gardé\u202f: 2 fichiers au plus."]


def test_field_leaves_out_an_unticked_file(store):
    form = _form([_photo("a.jpg")], title="")
    form.is_valid()
    assert _form(kept=[]).is_valid()
    assert _form(kept=[]).errors == {}


def test_field_required_without_file_is_refused(store):
    class Strict(forms.Form):
        proof = UploadsField(label="Justificatif")

    assert Strict({}, {}).errors["proof"] == ["Ajoutez au moins un fichier."]


@pytest.mark.parametrize("token", ["", "n’importe quoi", "WyJhIl0:1abc:zzz"])
def test_field_forged_token_is_refused(store, token):
    form = _form(kept=[token])
    assert "choisissez-le de nouveau" in form.errors["photos"][0]


def test_field_token_of_an_attached_file_is_refused(store):
    target = Organisation.objects.create(kind="other", name="Foyer rural", slug="foyer-rural")
    file = actions.store_upload(_photo(), actor=None)
    token = tokens.give(file)
    actions.attach([file], target)
    assert "choisissez-le de nouveau" in _form(kept=[token]).errors["photos"][0]


def test_field_help_tells_the_limits():
    assert Form().fields["photos"].help_text == "2 photos au plus, 20 Mo chacune."
    assert Form().fields["photos"].widget.needs_multipart_form
