"""Profiles: what a service of archives accepts in a package, said by a schema that it gives (RelaxNG or XSD).

A schema stands alone: one that would fetch another file is refused, and so is one with a DTD.
"""

from django.utils.html import format_html
from lxml import etree

from beffroi.kernel import xmlfaults

LARGEST = 2 * 1024 * 1024
RNG, XSD = "http://relaxng.org/ns/structure/1.0", "http://www.w3.org/2001/XMLSchema"
ELSEWHERE = {
    f"{{{RNG}}}include",
    f"{{{RNG}}}externalRef",
    f"{{{XSD}}}include",
    f"{{{XSD}}}import",
    f"{{{XSD}}}redefine",
    f"{{{XSD}}}override",
}


class Unusable(Exception):
    """This schema cannot be followed; the sentence is for the user."""


def compile_schema(content: bytes) -> etree.RelaxNG | etree.XMLSchema:
    """The validator of a schema. Raises Unusable."""
    if len(content) > LARGEST:
        raise Unusable("Ce schéma dépasse 2 Mo.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unusable("Ce fichier n’est pas un XML lisible : il est peut-être coupé.") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unusable("Ce schéma contient une DTD : il est refusé par prudence.")
    name = etree.QName(root)
    if name.namespace not in (RNG, XSD):
        raise Unusable("Ce n’est ni un schéma RelaxNG (.rng), ni un schéma XSD.")
    if any(found.tag in ELSEWHERE for found in root.iter(etree.Element)):
        raise Unusable("Ce schéma en appelle un autre : demandez-le en un seul fichier.")
    try:
        return etree.RelaxNG(root) if name.namespace == RNG else etree.XMLSchema(root)
    except (etree.RelaxNGParseError, etree.XMLSchemaParseError) as fault:
        raise Unusable(_incorrect(fault)) from fault


def _incorrect(fault: etree.LxmlError) -> str:
    """Where a schema breaks the rules of schemas; the validator's own words are English."""
    line, said = next(((one.line, one.message) for one in fault.error_log), (0, str(fault)))
    where = f", ligne {line}" if line else ""
    return format_html(
        'Ce schéma n’est pas correct{}\u202f: <span lang="en">{}</span>', where, " ".join(said.split())[:200]
    )


def faults(schema: bytes, manifest: bytes) -> list[xmlfaults.Fault]:
    """Where a manifest leaves the profile, the first faults only; nothing when it follows it. Raises Unusable."""
    validator, root = compile_schema(schema), etree.fromstring(manifest)
    return [] if validator.validate(root) else xmlfaults.told(validator.error_log, root)
