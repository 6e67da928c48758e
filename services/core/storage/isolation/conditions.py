"""Who sees a row, as conditions in SQL over the settings of the transaction.

Settings and grants are read in sub-selects, so that they are worked out once a statement and not
once a row. A setting that a transaction did not make reads as NULL or as empty: nothing is equal
to it, so nothing is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

ORGANISATION = "(SELECT nullif(current_setting('coldlane.organisation', true), ''))"
PRINCIPAL = "(SELECT nullif(current_setting('coldlane.principal', true), ''))"
WHOLE = "(SELECT current_setting('coldlane.reach', true) = 'installation')"
_AT = "(SELECT CAST(nullif(current_setting('coldlane.at', true), '') AS timestamptz))"

SET_REACH = (
    "SELECT set_config('coldlane.reach', :reach, true),"
    " set_config('coldlane.organisation', :organisation, true),"
    " set_config('coldlane.principal', :principal, true),"
    " set_config('coldlane.at', :at, true)"
)
"""Ends with the transaction: the next one on the same connection sees nothing again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Who sees rows, who may write them, who may hold them, and what they must be once changed.

    SQL over the table's columns; what is not said is as the one before. Without `seen` there is no
    policy, and `why` says why not.
    """

    seen: str | None
    written: str | None = None
    held: str | None = None
    changed: str | None = None
    why: str = ""


def either(*conditions: str) -> str:
    """The whole installation, or one of these."""
    return " OR ".join([WHOLE, *conditions])


def shared(shipment_id: str, more: str = "") -> str:
    """The shipment is the organisation's own, or a grant to it is in force."""
    return f"""EXISTS (SELECT FROM shipment_grant AS given
  WHERE given.organisation_id = {ORGANISATION} AND given.shipment_id = {shipment_id}
    AND given.revoked_at IS NULL AND (given.starts_at IS NULL OR given.starts_at <= {_AT})
    AND (given.ends_at IS NULL OR given.ends_at > {_AT}){more})"""


def of_shipment(table: str, column: str = "shipment_id") -> Rows:
    """Seen by whoever sees the shipment."""
    return Rows(seen=either(shared(f"{table}.{column}")))


def owned(column: str = "organisation_id") -> Rows:
    """Seen and written by the organisation that the row names."""
    return Rows(seen=either(f"{column} = {ORGANISATION}"))


def through(parent: str, table: str, column: str, parent_column: str | None = None) -> Rows:
    """Seen by whoever sees the row that it belongs to."""
    return Rows(seen=either(visible(parent, f"{table}.{column}", parent_column or column)))


def visible(parent: str, value: str, column: str) -> str:
    """There is such a row, and it is seen."""
    return f"EXISTS (SELECT FROM {parent} WHERE {parent}.{column} = {value})"


def open_to_all(why: str) -> Rows:
    """No policy: nothing in it belongs to an organisation."""
    return Rows(seen=None, why=why)


OWN = f"organisation_id = {ORGANISATION}"
"""Of a table's own column; behind the table's name and a point where two tables have one."""

NOBODY = either()
"""The program's own work alone."""

PROGRAM = open_to_all("the program's own bookkeeping: numbers and times, shown to nobody")
