"""A Data Matrix symbol, ECC 200 (ISO/IEC 16022), square, ASCII encodation, of 36 to 48 modules a side.

`matrix(text)` gives the rows of dark (True) and light modules, without the quiet zone; `svg(text)` the drawing.
"""

from functools import lru_cache

# Modules a side: (codewords of data, codewords of correction); four regions, one block.
SIZES = {36: (86, 42), 40: (114, 48), 44: (144, 56), 48: (174, 68)}
PAD, UPPER = 129, 235
FIELD = 0x12D
# The usual shape of eight modules, from the last of them (row, column).
UTAH = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))


def codewords(text: str) -> list[int]:
    """ASCII encodation: two digits in one codeword, any other sign in one."""
    found, at = [], 0
    while at < len(text):
        pair = text[at : at + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit():
            found.append(130 + int(pair))
            at += 2
            continue
        value = ord(text[at])
        if value > 127:
            raise ValueError("only ASCII can be written in this symbol")
        found.append(value + 1)
        at += 1
    return found


def _padded(words: list[int], capacity: int) -> list[int]:
    """Fill up with pads, scrambled by their place (ISO 16022, annex B)."""
    words = list(words)
    if len(words) < capacity:
        words.append(PAD)
    while len(words) < capacity:
        scrambled = PAD + (149 * (len(words) + 1)) % 253 + 1
        words.append(scrambled if scrambled <= 254 else scrambled - 254)
    return words


@lru_cache(maxsize=1)
def _tables() -> tuple[list[int], list[int]]:
    """Powers and logarithms of the field of 256 elements."""
    powers, logs, value = [0] * 512, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value <<= 1
        if value > 255:
            value ^= FIELD
    return powers, logs


@lru_cache(maxsize=8)
def _generator(count: int) -> list[int]:
    """The polynomial whose roots are the first `count` powers, from the term of degree count - 1 downwards."""
    powers, logs = _tables()
    terms = [1]
    for root in range(1, count + 1):
        grown = [0] * (len(terms) + 1)
        for rank, term in enumerate(terms):
            grown[rank] ^= term
            grown[rank + 1] ^= powers[logs[term] + root] if term else 0
        terms = grown
    return terms[1:]


def _correction(words: list[int], count: int) -> list[int]:
    """The Reed-Solomon codewords."""
    powers, logs = _tables()
    generator = _generator(count)
    rest = [0] * count
    for word in words:
        lead = word ^ rest[0]
        rest = [*rest[1:], 0]
        if lead:
            for rank, term in enumerate(generator):
                if term:
                    rest[rank] ^= powers[logs[lead] + logs[term]]
    return rest


def _corner(rows: int, columns: int, row: int, column: int) -> list[tuple[int, int]] | None:
    """The special shape that begins at this place, if one does."""
    if row == rows and column == 0:
        return [
            (rows - 1, 0),
            (rows - 1, 1),
            (rows - 1, 2),
            (0, columns - 2),
            (0, columns - 1),
            *((r, columns - 1) for r in (1, 2, 3)),
        ]
    if row == rows - 2 and column == 0 and columns % 4:
        return [
            (rows - 3, 0),
            (rows - 2, 0),
            (rows - 1, 0),
            *((0, columns - c) for c in (4, 3, 2, 1)),
            (1, columns - 1),
        ]
    if row == rows - 2 and column == 0 and columns % 8 == 4:
        return [
            (rows - 3, 0),
            (rows - 2, 0),
            (rows - 1, 0),
            (0, columns - 2),
            *((r, columns - 1) for r in (0, 1, 2, 3)),
        ]
    if row == rows + 4 and column == 2 and not columns % 8:
        return [
            (rows - 1, 0),
            (rows - 1, columns - 1),
            *((0, columns - c) for c in (3, 2, 1)),
            *((1, columns - c) for c in (3, 2, 1)),
        ]
    return None


@lru_cache(maxsize=4)
def _places(side: int) -> list[list[tuple[int, int]]]:
    """The eight modules of each codeword, in their order, in a mapping matrix (ISO 16022, annex F)."""
    taken: set[tuple[int, int]] = set()
    shapes: list[list[tuple[int, int]]] = []

    def put(shape: list[tuple[int, int]]) -> None:
        shapes.append(shape)
        taken.update(shape)

    def wrapped(row: int, column: int) -> tuple[int, int]:
        if row < 0:
            row, column = row + side, column + 4 - (side + 4) % 8
        if column < 0:
            column, row = column + side, row + 4 - (side + 4) % 8
        return row, column

    def utah(row: int, column: int) -> None:
        if 0 <= row < side and 0 <= column < side and (row, column) not in taken:
            put([wrapped(row + down, column + right) for down, right in UTAH])

    row, column = 4, 0
    while row < side or column < side:
        if (corner := _corner(side, side, row, column)) is not None:
            put(corner)
        while row >= 0 and column < side:
            utah(row, column) if row < side and column >= 0 else None
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            utah(row, column) if row >= 0 and column < side else None
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    return shapes


def matrix(text: str) -> list[list[bool]]:
    """The modules of the smallest symbol that holds `text`. Raises ValueError when none does."""
    words = codewords(text)
    size = next((one for one, (capacity, _count) in SIZES.items() if len(words) <= capacity), None)
    if size is None:
        raise ValueError("too long for one symbol")
    capacity, count = SIZES[size]
    words = _padded(words, capacity)
    words += _correction(words, count)
    side = size - 4
    mapping = [[False] * side for _row in range(side)]
    for word, shape in zip(words, _places(side), strict=True):
        for bit, (row, column) in enumerate(shape):
            mapping[row][column] = bool(word >> (7 - bit) & 1)
    if side % 4:
        # Two modules of the lower right corner are left without codeword: they are dark on the diagonal.
        mapping[side - 1][side - 1] = mapping[side - 2][side - 2] = True
    return _framed(mapping, size)


def _framed(mapping: list[list[bool]], size: int) -> list[list[bool]]:
    """The four regions with their borders: solid on the left and below, alternating above and on the right."""
    region, inner = size // 2, size // 2 - 2
    rows = []
    for row in range(size):
        line = []
        for column in range(size):
            r, c = row % region, column % region
            if r == region - 1 or c == 0:
                line.append(True)
            elif r == 0:
                line.append(c % 2 == 0)
            elif c == region - 1:
                line.append(r % 2 == 1)
            else:
                line.append(mapping[row // region * inner + r - 1][column // region * inner + c - 1])
        rows.append(line)
    return rows


def svg(text: str, quiet: int = 2) -> str:
    """The drawing, one unit a module, with its quiet zone."""
    rows = matrix(text)
    side = len(rows) + 2 * quiet
    path = "".join(
        f"M{column + quiet} {row + quiet}h1v1h-1z"
        for row, line in enumerate(rows)
        for column, dark in enumerate(line)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )
