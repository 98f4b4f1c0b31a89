"""A clerk drops files on a folder, the network fails in the middle, and everything is filed; then it is found."""

from playwright.sync_api import expect

from beffroi.shared.documents.models import Folder

LINE = "Compte rendu du chantier vicinal de la rue du Bourg.\n"


def _courriers() -> str:
    return Folder.objects.get(name="Courriers", space__organisation__is_operator=True).get_absolute_url()


def test_files_arrive_in_spite_of_a_cut(open_without_network, installation, tmp_path):
    from tests.journeys.conftest import sign_in

    large, small = tmp_path / "grand.txt", tmp_path / "petit.txt"
    large.write_text(LINE * 90_000)
    small.write_text(LINE)
    page = open_without_network().new_page()
    sign_in(page, "accueil@example.invalid")
    page.goto(_courriers())
    seen = {"parts": 0}

    def cut(route):
        if "x-offset" in route.request.headers:
            seen["parts"] += 1
            if seen["parts"] == 2:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route("**/bureau/documents/envois/**", cut)
    page.set_input_files("[data-send-input]", [str(large), str(small)])
    expect(page.locator("[data-send-list]")).to_contain_text("Réseau coupé")
    expect(page.locator("[data-send-status]")).to_contain_text("2 fichiers ajoutés", timeout=30_000)
    page.get_by_role("link", name="petit.txt").first.click()
    expect(page.locator("h1")).to_have_text("petit.txt")
    page.get_by_role("button", name="Mettre à la corbeille").click()
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name="Mettre à la corbeille").click()
    page.goto("/bureau/documents/corbeille/")
    page.get_by_role("button", name="Reprendre petit.txt").click()
    expect(page.locator("main")).to_contain_text("revenu à sa place")


def test_bill_is_found_with_its_dates(enter):
    page = enter("accueil@example.invalid")
    page.goto("/bureau/documents/")
    page.locator("main").get_by_role("searchbox").fill("factures portes école")
    page.locator("main").get_by_role("button", name="Rechercher").click()
    expect(page.locator("mark").first).to_be_visible()
    page.locator("main .line-title a").first.click()
    expect(page.locator("main")).to_contain_text("Durée d’utilité (DUA)")
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
