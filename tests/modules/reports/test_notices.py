import pytest
from django.template.loader import render_to_string

from beffroi.kernel import journal
from beffroi.kernel.modules import collect
from beffroi.modules.reports import actions
from beffroi.shared.cases import actions as cases

pytestmark = pytest.mark.django_db


def told(report) -> dict[str, list[tuple[str, str, str]]]:
    """Who is told of each step of a report, with the subject and text: {word: [(e-mail, subject, text)]}."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for entry in journal.lines_about(report):
        for notice in collect("notices"):
            if notice.verb != entry.verb:
                continue
            for recipient in notice.recipients(entry):
                context = {"entry": entry, "target": entry.target, "recipient": recipient, "link": recipient.link}
                texts = [render_to_string(f"{notice.template}{end}", context) for end in (".subject.txt", ".txt")]
                who = recipient.email or recipient.user.email
                found.setdefault(entry.verb.rpartition(".")[2], []).append((who, *texts))
    return found


def test_author_and_followers_are_told_at_each_step(make_report, agent):
    report = make_report(contact_email="jeanne@example.invalid")
    cases.follow_case(report, email="voisin@example.invalid", confirmed=True)
    cases.move_case(report, "acknowledge", actor=agent)
    cases.move_case(report, "schedule", actor=agent, reason="Lundi matin.")
    actions.resolve_report(report, actor=agent, reason="Trou rebouché.")
    found = told(report)
    for word in ("acknowledge", "schedule", "resolve"):
        assert {who for who, _s, _t in found[word]} == {"jeanne@example.invalid", "voisin@example.invalid"}, word
    assert "Trou rebouché." in found["resolve"][0][2]
    assert all("jeanne" not in subject for lines in found.values() for _w, subject, _t in lines)
    assert report.reference in found["create"][0][1]


def test_external_body_is_told_by_a_link_that_opens(client, make_report, agent, county, pothole, rule):
    rule(pothole, county)
    report = make_report(contact_email="jeanne@example.invalid")
    lines = [line for line in told(report)["create"] if line[0] == "routes@example.invalid"]
    assert len(lines) == 1
    link = next(line for line in lines[0][2].splitlines() if line.startswith("/signalements/relais/"))
    assert client.get(link).status_code == 200
    assert "jeanne" not in lines[0][2]


def test_refusal_tells_its_reason_to_the_author(make_report, agent):
    report = make_report(contact_email="jeanne@example.invalid")
    actions.refuse_report(report, actor=agent, refusal="private", explanation="Voyez le propriétaire.")
    text = told(report)["refuse"][0][2]
    assert "propriété privée" in text
    assert "Voyez le propriétaire." in text


def test_followers_of_a_merged_report_are_told_too(make_report, agent, resident):
    kept, merged = make_report(), make_report(contact_email="jeanne@example.invalid")
    cases.follow_case(merged, email="voisin@example.invalid", confirmed=True)
    cases.follow_case(merged, user=resident)
    cases.follow_case(merged, email="pas-confirme@example.invalid")
    cases.follow_case(kept, email="voisin@example.invalid", confirmed=True)
    cases.follow_case(kept, email="ailleurs@example.invalid", confirmed=True)
    cases.merge_case(merged, kept, actor=agent)
    lines = told(merged)["merge"]
    assert sorted(who for who, _s, _t in lines) == [
        "jeanne.lefebvre@example.invalid",
        "jeanne@example.invalid",
        "voisin@example.invalid",
    ]
    assert all(kept.reference in text for _w, _s, text in lines)


def test_author_and_followers_are_told_when_it_was_not_ours(make_report, agent, county, operator):
    report = make_report(contact_email="jeanne@example.invalid")
    cases.follow_case(report, email="voisin@example.invalid", confirmed=True)
    actions.hand_over(report, actor=agent, organisation=county, reason="La D 925 est au Département.")
    lines = [line for line in told(report)["transfer"] if "routes@" not in line[0]]
    assert {who for who, _s, _t in lines} >= {"jeanne@example.invalid", "voisin@example.invalid"}
    text = next(text for who, _s, text in lines if who == "jeanne@example.invalid")
    assert "Département d’Essai" in text
    assert "La D 925 est au Département." in text


def test_author_of_a_merged_report_is_told_which_one_is_kept(make_report, agent):
    kept, merged = make_report(), make_report(contact_email="jeanne@example.invalid")
    cases.merge_case(merged, kept, actor=agent)
    assert kept.reference in told(merged)["merge"][0][2]
