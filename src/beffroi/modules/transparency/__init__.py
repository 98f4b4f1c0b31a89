"""Open accounts: the budgets of the local authorities, the grants that they give, the list of their open datasets.

An agent of a body gives the file of a budget as the accounting software makes it (DocumentBudgetaire, the XML of the
State's TotEM, or a table in the columns of the common base of local data), reads what was understood, publishes it.
Grants are typed or imported; those that the law wants online are told with their last day.
Sources: CGCT L2313-1 and L5211-36 (budgets online), loi 2000-321 art. 10 and décret 2017-779 (grants), décret 2001-495
(23,000 euros a year), SCDL budget 0.8.3, subventions 2.1.1, catalogue 0.1.3.
"""
