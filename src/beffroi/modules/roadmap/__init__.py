"""The digital roadmap and the territory's project: axes, actions, steps, budgets, indicators, yearly revisions.

Steered by the pilots and the elected referents; public in plain words.
"""
