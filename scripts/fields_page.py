"""The page of the classes of fields, made from the table that the data policy itself reads."""

from itertools import groupby

from services.core.domain.governance.data_class import DataClass
from services.core.runtime.data_rules import field_classes

_HEAD = """\
# Classes of fields

What each field of each answer and notice says about people. Written by `make generate` from
`services/core/runtime/rules/field_classes.toml`; do not edit by hand. What does not stand here is
unknown, and does not leave the country ([why](../explanation/data-policy.md)).

| class | what it holds |
|---|---|
| none | trade and transport: temperatures, times, places of a city's exactness, firms, rules |
| personal | somebody's name or number, and what they wrote about no shipment |
| sensitive | what tells of a patient: pseudonyms, exact places, times, photos, words on shipments |
| human_genetic | what was found out about human material, and permits' numbers, which lead to it |
| important | what concerns the state: here, how a customs site works and what its officers found |

Names with `notice.` in front are messages, with `page.` what a page shows without a schema; of all
others the name is the schema's in the [description of the API](openapi.json). A field with a dot is
one key of a field without a schema. With ≈: an exact place; where that may not leave, a tenth of a
degree of it does.
"""


def fields_page() -> str:
    """Each answer and notice with its fields by class, and whom it is counted by."""
    known = field_classes()
    rows = [_HEAD, "| answer or notice | told apart by | " + " | ".join(DataClass) + " |"]
    rows.append("|---|---" + "|---" * len(DataClass) + "|")
    for name, found in groupby(known.every(), key=lambda one: one[0]):
        near = known.coarse.get(name, ())
        fields = [(f"`{field}`" + "≈" * (field in near), kind) for _, field, kind in found]
        cells = [" ".join(field for field, kind in fields if kind is one) for one in DataClass]
        person = f"`{known.person[name]}`" if name in known.person else ""
        rows.append(f"| {name} | {person} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"
