"""The public site: home, pages, news, agenda, alerts, one page for each commune, directory of the mairies.

Editors write in Wagtail (`/cms/`); communes and mairies come from the organisations.
"""
