"""Valid files with something in them changed by chance: references, numbers, XML, the zip around it, or plain bytes.

Nothing here knows which change is a dangerous one. A number or a reference may become any other that its field can
hold, small or large, its limits among them, as a fuzzer tries everywhere.
"""

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_REFERENCE = re.compile(rb"\b[A-Z]{1,3}[1-9]\d{0,6}\b")
_NUMBER = re.compile(rb'(?<==")\d+(?=")|(?<=>)\d+(?:\.\d+)?(?=<)')
_TAG = re.compile(rb"<[^>]*>")
_COLUMNS, _ROWS = 16_384, 1_048_576  # a sheet's


def a_reference(content: bytes, random: Random) -> bytes:
    """One cell's place becomes another."""
    return _one(_REFERENCE, content, random, lambda: _letters(_up_to(_COLUMNS, random)) + _digits(_ROWS, random))


def a_number(content: bytes, random: Random) -> bytes:
    """One number, of a row, a style, a shared text or a value, becomes another."""
    return _one(_NUMBER, content, random, lambda: random.choice((b"", b"-")) + _digits(2**64, random))


def a_tag(content: bytes, random: Random) -> bytes:
    """One tag is lost, doubled, or stands where another did."""
    tags = _TAG.findall(content) or [b"<c>"]
    other = random.choice((b"", random.choice(tags), random.choice(tags) * random.choice((2, 50_000))))
    return _one(_TAG, content, random, lambda: other)


def some_bytes(content: bytes, random: Random) -> bytes:
    """A few bytes are others."""
    changed = bytearray(content or b"\0")
    for _ in range(random.choice((1, 1, 4, 32))):
        changed[random.randrange(len(changed))] = random.choice((0, 9, 10, 13, 34, 44, 59, 255, random.randrange(256)))
    return bytes(changed)


def a_stretch(content: bytes, random: Random) -> bytes:
    """A stretch is lost, or comes again and again."""
    start = random.randrange(len(content) + 1)
    end = min(len(content), start + _up_to(4096, random))
    times = random.choice((0, 0, 2, 100, 5_000))
    return content[:start] + content[start:end] * times + content[end:]


def cut(content: bytes, random: Random) -> bytes:
    """The rest did not come."""
    return content[: random.randrange(len(content) + 1)]


_IN_A_TEXT: tuple[Mutation, ...] = (some_bytes, a_stretch, cut)
_IN_A_PART: tuple[Mutation, ...] = (a_reference, a_reference, a_number, a_tag, *_IN_A_TEXT)


def mutated_text(content: bytes, random: Random) -> bytes:
    """A text file with one thing changed, or three."""
    for _ in range(random.choice((1, 1, 3))):
        content = random.choice(_IN_A_TEXT)(content, random)
    return content


def mutated_workbook(content: bytes, random: Random) -> bytes:
    """An xlsx file with one part changed, or three, or the zip around them."""
    changes = random.choice((0, 1, 1, 1, 3))
    for _ in range(changes):
        content = in_a_part(content, random)
    return content if changes else random.choice((in_the_zip, *_IN_A_TEXT))(content, random)


def in_a_part(workbook: bytes, random: Random) -> bytes:
    """One part of a workbook is changed, the zip around it is sound; sheets more often than the rest."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheets = [name for name in parts if "sheet" in name.lower()]
    name = random.choice(random.choice((sheets, list(parts))))
    parts[name] = random.choice(_IN_A_PART)(parts[name], random)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each, content in parts.items():
            if content or random.random() < 0.5:
                new.writestr(each, content)
    return file.getvalue()


def in_the_zip(workbook: bytes, random: Random) -> bytes:
    """A field of the zip says something else: a size, an offset, a method, a flag, a name's length."""
    heads = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", workbook)]
    place = random.choice(heads) + random.randrange(4, 46)
    size = random.choice((1, 2, 4))
    value = random.choice((0, 1, 2 ** (8 * size) - 1, random.randrange(2 ** (8 * size))))
    return workbook[:place] + value.to_bytes(size, "little") + workbook[place + size :]


def _one(pattern: re.Pattern[bytes], content: bytes, random: Random, other: Callable[[], bytes]) -> bytes:
    places = list(pattern.finditer(content))
    if not places:
        return some_bytes(content, random)
    match = random.choice(places)
    return content[: match.start()] + other() + content[match.end() :]


def _up_to(most: int, random: Random) -> int:
    """Any number from 1 on, every size of number as likely as any other, and the last one."""
    return random.choice((most, min(most, int(most ** random.random())), random.randint(1, most)))


def _digits(most: int, random: Random) -> bytes:
    return str(_up_to(most, random)).encode()


def _letters(number: int) -> bytes:
    """1 → `A`, 27 → `AA`."""
    letters = b""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = bytes([65 + letter]) + letters
    return letters
