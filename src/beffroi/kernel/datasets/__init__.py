"""Open data: every dataset of the manifests, in the formats that people and programs ask for, with its description.

The rows are read once into a snapshot (`snapshots`); every file is made from it (`files`), so they all say the same;
`dcat` describes the whole catalogue for other portals (DCAT-AP 3).
"""
