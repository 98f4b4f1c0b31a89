"""Open311 GeoReport v2: other sites and applications read the public reports, and file some with a key.

The norm: https://wiki.open311.org/GeoReport_v2/ — XML and JSON; JSON answers are bare lists, as it says. What it calls
a service is a category, a service request is a report, known by its reference; only « open » and « closed » are told.
The updates are mySociety's extension.
"""
