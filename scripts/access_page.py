"""Reference page about who may call what, written from the table."""

from services.api.doors import DOORS
from services.api.rules import RULES
from services.core.domain.governance.access import Role

_PAGE = """\
# Who may call what

Written by `make generate` from `services/api/rules.py`; do not edit by hand. Paths are under
`/api/v1`. A route without a row is refused to everybody, and a test fails.

Requests from this machine without a key act as `local-operator`, who holds every role, unless
`COLDLANE_SIGN_IN` is true. Anybody else signs in ([how](../how-to/people.md)) or sends a key:
`Authorization: Bearer cl_…`. A person may have several roles, a key has one; each belongs to one
organisation, and every audit entry names it.

`POST /sign-in` and `POST /sign-in/link` are open to everybody: they prove who somebody is. What
answers outside `/api/v1` stands [below](#outside-apiv1).

```
coldlane organisation create sponsor-qa --name "Sponsor QA" --country CN --kind sponsor
coldlane key create --organisation sponsor-qa --role service --name "Register of bags"
coldlane key list
coldlane key revoke cl_abcdefgh --reason "left the team"
```

`key create` prints the key alone on standard output. It is 256 random bits behind a prefix; its
SHA-256 is kept, the key is not. Its scope is its role, its organisation and, with `--box` for a
device, its one box; there is no narrower one. `--expires` ends it, `key revoke` at once.
`COLDLANE_API_KEY` holds the key that other commands act with.

{table}

What a role may call says nothing of whose objects it finds there: an object of another organisation
is answered with 404, as one that does not exist. [How isolation works](../explanation/isolation.md)
says who sees what.
A key signs nothing but what is simulated ([0041](../adr/0041-keys-do-not-sign.md)); there the page
of quality takes one, for that one request.

## Outside /api/v1

Files under `/static` are the same for everybody; whom the rest answers:

{doors}
"""


def access_page() -> str:
    """Every route with every role that can be given."""
    given = list(Role)
    head = "| route | about | " + " | ".join(role.value for role in given) + " |"
    rule = "|---|---|" + "---|" * len(given)
    rows = [
        f"| `{method} {path}` | {row.subject} | "
        + " | ".join("yes" if role in row.roles else "–" for role in given)
        + " |"
        for (method, path), row in RULES.items()
    ]
    doors = [f"| `{method} {path}` | {door} |" for (method, path), door in DOORS.items()]
    return _PAGE.format(
        table="\n".join([head, rule, *rows]),
        doors="\n".join(["| route | answers |", "|---|---|", *doors]),
    )
