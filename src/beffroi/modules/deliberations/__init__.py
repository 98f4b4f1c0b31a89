"""The acts of local authorities and their publication online.

A secretary or an agent registers each deliberation, order (arrêté) or decision of a body, numbers it, notes the receipt
of the representative of the State, and publishes it: an unmodifiable PDF with its date of publication, the name and
quality of its author, its fingerprint. Each commune publishes its own, under its own regime.
Sources: CGCT L2121-25, L2131-1 to L2131-3, R2131-1, L5211-3; CRPA L243-3; CJA R421-1 and R421-5.
"""
