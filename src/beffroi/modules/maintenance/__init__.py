"""Maintenance (GMAO): a thing is owned, looked after, repaired, and each hour and part spent on it is known.

A dispatcher opens an order (by hand, from a report, a plan, a meter, an inspection) and gives it to a team for a day;
an agent does it with a phone, often without network, and closes it; the report's author is then told.
Words: order = ordre de travail, plan = maintenance préventive, round = tournée de contrôle, part = pièce du stock.
"""
