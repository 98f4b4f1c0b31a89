"""Files on their way in: `tables` and `totem` read them, `charts` reads a chart of accounts, `budgets` and `grants`
judge each line. Nothing here writes: a trial and a real import judge by the same code."""
