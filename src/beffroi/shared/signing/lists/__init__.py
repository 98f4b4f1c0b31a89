"""The European list of trust (eIDAS, article 22): which authorities give qualified certificates, State by State.

The Commission signs a list of the lists (LOTL), which names the list of each State and who signs it; each State's list
(ETSI TS 119 612) names its services, what they may give and since when. `reading` verifies and reads what was
fetched, `judging` says what a certificate is worth by what is kept. Fetching and keeping are in `actions.trusted`.
"""
