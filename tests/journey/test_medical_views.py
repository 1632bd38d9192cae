"""Drugs and checkups with little, much and very much to read, upright and across, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.databases import Databases
from tests.journey.looks import axe, sideways, wrong
from tests.journey.medical_clinic import MedicalClinic, medical_clinic

pytestmark = pytest.mark.browser
SIZES = (0, 5, 60, 600)
ACROSS, UPRIGHT = {"width": 1180, "height": 820}, {"width": 820, "height": 1180}
Open = Callable[[dict[str, int]], BrowserContext]


@pytest.fixture(scope="module")
def much(databases: Databases) -> Iterator[MedicalClinic]:
    """One clinic for all pictures."""
    engine, remove = databases.fresh("sqlite")
    with medical_clinic(engine, SIZES) as clinic:
        yield clinic
    remove()


def open_view(open_context: Open, much: MedicalClinic, rows: int, view: str, size: dict[str, int], theme: str) -> Page:
    """The view of one patient, opened by the button that a doctor presses."""
    context = open_context(size)
    name, value = much.cookie
    context.add_cookies([{"name": name, "value": value, "url": much.address}])
    page = context.new_page()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"{much.address}/office/patients/{much.patients[rows]}")
    page.get_by_role("button", name=view, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_count(0)
    return page


@pytest.mark.shows("S-028", "S-030")
@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize(("size", "theme"), [(ACROSS, "light"), (UPRIGHT, "dark")], ids=["across", "upright-dark"])
def test_drugs_read_well_at_every_amount(
    open_context: Open, much: MedicalClinic, rows: int, size: dict[str, int], theme: str, tmp_path: Path
) -> None:
    page = open_view(open_context, much, rows, "お薬", size, theme)
    dialog = page.get_by_role("dialog")
    if rows == 0:
        expect(dialog).to_contain_text("飲んでいない")
        expect(dialog).to_contain_text("1〜2か月おくれて")
        expect(dialog).to_contain_text("に照会し、情報はありませんでした")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        dialog.get_by_role("button", name="記載例をコピー").click()
        expect(dialog).to_contain_text("コピーしました")
        note = page.evaluate("navigator.clipboard.readText()")
        assert "薬剤情報を照会した。該当する情報なし" in note
    else:
        expect(dialog.get_by_role("button", name="くわしい記録をひらく").first).to_be_visible()
    page.screenshot(path=tmp_path / "drugs.png")
    assert sideways(page) <= 0
    assert wrong(page) == []
    assert axe(page) == []
    if rows == 0:  # and the month's evidence counts it
        page.goto(f"{much.address}/office/evidence")
        expect(page.get_by_text("照会したが情報なし1件", exact=False)).to_be_visible()
        page.screenshot(path=tmp_path / "evidence.png")
        assert sideways(page) <= 0
        assert wrong(page) == []


def test_staff_who_read_english_better_get_it_in_every_part(open_context: Open, much: MedicalClinic) -> None:
    context = open_context(ACROSS)
    name, value = much.cookie
    context.add_cookies([{"name": name, "value": value, "url": much.address}])
    context.add_init_script("location.protocol === 'about:' || localStorage.setItem('otonai-language', 'en')")
    page = context.new_page()
    page.goto(f"{much.address}/office/patients/{much.patients[60]}")
    expect(page.get_by_role("link", name="Consented list")).to_be_visible()
    page.get_by_role("button", name="Drugs", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("OTC drugs, own payment and the latest visits may be missing.")


@pytest.mark.parametrize(("size", "theme"), [(ACROSS, "dark"), (UPRIGHT, "light")], ids=["across-dark", "upright"])
def test_five_checkups_are_charts_with_words_for_those_who_hear_them(
    open_context: Open, much: MedicalClinic, size: dict[str, int], theme: str
) -> None:
    page = open_view(open_context, much, 60, "健診", size, theme)
    charts = page.get_by_role("dialog").get_by_role("img")
    expect(charts.first).to_be_visible()
    assert "HbA1c" in (charts.first.get_attribute("aria-label") or "")
    assert sideways(page) <= 0
    assert wrong(page) == []
    assert axe(page) == []
    page.get_by_role("button", name="表", exact=True).click()
    expect(page.get_by_role("rowheader", name="HbA1c")).to_be_visible()
    assert wrong(page) == []
    assert axe(page) == []


@pytest.mark.prove("pictures")
def test_no_picture_shows_text_that_is_cut_or_lies_over_other_text(
    open_context: Open, much: MedicalClinic, sized: Callable[[int, int], int], tmp_path: Path
) -> None:
    """Every amount, both ways to hold a tablet, both themes and every view; small: the fullest ones, once upright."""
    seen = 0
    for rows in SIZES[-sized(1, len(SIZES)) :]:
        for size, theme in [(UPRIGHT, "light"), (ACROSS, "dark"), (UPRIGHT, "dark"), (ACROSS, "light")][: sized(1, 4)]:
            page = open_view(open_context, much, rows, "お薬", size, theme)
            named = f"{rows}-{size['width']}-{theme}"
            page.screenshot(path=tmp_path / f"{named}.png")
            assert (named, wrong(page)) == (named, [])
            seen += 1
            if rows:
                page.get_by_role("button", name="月ごと").click()
                page.screenshot(path=tmp_path / f"{named}-months.png")
                assert (named, "months", wrong(page)) == (named, "months", [])
                page.get_by_role("button", name="成分ごと").click()
                page.get_by_role("button", name="くわしい記録をひらく").last.click()
                expect(page.get_by_role("dialog", name="の記録")).to_be_visible()
                page.screenshot(path=tmp_path / f"{named}-line.png")
                assert (named, "line", wrong(page)) == (named, "line", [])
                seen += 2
            page.context.close()
    assert seen >= sized(3, 40)


@pytest.mark.shows("S-162")
def test_the_timeline_is_read_row_by_row_without_seeing_it(open_context: Open, much: MedicalClinic) -> None:
    page = open_view(open_context, much, 60, "お薬", ACROSS, "light")
    expect(page.locator(".timeline")).to_have_attribute("aria-busy", "false")
    continuing = page.get_by_role("region", name="継続中")
    first = continuing.get_by_role("listitem").filter(has=page.get_by_role("img")).first
    spoken = first.get_by_role("img").get_attribute("aria-label") or ""
    assert "回" in spoken
    first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="の記録")
    expect(sheet.get_by_role("columnheader", name="調剤日").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_search_in_either_kana_a_chip_and_the_month_view_narrow_what_is_shown(
    open_context: Open, much: MedicalClinic
) -> None:
    page = open_view(open_context, much, 60, "お薬", ACROSS, "light")
    expect(page.locator(".timeline")).to_have_attribute("aria-busy", "false")
    rows = page.get_by_role("button", name="くわしい記録をひらく")
    everything = rows.count()
    page.get_by_text("表示のしかた").click()
    page.get_by_role("searchbox", name="お薬").fill("れぼどぱ")
    expect(rows).not_to_have_count(everything)
    assert 0 < rows.count() < everything
    page.get_by_role("searchbox", name="お薬").fill("")
    page.get_by_role("button", name="月ごと").click()
    expect(page.get_by_role("heading", name="年").first).to_be_visible()


@pytest.mark.shows("S-029")
def test_a_doctor_chooses_from_which_month_to_which(open_context: Open, much: MedicalClinic) -> None:
    page = open_view(open_context, much, 60, "お薬", UPRIGHT, "light")
    page.get_by_role("button", name="月をえらぶ").click()
    months = page.get_by_label("開始月").locator("option").all_inner_texts()
    page.get_by_label("開始月").select_option(months[2])
    page.get_by_label("終了月").select_option(months[1])
    page.get_by_role("button", name="月ごと").click()
    shown = page.locator(".drug-months").get_by_role("heading")
    assert shown.all_inner_texts() == [months[1], months[2]]
    assert wrong(page) == []
    page.get_by_role("button", name="成分ごと").click()
    assert wrong(page) == []


def test_of_six_hundred_rows_none_is_lost_on_the_screen_or_on_paper(open_context: Open, much: MedicalClinic) -> None:
    page = open_view(open_context, much, 600, "お薬", ACROSS, "light")
    page.get_by_role("button", name="5年").click()
    expect(page.locator(".timeline")).to_have_attribute("aria-busy", "false")
    rows = page.get_by_role("button", name="くわしい記録をひらく")
    lines = rows.evaluate_all("all => new Set(all.map(one => one.querySelector('b').textContent)).size")
    page.get_by_role("button", name="月ごと").click()
    expect(page.locator(".drug-of-month")).to_have_count(600)
    expect(page.locator(".drug-months")).to_have_attribute("aria-busy", "false")
    assert page.evaluate("find('見本薬8錠5mg')"), "the browser's own search finds what is further down"
    assert page.locator(".printed li").count() == lines


def test_the_printed_page_holds_the_drugs_in_large_type_and_nothing_of_the_screen(
    open_context: Open, much: MedicalClinic
) -> None:
    page = open_view(open_context, much, 5, "お薬", ACROSS, "light")
    page.emulate_media(media="print")
    printed = page.locator(".printed")
    expect(printed).to_be_visible()
    expect(printed).to_contain_text("見本薬0錠5mg")
    expect(printed).to_contain_text("市販薬")
    expect(page.get_by_role("navigation", name="主な画面")).to_be_hidden()
    size = printed.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 20


def test_paper_is_white_and_as_long_as_the_list_also_from_a_dark_dialog(
    open_context: Open, much: MedicalClinic
) -> None:
    page = open_view(open_context, much, 600, "お薬", ACROSS, "dark")
    page.get_by_role("button", name="5年").click()
    expect(page.locator(".printed li").last).to_be_attached()
    page.emulate_media(media="print", color_scheme="dark")
    around = page.locator(".printed").evaluate(
        """element => {
          const found = [];
          for (let each = element; each; each = each.parentElement) {
            const { overflowY, position, backgroundColor, color } = getComputedStyle(each);
            found.push({ overflowY, position, backgroundColor, color, tag: each.className || each.tagName });
          }
          return found; }"""
    )
    assert [each["tag"] for each in around if each["overflowY"] != "visible" or each["position"] != "static"] == []
    assert {each["backgroundColor"] for each in around} <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert around[0]["color"] == "rgb(0, 0, 0)"
    last = page.locator(".printed li").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= page.evaluate("document.documentElement.scrollHeight")
