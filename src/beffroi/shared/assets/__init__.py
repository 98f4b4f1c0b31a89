"""Things that are owned, placed and maintained: a school and its boiler, a street light network and its poles.

*Kind* says what an asset is and which typed fields it has; assets form a tree (site → building → equipment; network →
segment → pole). An asset without a place takes that of its whole. A QR label leads from the thing to its public page,
where anyone says what is wrong. An *import* brings a file in: its columns are told, its lines tried, then kept.
"""
