"""Tables that a page saves are read by spreadsheets: no cell of them is a formula."""

import pytest
from playwright.async_api import Page


@pytest.fixture
def source(pytestconfig: pytest.Config) -> str:
    return (pytestconfig.rootpath / "services/api/static/js/csv.js").read_text()


async def test_s54_table_saved_by_a_page_holds_no_formula(page: Page, source: str) -> None:
    cells = ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "-12.5", -12.5, "CB-0001"]
    cells += ['a"b', "a,b", "=a,b", None, "+86 21 5555", "", "\r=1", "a\r=1", "＝1+1", "＠SUM(1)"]
    written = await page.evaluate(
        """async ([source, cells]) => {
            const module = await import("data:text/javascript," + encodeURIComponent(source));
            return cells.map(module.cell);
        }""",
        [source, cells],
    )
    assert written == [
        "'=1+1", "'+1+1", "'-1+cmd|' /C calc'!A0", "'@SUM(1)", "'\t=1", "-12.5", "-12.5", "CB-0001",
        '"a""b"', '"a,b"', '"\'=a,b"', "", "'+86 21 5555", "",
        '"\'\r=1"', '"a\r=1"', "'＝1+1", "'＠SUM(1)",
    ]  # fmt: skip


async def test_s54_what_is_saved_went_through_that_cell_by_cell(page: Page, source: str) -> None:
    saved = await page.evaluate(
        """async (source) => {
            const module = await import("data:text/javascript," + encodeURIComponent(source));
            let blob = null;
            URL.createObjectURL = (made) => { blob = made; return "data:,"; };
            module.saveCsv("x.csv", [["=1", 2], ["a,b", null]]);
            return await blob.text();
        }""",
        source,
    )
    assert saved == '\'=1,2\r\n"a,b",\r\n'
