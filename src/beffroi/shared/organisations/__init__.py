"""The territory: EPCI, communes, other bodies, their teams, who holds which role, opening hours, places.

*Organisation* is any body (commune, EPCI, département, syndicat, association, company); *commune* adds its codes,
population and outline; *membership* gives a person a role in an organisation, from a day to a day.
"""
