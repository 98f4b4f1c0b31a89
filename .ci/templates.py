"""Lays our HTML templates out: lines of 120 columns at most, indented by what they hold, without changing the page.

    python .ci/templates.py            rewrites those that are not laid out
    python .ci/templates.py --check    names them, and changes nothing

The end of a line is nothing beside a tag and one space between two words (beffroi.kernel.ui.blanks), so a line is cut
only where that rule gives back the same text.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.kernel.ui.blanks import compact, pieces

ROOT = Path(__file__).parents[1] / "src" / "beffroi"
WIDTH, STEP = 120, 2


def words(text: str) -> set[str]:
    """As a set."""
    return set(text.split())


VOID = words("area base br col embed hr img input link meta source track wbr use path line circle rect")
BLOCK = words(
    "address article aside base blockquote body caption col colgroup datalist dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup"
    " option p pre script section style summary table tbody td template tfoot th thead title tr ul"
)
MIDDLE = {"else", "elif", "empty"}
# Tags of ours, or of Django, that write blocks, or nothing: a blank beside them is never seen.
BLOCK_TAGS = words(
    "extends load csrf_token field fields error_summary th include_block filter_bar pagination tabs timeline metric"
    " empty steps map map_picker bar_chart line_chart check_all check_row desk_rows side_menu show_block card callout"
    " table dialog bulk_bar block chart"
)
ALONE = {"extends", "load", "include", "url_if", "regroup"}
NAME = re.compile(r"</?\s*([\w-]+)")
WORD = re.compile(r"\{%-?\s*(\w+)")


@dataclass
class Node:
    """A piece, or a pair of tags with what stands between them; `parts` = [(tag that opens the part, children)]."""

    kind: str  # text, value, leaf, raw, element, control
    text: str = ""
    name: str = ""
    parts: list = field(default_factory=list)
    close: str = ""

    @property
    def children(self) -> list:
        return self.parts[-1][1]

    def flat(self) -> str:
        """In one line."""
        if not self.parts:
            return self.text
        return "".join(opening + "".join(child.flat() for child in held) for opening, held in self.parts) + self.close

    def is_block(self) -> bool:
        """Does it write blocks: blanks beside it are never seen?"""
        if self.kind == "element":
            return self.name in BLOCK
        if self.kind == "control":
            return self.name in BLOCK_TAGS and (self.name != "block" or self.holds_blocks())
        if self.kind == "leaf":
            return self.name in BLOCK_TAGS or (self.text.startswith("<") and self.name in BLOCK)
        return self.kind == "raw" and not self.text.startswith("<!--")

    def holds_blocks(self) -> bool:
        return any(
            child.is_block() or (child.kind == "control" and child.holds_blocks())
            for _opening, held in self.parts
            for child in held
        )

    def stands_apart(self) -> bool:
        """Does it take lines of its own?"""
        return (
            self.is_block()
            or (self.kind == "leaf" and (self.name in ALONE or " as " in self.text))
            or (self.kind == "control" and self.holds_blocks())
        )


def parse(source: str) -> list[Node]:
    """The tree of a template; a tag without its pair is a leaf."""
    paired = set(re.findall(r"\{%\s*end(\w+)", source))
    root = Node("element", parts=[("", [])])
    stack = [root]

    def demote() -> None:
        """The element left open becomes a leaf, followed by what it held."""
        left = stack.pop()
        held = stack[-1].children
        held.remove(left)
        held.append(Node("leaf", left.parts[0][0], left.name))
        held += left.children

    for kind, text in pieces(source):
        top = stack[-1]
        if kind == "tag":
            name = found[1].lower() if (found := NAME.match(text)) else ""
            if text.startswith("</"):
                above = _opened(stack, name)
                if name and above is not None:
                    while stack[-1] is not above:
                        demote()
                    stack.pop().close = text
                else:
                    top.children.append(Node("leaf", text, name))
            elif not name or name in VOID or text.endswith("/>") or text.startswith("<!"):
                top.children.append(Node("leaf", text, name))
            else:
                node = Node("element", name=name, parts=[(text, [])])
                top.children.append(node)
                stack.append(node)
        elif kind == "construct" and text.startswith("{%"):
            word = WORD.match(text)[1]
            if word in paired:
                node = Node("control", name=word, parts=[(text, [])])
                top.children.append(node)
                stack.append(node)
            elif word.startswith("end") and _control(stack, word[3:]):
                while stack[-1].kind != "control":
                    demote()
                stack.pop().close = text
            elif word in MIDDLE and _control(stack, *_owners(text, word)):
                while stack[-1].kind != "control":
                    demote()
                stack[-1].parts.append((text, []))
            else:
                top.children.append(Node("leaf", text, word))
        else:
            top.children.append(Node(kind if kind in {"text", "value", "raw"} else "leaf", text))
    while len(stack) > 1:
        if stack[-1].kind == "control":
            raise ValueError(f"{stack[-1].parts[0][0]} n’est pas fermé")
        demote()
    return root.children


def _owners(text: str, word: str) -> tuple[str, ...]:
    if word == "empty":  # ours has words: {% empty "Rien" %}
        return ("for",) if re.fullmatch(r"\{%\s*empty\s*%\}", text) else ()
    return ("if", "ifchanged") if word == "else" else ("if",)


def _opened(stack: list[Node], name: str) -> Node | None:
    for node in reversed(stack[1:]):
        if node.kind != "element":
            return None
        if node.name == name:
            return node
    return None


def _control(stack: list[Node], *names: str) -> bool:
    for node in reversed(stack[1:]):
        if node.kind == "control":
            return node.name in names
    return False


def tidy(nodes: list[Node], inside: bool = True) -> list[Node]:
    """Without the blanks that no one can see: beside blocks, and more than one. `inside` = a block holds these nodes,
    whose ends are ends of a line on the page."""
    for node in nodes:
        if node.kind == "text":
            node.text = re.sub(r"[ \t]{2,}", " ", node.text)
        for _opening, held in node.parts:
            held[:] = tidy(held, node.is_block() and node.name != "if")
    for number, node in enumerate(nodes):
        if node.kind != "text":
            continue
        before = nodes[number - 1].is_block() if number else inside
        after = nodes[number + 1].is_block() if number + 1 < len(nodes) else inside
        if before:
            node.text = node.text.lstrip(" \t")
        if after:
            node.text = node.text.rstrip(" \t")
    return [node for node in nodes if node.kind != "text" or node.text]


# What may stand between two atoms of a line: nothing or a space, and what it costs to end the line there.
Atom = tuple[str, str, float]  # text, what comes before it in the line, cost of a line that begins with it
NEVER = float("inf")


def atoms(nodes: list[Node], room: int, first: float = 0) -> list[Atom]:
    """The smallest pieces that a line holds whole. `first` = the cost of a line that begins with the first one."""
    found: list[Atom] = []
    space, solid = "", True  # a blank is due; the last atom is a tag
    start = first

    def add(text: str, is_tag: bool, cost: float) -> None:
        nonlocal space, solid, start
        if space:
            price = NEVER if is_tag or solid else 0
        elif not found:
            price = start
        else:
            price = cost if is_tag or solid else NEVER
        if not is_tag and not space and re.match(r"[.,;:!?)…»  ’]", text):
            price = max(price, 60) if price < NEVER else price
        found.append((text, space if found else "", price))
        space, solid = "", is_tag

    for node in nodes:
        if node.kind == "text":
            words = node.text.split(" ")
            for number, word in enumerate(words):
                if number:
                    space = " "
                if word:
                    add(word, False, 30)
        elif node.kind == "value":
            add(node.text, False, 30)
        else:
            flat = node.flat()
            if not node.parts or node.kind == "raw" or len(flat) <= room // 2:
                add(flat, True, 4 if solid else 25)
                continue
            for number, (opening, held) in enumerate(node.parts):
                add(opening, True, (4 if solid else 25) if number == 0 else 8)
                inner = [atom for atom in atoms(held, room, 10) if atom[0]]
                for at, (text, gap, price) in enumerate(inner):
                    if at == 0:
                        lead = held[0].kind == "text" and held[0].text[0] == " "
                        found.append((text, " " if lead else "", NEVER if lead else 10))
                    else:
                        found.append((text, gap, price))
                space = " " if held and held[-1].kind == "text" and held[-1].text[-1] == " " else ""
                if held:
                    solid = held[-1].kind not in {"text", "value"}
            add(node.close, True, 10)
    if space and found:
        found.append(("", " ", NEVER))
    return found


def fill(found: list[Atom], indent: int) -> list[str]:
    """The lines, the fewest and the best cut."""
    room = WIDTH - indent
    found = [piece for atom in found for piece in _split(atom)]
    count = len(found)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(NEVER, 0)] * count
    for begin in range(count):
        price = found[begin][2] if begin else 0
        if best[begin][0] == NEVER or price == NEVER:
            continue
        length = 0
        for end in range(begin, count):
            length += len(found[end][0]) + (len(found[end][1]) if end > begin else 0)
            over = max(0, length - room)
            cost = best[begin][0] + price + 20 + over * 1000
            if cost < best[end + 1][0]:
                best[end + 1] = (cost, begin)
            if over and length > 20 * WIDTH:
                break
    lines, end = [], count
    while end:
        begin = best[end][1]
        line = "".join((gap if number else "") + text for number, (text, gap, _c) in enumerate(found[begin:end]))
        lines.insert(0, " " * indent + line)
        end = begin
    return lines


def _split(atom: Atom) -> list[Atom]:
    """A tag that may have to be cut, at its spaces, rather between attributes than inside one."""
    text, gap, price = atom
    if len(text) <= 50 or not text.startswith(("<", "{%")) or text.startswith(("<pre", "<textarea", "<!--")):
        return [atom]
    cut: list[Atom] = []
    quote, depth, at = "", 0, 0
    cost = 22.0
    for number, letter in enumerate(text):
        if text.startswith(("{%", "{{"), number) and number:
            depth += 1
        elif text.startswith(("%}", "}}"), number) and depth:
            depth -= 1
        elif letter in "\"'" and not depth:
            quote = "" if quote == letter else quote or letter
        elif letter == " " and text[number - 1] != " " and text[number + 1 : number + 2] not in {" ", "%", ""}:
            cut.append((text[at:number], " " if cut else gap, cost if cut else price))
            at, cost = number + 1, (22.0 if not quote else 45.0) + 20 * depth
    cut.append((text[at:], " " if cut else gap, cost if cut else price))
    return cut


def weight(node: Node) -> int:
    """How many blocks it holds, itself included."""
    return node.stands_apart() + sum(weight(child) for _o, held in node.parts for child in held)


def lay(nodes: list[Node], indent: int) -> list[str]:
    """The lines of a run of nodes."""
    lines: list[str] = []
    run: list[Node] = []
    wordless = not any(node.kind in {"text", "value"} for node in nodes)

    def flush() -> None:
        if run:
            lines.extend(fill(atoms(run, WIDTH - indent), indent))
            run.clear()

    for number, node in enumerate(nodes):
        before = nodes[number - 1] if number else None
        after = nodes[number + 1] if number + 1 < len(nodes) else None
        glued = (before is not None and before.kind == "text" and before.text.endswith(" ")) or (
            after is not None and after.kind == "text" and after.text.startswith(" ")
        )
        if (wordless or node.stands_apart()) and not glued:
            flush()
            lines += tall(node, indent)
        else:
            run.append(node)
    flush()
    return lines


def tall(node: Node, indent: int) -> list[str]:
    """The lines of a node that takes lines of its own."""
    flat = node.flat()
    if node.kind == "raw":
        return [" " * indent + flat]
    if len(flat) + indent <= WIDTH and "\n" not in flat and weight(node) <= 4:
        return [" " * indent + flat]
    if not node.parts:
        return fill([(flat, "", 0)], indent)
    lines: list[str] = []
    top = node.kind == "control" and node.name == "block" and indent == 0
    for opening, held in node.parts:
        blank = (held and held[0].kind == "text" and held[0].text[0] == " ") or (
            held and held[-1].kind == "text" and held[-1].text[-1] == " "
        )
        if blank:  # its ends are seen: nothing may be cut there
            return fill(atoms([node], WIDTH - indent), indent)
        lines += fill([(opening, "", 0)], indent)
        lines += lay(held, indent if top or node.name in {"html", "body"} else indent + STEP)
    return [*lines, " " * indent + node.close]


def layout(source: str) -> str:
    """The template laid out, ending with a line end. Raises ValueError when the page would not be the same."""
    nodes = tidy(parse(compact(source)))
    written = "\n".join(lay(nodes, 0)) + "\n"
    flat = "".join(node.flat() for node in nodes)
    if compact(written) != flat:
        raise ValueError("la mise en page changerait la page")
    return written


def main() -> int:
    check = "--check" in sys.argv
    wrong = 0
    for path in sorted(ROOT.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        try:
            written = layout(source)
        except ValueError as error:
            print(f"{path.relative_to(ROOT)} : {error}")
            wrong += 1
            continue
        if written != source:
            wrong += check
            print(f"{path.relative_to(ROOT)}{' n’est pas mis en page' if check else ''}")
            if not check:
                path.write_text(written, encoding="utf-8")
    if wrong:
        print("Mettez-les en page : PYTHONPATH=src .venv/bin/python .ci/templates.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
