"""The directory: found while registering, companies by SIRET, duplicates merged and taken apart."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from beffroi.modules.mail import actions
from beffroi.modules.mail.models import Correspondent, Letter, Merge
from beffroi.shared.organisations.models import Organisation

pytestmark = pytest.mark.django_db
SIRET = "20007095100013"


def test_same_name_is_the_same_correspondent(make_letter):
    first, second = make_letter("Jeanne Martin"), make_letter("JEANNE  MÁRTIN")
    assert first.correspondent == second.correspondent


def test_one_chosen_in_the_directory_is_taken_among_homonyms(make_letter, operator, clerk):
    add = lambda city: actions.save_correspondent(  # noqa: E731
        Correspondent(organisation=operator, name="Paul Caron", city=city), actor=clerk
    )
    add("Doullens")
    wanted = add("Beauval")
    assert make_letter(wanted.label).correspondent == wanted
    assert make_letter("Paul Caron").correspondent.pk not in (wanted.pk - 1, wanted.pk), "nobody chooses for the clerk"


def test_company_is_found_by_its_siret_and_linked_to_the_common_directory(make_letter, operator):
    body = Organisation.objects.create(kind="company", name="Essai SA", slug="essai-sa", siret=SIRET)
    first = make_letter("Essai", details_of_sender={"siret": "200 070 951 00013"})
    assert (first.correspondent.siret, first.correspondent.body) == (SIRET, body)
    assert first.correspondent.nature == Correspondent.Nature.COMPANY
    assert make_letter("Essai S.A.", details_of_sender={"siret": SIRET}).correspondent == first.correspondent


def test_wrong_siret_is_refused_beside_its_field(make_letter):
    with pytest.raises(ValidationError) as refusal:
        make_letter("Essai", details_of_sender={"siret": "20007095100014"})
    assert "siret" in refusal.value.message_dict


def test_siret_is_held_once_in_a_body_by_the_database(operator, clerk):
    actions.save_correspondent(Correspondent(organisation=operator, name="Un", siret=SIRET), actor=clerk)
    with pytest.raises(ValidationError, match="déjà ce SIRET"):
        actions.save_correspondent(Correspondent(organisation=operator, name="Deux", siret=SIRET), actor=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correspondent.objects.create(organisation=operator, name="Trois", siret=SIRET)


@pytest.fixture
def three(make_letter):
    return [make_letter(name).correspondent for name in ("Jean Petit", "J. Petit", "Petit Jean")]


def test_merge_gathers_the_letters_and_undoing_gives_each_its_own(three, clerk, make_letter):
    kept, other, _third = three
    merge = actions.merge_correspondents(kept, other, actor=clerk)
    letter = Letter.objects.select_related("correspondent__merged_into").get(correspondent=other)
    assert str(letter.correspondent.shown) == "Jean Petit"
    assert make_letter(other.label).correspondent == kept
    actions.undo_merge(merge, actor=clerk)
    letter = Letter.objects.select_related("correspondent__merged_into").get(correspondent=other)
    assert str(letter.correspondent.shown) == "J. Petit"
    with pytest.raises(ValidationError, match="déjà défaite"):
        actions.undo_merge(merge, actor=clerk)


def test_chain_of_merges_is_undone_in_its_order(three, clerk):
    first, second, third = three
    early = actions.merge_correspondents(second, third, actor=clerk)
    late = actions.merge_correspondents(first, second, actor=clerk)
    third.refresh_from_db()
    assert third.merged_into == first
    with pytest.raises(ValidationError, match="plus récente"):
        actions.undo_merge(early, actor=clerk)
    actions.undo_merge(late, actor=clerk)
    third.refresh_from_db()
    assert third.merged_into == second
    actions.undo_merge(early, actor=clerk)
    assert Correspondent.objects.current().count() == 3


def test_records_of_two_bodies_are_not_merged(three, commune, clerk):
    other = Correspondent.objects.create(organisation=commune, name="Jean Petit")
    with pytest.raises(ValidationError, match="deux organismes"):
        actions.merge_correspondents(three[0], other, actor=clerk)


def test_merge_and_undo_by_the_pages(three, clerk, client):
    kept, other, _third = three
    Correspondent.objects.filter(pk__in=(kept.pk, other.pk)).update(email="jean.petit@example.invalid")
    client.force_login(clerk)
    page = f"/bureau/courrier/correspondants/{other.pk}/"
    assert kept.label in client.get(page).content.decode()
    assert client.post(f"{page}fusionner/", {"other": kept.pk}).status_code == 302
    merge = Merge.objects.get()
    undo = f"/bureau/courrier/correspondants/{kept.pk}/fusions/{merge.pk}/defaire/"
    assert client.post(undo).status_code == 302
    merge.refresh_from_db()
    assert merge.undone_by == clerk


def test_directory_is_closed_to_the_other_bodies(three, secretary, client, agent):
    client.force_login(secretary)
    assert client.get(f"/bureau/courrier/correspondants/{three[0].pk}/").status_code == 404
    found = client.get("/bureau/courrier/correspondants/suggestions/?q=petit").json()
    assert found == {"suggestions": []}
    client.force_login(agent)
    found = client.get("/bureau/courrier/correspondants/suggestions/?q=petit").json()["suggestions"]
    assert {one["label"] for one in found} == {one.label for one in three}


@pytest.mark.django_db(transaction=True)
def test_crossed_merges_at_once_make_one(make_letter, clerk):
    one, two = make_letter("Un").correspondent, make_letter("Deux").correspondent
    start, results = threading.Barrier(2), []

    def merge(kept, other):
        start.wait(10)
        try:
            actions.merge_correspondents(kept, other, actor=clerk)
            results.append("done")
        except ValidationError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["done", "refused"]
    assert Correspondent.objects.current().count() == 1
