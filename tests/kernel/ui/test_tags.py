"""The components write what people and assistive technologies need."""

import warnings
from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from beffroi.kernel.ui import charts
from beffroi.kernel.ui.widgets import DateInput


class ContactForm(forms.Form):
    email = forms.EmailField(label="Adresse électronique", help_text="Jamais publiée.")
    message = forms.CharField(label="Message", widget=forms.Textarea, max_length=200, required=False)
    nature = forms.ChoiceField(label="Nature", choices=[("a", "Voirie"), ("b", "Eau")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="J’accepte")
    day = forms.DateField(label="Jour", widget=DateInput, required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    photo = forms.FileField(label="Photo", required=False)
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput, required=False)


def render(source, path="/x/", **context):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return engines["django"].from_string(source).render(context, request)


def test_field_links_label_hint_and_control():
    html = render("{% field form.email %}", form=ContactForm())
    assert '<label class="field-label" for="id_email">Adresse électronique' in html
    assert 'aria-describedby="id_email_hint"' in html
    assert 'id="id_email_hint">Jamais publiée.' in html
    assert 'autocomplete="email"' in html
    assert "(obligatoire)" in html


def test_field_with_an_error_says_it_and_keeps_what_was_typed():
    html = render("{% field form.email %}", form=ContactForm({"email": "marie@"}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_error id_email_hint"' in html
    assert 'value="marie@"' in html
    assert html.index('id="id_email_error"') < html.index("<input")


def test_field_of_someone_else_is_not_filled_by_the_browser():
    form = ContactForm()
    form.own_data = False
    assert "autocomplete" not in render("{% field form.email %}", form=form)
    assert 'autocomplete="off"' in render('{% field form.email autocomplete="off" %}', form=ContactForm())


def test_field_of_choices_is_a_group_with_a_legend():
    html = render('{% field form.nature layout="cards" %}', form=ContactForm({}))
    assert html.strip().startswith('<fieldset aria-describedby="id_nature_error"')
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert "choices-cards" in html


def test_field_behaviours_come_with_the_kind_of_field():
    form = ContactForm()
    assert "data-count" in render("{% field form.message %}", form=form)
    assert "data-upload" in render("{% field form.photo %}", form=form)
    assert "data-password" in render("{% field form.secret %}", form=form)
    assert 'type="date"' in render("{% field form.day %}", form=form)
    assert "(facultatif)" in render("{% field form.day %}", form=form)


def test_date_field_keeps_its_value_in_the_form_of_the_browser():
    form = ContactForm(initial={"day": timezone.datetime(2026, 3, 1).date()})
    assert 'value="2026-03-01"' in render("{% field form.day %}", form=form)


def test_checkbox_label_surrounds_its_box():
    html = render("{% field form.agree %}", form=ContactForm())
    assert html.index('<label class="choice">') < html.index("<input") < html.index("J’accepte")


def test_form_written_by_django_uses_the_same_fields():
    html = render("{{ form }}", form=ContactForm({}))
    assert 'class="field has-error" id="id_email_field"' in html
    assert html.count('name="token"') == 1
    assert "data-error-summary" in html


def test_error_summary_leads_to_each_field():
    form = ContactForm({"email": "x", "nature": "a", "agree": "on"})
    html = render("{% error_summary form %}", form=form)
    assert '<a href="#id_email">Adresse électronique</a>' in html
    assert "Une information est à corriger" in html
    assert 'tabindex="-1"' in html
    assert render("{% error_summary form %}", form=ContactForm()).strip() == ""


def test_error_summary_reaches_the_group_of_a_choice():
    html = render("{% error_summary form %}{% field form.nature %}", form=ContactForm({}))
    target = html.split('<a href="#')[2].split('"')[0]
    assert f'id="{target}"' in html or f'id="{target}_0"' in html


def test_state_of_an_unknown_tone_is_refused():
    assert 'data-tone="late">En retard' in render('{% state "En retard" "late" %}')
    with pytest.raises(ValueError, match="unknown tone"):
        render('{% state "x" "red" %}')


def test_icon_outside_the_list_warns_and_shows_a_circle():
    assert 'icons.svg#map-pin"' in render('{% icon "map-pin" %}')
    assert 'role="img" aria-label="Privé"' in render('{% icon "lock" label="Privé" %}')
    with pytest.warns(UserWarning, match="no-such-icon"):
        html = render('{% icon "no-such-icon" %}')
    assert "#circle" in html


def test_components_escape_what_they_are_given():
    evil = '"><script>alert(1)</script>'
    source = (
        '{% state e "late" %}{% icon "lock" label=e %}{% card title=e id=e %}{% endcard %}{% metric e e %}'
        "{% gauge e 1 %}{% empty e e e e %}{% dialog e e %}{% enddialog %}{% dialog_button e e %}{% steps l 1 %}"
        "{% callout e %}{% endcallout %}{% copy_button e e %}{% bar_chart rows e e %}{% line_chart rows e e %}"
        "{% timeline items %}{% tabs tabs e %}{% th e e %}{% check_row e e %}{% map e e %}"
        "{% table caption=e %}{% endtable %}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html = render(
            source,
            path='/x/?q="><script>',
            e=evil,
            l=[evil],
            rows=[(evil, 3)],
            items=[{"at": timezone.now(), "title": evil, "text": evil, "author": evil}],
            tabs=[(evil, evil, evil)],
        )
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/x/", "Tout"),
        ("/x/?vue=manque", "Manque"),
        ("/x/?vue=manque&page=2&q=lampe", "Manque"),
        ("/x/?page=2", "Tout"),
        ("/x/?vue=autre", "Tout"),
        ("/y/?vue=manque", "Manque"),
    ],
)
@pytest.mark.parametrize("relative", [False, True])
def test_one_tab_is_the_page_whatever_is_searched_or_turned(path, shown, relative):
    root = "" if relative else path.partition("?")[0]
    html = render('{% tabs tabs "Vues" %}', path=path, tabs=[("Tout", root or "?"), ("Manque", f"{root}?vue=manque")])
    assert html.count('aria-current="page"') == 1
    assert f'aria-current="page">{shown}' in html


def test_steps_say_where_one_is_and_what_comes_next():
    html = render("{% steps labels 2 %}", labels=["Le lieu", "Le problème", "Vous"])
    assert "Étape 2 sur 3" in html
    assert 'aria-current="step"' in html
    assert "Ensuite\u202f: Vous." in html
    assert "Ensuite" not in render("{% steps labels 3 %}", labels=["a", "b", "c"])


def test_dialog_button_leads_to_a_page_without_javascript():
    assert '<a class="btn btn-plain" href="/clore/" data-dialog-open="d">' in render(
        '{% dialog_button "d" "Clore" url="/clore/" %}'
    )
    assert "needs-js" in render('{% dialog_button "d" "Clore" %}')


def test_th_sorts_one_way_then_the_other_and_keeps_the_filters():
    html = render('{% th "Échéance" "due" %}', path="/x/?commune=a&page=3")
    assert 'aria-sort="none"' in html
    assert 'href="?commune=a&amp;tri=due"' in html
    html = render('{% th "Échéance" "due" %}', path="/x/?tri=due")
    assert 'aria-sort="ascending"' in html
    assert 'href="?tri=-due"' in html


def test_pagination_keeps_the_filters_and_counts():
    page = Paginator(range(45), 10).page(2)
    html = render('{% pagination page "demande" %}', path="/x/?q=eau&page=2", page=page)
    assert "De 11 à 20 sur 45\u00a0demandes" in html
    assert 'href="?q=eau&amp;page=3" rel="next"' in html
    assert html.count('aria-current="page"') == 1
    single = render('{% pagination page "demande" %}', page=Paginator([1], 10).page(1))
    assert "1\u00a0demande" in single
    assert "<ol>" not in single


def test_filter_bar_offers_to_clear_only_what_is_set():
    class Filters(forms.Form):
        q = forms.CharField(label="Mots", required=False)

    assert "Effacer" not in render("{% filter_bar form %}", form=Filters())
    html = render("{% filter_bar form %}", path="/x/?q=eau&tri=-due", form=Filters({"q": "eau"}))
    assert "Effacer le filtre" in html
    assert 'name="tri" value="-due"' in html
    assert "obligatoire" not in html


def test_bulk_bar_sends_the_ticked_lines_with_a_token():
    html = render('{% check_row 7 "SIG-7" %}{% bulk_bar "/lot/" %}<button>Clore</button>{% endbulk_bar %}')
    assert 'form="bulk" name="choix" value="7"' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert html.index('action="/lot/"') < html.index("<button>Clore")


def test_timeline_marks_what_only_agents_read():
    items = [{"at": timezone.now(), "title": "Note", "text": "interne", "private": True}]
    html = render("{% timeline items %}", items=items)
    assert "Interne" in html
    assert "is-private" in html


def test_charts_come_with_their_figures():
    html = render('{% bar_chart rows "Par commune" "demandes" %}', rows=[("Doullens", 1200), ("Naours", None)])
    assert "1\u202f200</td>" in html
    assert html.count("non connu") == 2
    assert "style=" not in html


def test_bar_chart_writes_money_with_its_cents():
    html = render('{% bar_chart rows "Coût" "€" %}', rows=[("Doullens", 1892.1)])
    assert html.count("1\u202f892,10\u202f€") == 2


def test_line_chart_leaves_a_hole_where_nothing_is_known():
    rows = [charts.Row("a", 1), charts.Row("b", None), charts.Row("c", 2)]
    svg = charts.line(rows, target=3)
    assert svg.split('class="chart-line" d="')[1].split('"')[0].count("M") == 2
    assert "chart-target" in svg
    assert svg.count("<circle") == 2


@pytest.mark.parametrize("top", ["0", "0.3", "7", "250", "1892.10"])
def test_line_chart_draws_amounts_whatever_their_graduations(top):
    svg = charts.line([charts.Row("a", Decimal(top)), charts.Row("b", Decimal(0))], target=Decimal(1))
    assert svg.count("<circle") == 2


@pytest.mark.parametrize("top", [0, 0.3, 1, 7, 99, 100, 12345])
def test_ticks_reach_the_top_in_few_round_steps(top):
    marks = charts.ticks(top)
    assert marks[0] == 0
    assert marks[-1] >= top
    assert len(marks) <= 6


def test_here_marks_the_page_and_what_is_above_it():
    assert 'aria-current="page"' in render('{% here "/x/" %}')
    assert 'aria-current="true"' in render('{% here "/x/" %}', path="/x/12/")
    assert render('{% here "/" %}') == ""


def test_map_names_its_background_and_its_list(settings):
    settings.MAP_TILES_URL = "https://tiles.invalid/{z}/{x}/{y}.png"
    html = render('{% map "/carte/couches/a.geojson" "Carte" bbox=True %}')
    assert 'data-tiles="https://tiles.invalid/' in html
    assert "data-bbox" in html
    assert "la liste dit la même chose" in html
