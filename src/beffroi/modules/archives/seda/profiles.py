"""Profiles: what a service of archives accepts in a package, said by a schema that it gives (RelaxNG or XSD).

A schema stands alone: one that would fetch another file is refused, and so is one with a DTD.
"""

from lxml import etree

LARGEST = 2 * 1024 * 1024
RNG, XSD = "http://relaxng.org/ns/structure/1.0", "http://www.w3.org/2001/XMLSchema"
ELSEWHERE = {
    f"{{{RNG}}}include", f"{{{RNG}}}externalRef",
    f"{{{XSD}}}include", f"{{{XSD}}}import", f"{{{XSD}}}redefine", f"{{{XSD}}}override",
}  # fmt: skip
TOLD = 3


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
        raise Unusable(f"Ce schéma n’est pas correct : {str(fault)[:200]}") from fault


def faults(schema: bytes, manifest: bytes) -> list[str]:
    """Where a manifest leaves the profile, the first faults only, as the validator says them; nothing when it follows
    it. Raises Unusable."""
    validator = compile_schema(schema)
    if validator.validate(etree.fromstring(manifest)):
        return []
    return [f"ligne {error.line}, {error.message}" for error in list(validator.error_log)[:TOLD]]
