from django.urls import path

from beffroi.modules.transparency.views import budgets, catalogue, grants, public

app_name = "transparency"
MONEY, GIVEN = "bureau/budgets/", "bureau/subventions/"

urlpatterns = [
    path("budgets/", public.budgets, name="public_budgets"),
    path("budgets/<int:pk>/", public.budget, name="public_budget"),
    path("subventions/", public.grants, name="public_grants"),
    path(MONEY, budgets.index, name="budgets"),
    path(f"{MONEY}nouveau/", budgets.give, name="give_budget"),
    path(f"{MONEY}plans/", budgets.charts, name="charts"),
    path(f"{MONEY}<int:pk>/", budgets.show, name="budget"),
    path(f"{MONEY}<int:pk>/<slug:verb>/", budgets.step, name="budget_step"),
    path(GIVEN, grants.index, name="grants"),
    path("bureau/subventions.<slug:kind>", grants.list_file, name="grants_file"),
    path(f"{GIVEN}nouvelle/", grants.new, name="new_grant"),
    path(f"{GIVEN}importer/", grants.give, name="give_grants"),
    path(f"{GIVEN}publier/", grants.publish_many, name="publish_grants"),
    path(f"{GIVEN}<int:pk>/", grants.show, name="grant"),
    path(f"{GIVEN}<int:pk>/modifier/", grants.edit, name="edit_grant"),
    path(f"{GIVEN}<int:pk>/supprimer/", grants.remove, name="remove_grant"),
    path(f"{GIVEN}<int:pk>/<slug:verb>/", grants.step, name="grant_step"),
    path("bureau/donnees/", catalogue.index, name="catalogue"),
    path("bureau/donnees/<slug:code>/", catalogue.sheet, name="sheet"),
]
