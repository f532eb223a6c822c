"""A config repository of any size, always the same for the same size: ten documents an organisation, as people write.

python benchmarks/generate.py FOLDER [DOCUMENTS]
"""

import sys
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).with_name("organization")
NAMESPACE = uuid.UUID("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a000")
WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
DOCUMENTS = 10_000
EACH = 10


def generate(folder: Path, documents: int = DOCUMENTS) -> None:
    """Write `documents` documents (a multiple of ten) below `folder/orgs`; the built-in catalogue serves them."""
    templates = {path.relative_to(TEMPLATES): Template(path.read_text("utf-8")) for path in TEMPLATES.rglob("*.yaml")}
    assert len(templates) == EACH, sorted(templates)
    for values in organizations(documents // EACH):
        for name, template in templates.items():
            target = folder / "orgs" / values["name"] / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(template.substitute(values), "utf-8")


def organizations(count: int) -> Iterator[dict[str, str]]:
    """What differs from organisation to organisation."""
    numbers = organization_numbers()
    for index in range(count):
        yield {
            "name": f"member-{index:05}",
            "title": f"Norges forbund nr. {index}",
            "id": str(uuid.uuid5(NAMESPACE, str(index))),
            "number": next(numbers),
            "entity": str(30_000 + index),
            "until": str(date(2027, 1, 1) + timedelta(days=index % 300)),
            "minute": f"{index % 60}",
            "letter": chr(ord("A") + index % 26),
        }


def organization_numbers() -> Iterator[str]:
    """Numbers whose check digit adds up."""
    for index in range(10_000_000):
        digits = f"9{index:07}"
        check = -sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
        if check < 10:
            yield f"{digits}{check}"


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DOCUMENTS)
