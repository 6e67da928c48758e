"""The file of another sign-in service, and who must sign in by the settings."""

from pathlib import Path

import pytest

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role
from services.core.runtime.provider import read_provider
from services.core.runtime.settings import ApiSettings

GOOD = """
issuer = "https://login.example"
name = "Login"
client_id = "coldlane"
organisation = "sponsor-qa"

[roles]
desk = "operator"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "oidc.toml"
    path.write_text(text)
    return path


def test_file_names_the_service_its_claims_and_its_roles(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    text = f'client_secret_file = "{tmp_path}/secret"\n{GOOD}\n[claims]\nroles = "teams"\n'
    found = read_provider(_file(tmp_path, text))
    assert (found.issuer, found.role_claim, found.client_secret) == (
        "https://login.example",
        "teams",
        "geheim",
    )
    assert found.roles == {"desk": Role.OPERATOR}
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("good", "wrong", "said"),
    [
        ("https://login.example", "http://login.example", "issuer"),
        ("https://login.example", "login.example", "issuer"),
        ("https://login.example", "https://login.example?x=1", "issuer"),
        ('"operator"', '"emperor"', "roles.desk"),
        ('desk = "operator"', "", "roles"),
        ('client_id = "coldlane"', "", "client_id"),
        ('name = "Login"', 'name = "Login"\nalgorithms = ["HS256"]', "algorithms"),
        ('name = "Login"', 'name = "Login"\nalgorithms = ["none"]', "algorithms"),
        ('name = "Login"', 'name = "Login"\npassword = "x"', "password"),
        ('name = "Login"', 'name = "Login"\nclient_secret_file = "/nowhere/at/all"', "nowhere"),
        ('name = "Login"', "name =", "oidc.toml"),
    ],
)
def test_s30_file_that_would_let_strangers_in_is_refused(
    tmp_path: Path, good: str, wrong: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        read_provider(_file(tmp_path, GOOD.replace(good, wrong)))


@pytest.mark.parametrize(
    ("host", "asked", "demanded"),
    [
        ("127.0.0.1", False, False),
        ("::1", False, False),
        ("localhost", False, False),
        ("127.0.0.1", True, True),
        ("0.0.0.0", False, True),  # noqa: S104 - read, not bound to
        ("192.0.2.7", False, True),
        ("::", False, True),
        ("coldlane.example", False, True),
    ],
)
def test_s20_beyond_this_machine_everybody_signs_in(host: str, asked: bool, demanded: bool) -> None:
    assert ApiSettings(api_host=host, sign_in=asked).sign_in_demanded is demanded
