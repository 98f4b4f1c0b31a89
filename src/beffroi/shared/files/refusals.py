"""How a file is refused: always with the reason, and the way out where there is one."""


class Refused(Exception):
    """A file that cannot be kept. `str()` is the reason, in French, without capital nor full stop."""


def sentence(name: str, refusal: Refused) -> str:
    """The whole sentence to show beside the field."""
    return f"« {name} » : {refusal}."
