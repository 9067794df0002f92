"""The reviewer's desk in a browser, on the whole service: by keyboard, at both sizes, and what axe-core says of it."""

import io
import json
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from extractor.criteria.load import load_policies
from tests.api.packages import POLICY

SIZES = [(1366, 768), (3840, 2160)]
TABS = ["核对", "材料", "条件", "清单", "记录"]


PATIENCE_MS = 25_000
"""For the first picture a process has to start, and machines that run tests are busy."""


@pytest.fixture(autouse=True)
def _patience():
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


def with_pictures(page: Page) -> Page:
    """Masked pictures come from here: making them is tested elsewhere, and takes a process of its own."""
    out = io.BytesIO()
    Image.new("RGB", (850, 1200), "white").save(out, "JPEG")
    page.route(
        re.compile(r"/picture(\?width=240)?$"),
        lambda route: route.fulfill(status=200, content_type="image/jpeg", body=out.getvalue()),
    )
    return page


@pytest.fixture
def desk(page_as, finished_package):
    """A reviewer's page on a finished package."""
    package = finished_package("A")
    page = with_pictures(page_as("A", "reviewer"))
    page.goto(f"/packages/{package}")
    expect(page.locator(".finding")).to_have_count(3)
    page.package = package
    return page


def api(page: Page, path: str = "/desk"):
    answer = page.request.get(f"/api/v1/packages/{page.package}{path}")
    assert answer.ok, answer.text()
    return answer.json()


def current(page: Page) -> str:
    return page.locator(".finding[data-current]").get_attribute("data-fid")


def focus_is_within(page: Page, selector: str) -> bool:
    return page.evaluate("s => document.activeElement.closest(s) !== null", selector)


def within(box: dict, stage: dict) -> bool:
    """Whether a rectangle of the screen lies in another."""
    wide = stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
    return wide and stage["y"] <= box["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"]


def choose(page: Page, key: str) -> None:
    page.locator(f'.finding[data-fid="{key}"] .finding-head').click()
    expect(page.locator(f'.finding[data-fid="{key}"]')).to_have_attribute("data-current", "")


def saved(page: Page) -> None:
    expect(page.locator("dialog")).to_have_count(0)


def test_every_finding_is_walked_and_settled_by_keyboard_alone(desk):
    keys = {f["key"] for f in api(desk)["findings"]}
    seen = set()
    for _ in range(len(keys)):
        desk.keyboard.press("n")
        seen.add(current(desk))
        desk.keyboard.press("a")
        expect(desk.locator(".finding[data-current] .said")).to_contain_text("已认可")
    assert seen == keys
    expect(desk.locator(".seen b")).to_have_text("3/3")
    assert {f["review"]["action"] for f in api(desk)["findings"]} == {"accept"}
    expect(desk.locator("#announce")).to_contain_text("已认可")


def test_j_and_k_walk_and_the_focus_goes_along(desk):
    order = [f.get_attribute("data-fid") for f in desk.locator(".finding").all()]
    desk.locator(".finding-head").first.focus()
    walked = [current(desk)]
    for _ in order[1:]:
        desk.keyboard.press("j")
        walked.append(current(desk))
        assert focus_is_within(desk, ".finding[data-current]")
    assert walked == order
    desk.keyboard.press("j")
    assert current(desk) == order[-1]
    desk.keyboard.press("k")
    assert current(desk) == order[-2]


def test_evidence_is_reached_shown_and_left_by_keyboard(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("Enter")
    assert focus_is_within(desk, ".spot-link")
    expect(desk.locator(".page-choice")).to_have_value("0-2")
    expect(desk.locator(".stage img")).to_be_visible()
    expect(desk.locator(".thumb img").first).to_have_attribute("src", re.compile(r"width=240$"))
    box, stage = desk.locator(".spot.strong").bounding_box(), desk.locator(".stage").bounding_box()
    assert within(box, stage)
    expect(desk.locator(".caption")).to_contain_text(re.compile(r"\d"))
    desk.keyboard.press("Escape")
    assert focus_is_within(desk, ".finding[data-current] .finding-head")


def test_a_correction_changes_the_verdict_at_once_and_can_be_undone(desk):
    choose(desk, "total_assets|2022")
    declared = next(f for f in api(desk)["findings"] if f["key"] == "total_assets|2022")["declared"]
    expect(desk.locator(".finding[data-current] .badge")).to_contain_text("不符")
    desk.keyboard.press("c")
    desk.get_by_label("单位", exact=True).select_option(declared["unit"])
    desk.get_by_label("正确的值").fill(str(declared["value"]))
    desk.keyboard.press("Enter")
    saved(desk)
    row = desk.locator(".finding[data-current]")
    expect(row.locator(".was")).to_have_text("不符")
    expect(row.locator(".badge")).not_to_contain_text("不符")
    expect(desk.locator(".toast")).to_contain_text("不符 →")
    expect(desk.locator("#announce")).to_contain_text("结论变化")
    assert focus_is_within(desk, ".finding[data-current]")
    assert len(api(desk)["revisions"]) == 1
    desk.keyboard.press("u")
    expect(row.locator(".badge")).to_contain_text("不符")
    assert api(desk)["revisions"] == []


def test_a_value_that_is_no_number_stays_in_the_dialog(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("c")
    desk.get_by_label("正确的值").fill("八千万")
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog .notice.bad")).to_contain_text("请填写数字")
    desk.get_by_label("正确的值").fill("")
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog .notice.bad")).to_contain_text("请填写正确的值")
    desk.keyboard.press("Escape")
    saved(desk)
    assert api(desk)["revisions"] == []


def test_rejecting_needs_a_reason_and_letters_typed_are_no_shortcuts(desk):
    desk.keyboard.press("x")
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog .notice.bad")).to_contain_text("理由")
    desk.get_by_label("理由").press_sequentially("jackdaw")
    desk.keyboard.press("Enter")
    saved(desk)
    expect(desk.locator(".finding[data-current] .said")).to_contain_text("不认可")
    desk.keyboard.press("m")
    desk.get_by_label("备注内容").fill("已电话核实")
    desk.get_by_role("button", name="保存").click()
    saved(desk)
    expect(desk.locator(".finding[data-current] .comments")).to_contain_text("已电话核实")
    said = next(f for f in api(desk)["findings"] if f["key"] == current(desk))
    assert [c["comment"] for c in said["comments"]] == ["jackdaw", "已电话核实"]
    assert said["review"]["action"] == "reject"


def test_what_was_done_last_is_taken_back_first(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("a")
    row = desk.locator(".finding[data-current]")
    expect(row.locator(".said")).to_contain_text("已认可")
    desk.keyboard.press("c")
    desk.get_by_label("正确的值").fill("1")
    desk.keyboard.press("Enter")
    saved(desk)
    assert len(api(desk)["revisions"]) == 1
    desk.keyboard.press("j")
    desk.keyboard.press("u")
    expect(desk.locator(".toast").last).to_contain_text("已撤销更正")
    assert api(desk)["revisions"] == []
    desk.keyboard.press("u")
    expect(desk.locator(".toast").last).to_contain_text("已撤回")
    expect(row.locator(".said")).to_have_count(0)
    assert current(desk) == "total_assets|2022"
    assert all(f["review"] is None for f in api(desk)["findings"])
    desk.keyboard.press("u")
    expect(desk.locator(".toast").last).to_contain_text("没有可撤销")


def test_an_older_view_is_taken_back_beside_it(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("m")
    desk.get_by_label("备注内容").fill("已电话核实")
    desk.get_by_role("button", name="保存").click()
    saved(desk)
    desk.reload()
    choose(desk, "total_assets|2022")
    desk.get_by_role("button", name="撤回意见").click()
    expect(desk.locator(".comments")).to_have_count(0)
    desk.keyboard.press("5")
    expect(desk.locator(".history")).to_contain_text("撤回")


def test_the_address_leads_to_a_finding_or_a_page_and_follows(desk):
    desk.goto("about:blank")
    desk.goto(f"/packages/{desk.package}#page=0.3")
    expect(desk.locator(".page-choice")).to_have_value("0-3")
    choose(desk, "total_assets|2022")
    address = desk.url
    expect(desk.locator(".page-choice")).to_have_value("0-2")
    desk.goto("about:blank")
    desk.goto(address)
    expect(desk.locator(".page-choice")).to_have_value("0-2")
    assert current(desk) == "total_assets|2022"
    desk.evaluate("location.hash = '#page=7.1'")
    expect(desk.locator(".toast")).to_contain_text("已不在")


def test_a_place_marked_by_mouse_is_kept_with_the_correction(desk):
    choose(desk, "invention_patents|now")
    desk.keyboard.press("d")
    desk.locator("details.paper > summary").first.click()
    desk.get_by_role("button", name=re.compile("^更正：营业收入")).first.click()
    desk.get_by_role("button", name="另标位置").click()
    desk.get_by_label("在哪一页上标").select_option(label=desk.get_by_label("在哪一页上标").locator("option").first.inner_text())
    sheet = desk.locator(".marking-sheet").bounding_box()
    desk.mouse.move(sheet["x"] + sheet["width"] * 0.5, sheet["y"] + 60)
    desk.mouse.down()
    desk.mouse.move(sheet["x"] + sheet["width"] * 0.25, sheet["y"] + 100, steps=3)
    desk.mouse.up()
    desk.get_by_role("button", name="用这个位置").click()
    expect(desk.locator("dialog .cutout figcaption")).to_contain_text("您标出的位置")
    desk.get_by_role("button", name="保存并重新核对").click()
    saved(desk)
    spots = [s for d in api(desk)["documents"] for f in d["fields"] if f["key"] == "revenue" for s in f["evidence"]]
    tall = sheet["height"]
    wanted = [0.25, 60 / tall, 0.5, 100 / tall]
    assert [s for s in spots if s["page"] == 1 and s["box"] == pytest.approx(wanted, abs=0.003)], spots


def test_a_place_is_marked_by_keyboard_and_esc_leaves_only_the_marking(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("c")
    desk.get_by_role("button", name="另标位置").press("Enter")
    assert focus_is_within(desk, ".marking-view")
    before = desk.locator(".marking .spot").bounding_box()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Shift+ArrowRight")
    after = desk.locator(".marking .spot").bounding_box()
    step = desk.locator(".marking-sheet").bounding_box()["width"] * 0.004
    assert after["x"] - before["x"] == pytest.approx(step, abs=1)
    assert after["width"] - before["width"] == pytest.approx(step, abs=1)
    desk.keyboard.press("Escape")
    expect(desk.locator(".marking")).to_have_count(0)
    expect(desk.locator("dialog .cutout figcaption")).to_contain_text("系统读出")
    desk.get_by_role("button", name="另标位置").press("Enter")
    desk.keyboard.press("Control+ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog .cutout figcaption")).to_contain_text("您标出的位置")
    desk.get_by_role("button", name="撤去标记").click()
    expect(desk.locator("dialog .cutout figcaption")).to_contain_text("系统读出")


def test_messages_can_be_reached_above_a_dialog(desk):
    desk.get_by_role("button", name="设置…").click()
    expect(desk.locator("dialog .pick").first).to_be_visible()
    desk.evaluate("import('/static/lib/toast.js').then(m => m.toast('一条消息'))")
    desk.get_by_role("button", name="关闭这条消息").click()
    expect(desk.locator(".toast")).to_have_count(0)
    desk.keyboard.press("Escape")
    desk.evaluate("import('/static/lib/toast.js').then(m => m.toast('又一条'))")
    expect(desk.locator("body > #toasts .toast")).to_be_visible()


def test_the_form_to_declare_by_is_at_hand(desk):
    desk.get_by_role("button", name="设置…").click()
    with desk.expect_download() as got:
        desk.locator("dialog").get_by_role("link", name="下载空白申报数据表").click()
    assert got.value.suggested_filename.endswith(".xlsx")
    with open(got.value.path(), "rb") as file:
        assert file.read(2) == b"PK"


def test_filters_and_the_count_of_what_was_looked_at(desk):
    desk.get_by_role("button", name=re.compile("缺证据")).first.click()
    expect(desk.locator(".finding")).to_have_count(1)
    desk.keyboard.press("a")
    desk.get_by_role("button", name=re.compile("未看")).first.click()
    expect(desk.locator(".filter[aria-pressed=true]")).to_contain_text("未看")
    expect(desk.locator(".seen b")).to_have_text("1/3")


def test_papers_are_excluded_restored_and_split(desk):
    desk.keyboard.press("d")
    paper = desk.locator("details.paper").first
    paper.locator("summary").click()
    paper.get_by_role("button", name="不作证据").click()
    desk.get_by_role("button", name="不作证据").last.click()
    expect(desk.locator("dialog .notice.bad")).to_contain_text("请写明")
    desk.get_by_label("理由").fill("草稿")
    desk.get_by_role("button", name="不作证据").last.click()
    saved(desk)
    expect(paper).to_contain_text("草稿")
    assert {f["verdict"] for f in api(desk)["findings"]}.isdisjoint({"supported"})
    paper.get_by_role("button", name="恢复为证据").click()
    desk.get_by_role("button", name="恢复为证据").last.click()
    expect(desk.locator(".toast").last).to_contain_text("已恢复为证据")
    assert "supported" in {f["verdict"] for f in api(desk)["findings"]}
    before = len(api(desk)["documents"])
    paper.get_by_role("button", name="从某页拆开").click()
    desk.locator("dialog").get_by_role("button", name="拆开").click()
    saved(desk)
    assert len(api(desk)["documents"]) == before + 1
    desk.keyboard.press("5")
    desk.get_by_role("button", name=re.compile("撤销更正")).first.click()
    expect(desk.locator(".toast").last).to_contain_text("已撤销更正")
    assert len(api(desk)["documents"]) == before


def test_a_condition_is_decided_by_a_person_and_taken_back(desk):
    desk.keyboard.press("3")
    row = desk.locator(".node-row:has(button:text('判定…'))").first
    key = row.get_attribute("data-condition")
    row.get_by_role("button").last.click()
    desk.get_by_role("button", name="保存判定").click()
    expect(desk.locator("dialog .notice.bad")).to_be_visible()
    desk.locator("dialog").get_by_label("达标", exact=True).check()
    desk.get_by_label("理由").fill("见配套协议")
    desk.get_by_role("button", name="保存判定").click()
    saved(desk)
    decided = desk.locator(f'[data-condition="{key}"]')
    expect(decided).to_contain_text("见配套协议")
    expect(decided.locator(".badge")).to_contain_text("达标")
    decided.get_by_role("button", name=re.compile("撤销判定")).click()
    expect(decided).not_to_contain_text("见配套协议")


def test_the_decision_is_signed_freezes_the_package_and_is_withdrawn(desk):
    desk.get_by_role("button", name="退回补正").click()
    desk.get_by_label("签名").fill("李审核")
    desk.locator("dialog").get_by_role("button", name="退回补正").click()
    expect(desk.locator("dialog .notice.bad")).to_contain_text("意见")
    desk.get_by_label("意见", exact=True).fill("请补交专利证书")
    desk.locator("dialog").get_by_role("button", name="退回补正").click()
    saved(desk)
    expect(desk.locator(".decision-bar")).to_contain_text("李审核")
    decision = api(desk, "")["decision"]
    assert (decision["decision"], decision["signature"], decision["note"]) == ("return", "李审核", "请补交专利证书")
    expect(desk.locator(".finding-actions")).to_have_count(0)
    desk.keyboard.press("c")
    expect(desk.locator("dialog")).to_have_count(0)
    expect(desk.locator(".toast").last).to_contain_text("撤回")
    desk.get_by_role("button", name="撤回意见").click()
    desk.locator("dialog").get_by_role("button", name="撤回", exact=True).click()
    expect(desk.locator(".decision-bar")).to_contain_text("未看")
    assert api(desk, "")["decision"] is None


def test_full_numbers_are_asked_for_logged_once_and_covered_again_on_leaving(desk):
    unmasked = lambda: [e for e in api(desk, "/history")["items"] if e["action"] == "unmask"]  # noqa: E731
    desk.get_by_role("button", name=re.compile("显示完整证件号码")).click()
    desk.locator("dialog").get_by_role("button", name="取消").click()
    expect(desk.locator(".unmasked")).to_be_hidden()
    desk.get_by_role("button", name=re.compile("显示完整证件号码")).click()
    desk.get_by_role("button", name="显示并记录").click()
    expect(desk.locator(".unmasked")).to_be_visible()
    expect(desk.locator(".stage img")).to_have_attribute("src", re.compile("unmasked"))
    assert len(unmasked()) == 1
    desk.keyboard.press("]")
    expect(desk.locator(".unmasked")).to_be_hidden()
    expect(desk.locator(".stage img")).not_to_have_attribute("src", re.compile("unmasked"))
    assert len(unmasked()) == 1


def test_somebody_elses_change_is_told_and_shown(desk, client_as, page_as):
    page_as.forgiven.append("409")
    other = client_as("A", "admin")
    document = api(desk)["documents"][0]
    body = {"kind": "exclusion", "place": document["place"], "reason": "样本", "why": "", "version": 1}
    answer = other.post(f"/api/v1/packages/{desk.package}/revisions", json=body | {"version": api(desk)["version"]})
    assert answer.status_code == 200, answer.text
    desk.keyboard.press("a")
    expect(desk.locator(".toast.bad")).to_be_visible()
    desk.keyboard.press("d")
    expect(desk.locator("details.paper").first).to_contain_text("不作证据")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    expect(desk.locator(".finding[data-current] .said")).to_contain_text("已认可")


def test_two_pages_side_by_side_zoomed_and_turned(desk):
    choose(desk, "total_assets|2022")
    desk.keyboard.press("s")
    expect(desk.locator(".pane")).to_have_count(2)
    assert len({s.input_value() for s in desk.locator(".page-choice").all()}) == 2
    width = lambda: desk.locator(".pane.active .sheet").bounding_box()["width"]  # noqa: E731
    before = width()
    desk.keyboard.press("+")
    assert width() > before
    desk.keyboard.press("-")
    assert width() == pytest.approx(before, rel=0.01)
    desk.keyboard.press("r")
    expect(desk.locator(".pane.active .layer")).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    box, stage = desk.locator(".pane.active .spot.strong").bounding_box(), desk.locator(".pane.active .stage").bounding_box()
    assert within(box, stage)
    desk.keyboard.press("s")
    expect(desk.locator(".pane")).to_have_count(1)


def test_zoom_pan_and_turning_keep_to_the_page(desk):
    checks = """async () => {
      const g = await import('/static/desk/geometry.js');
      const box = [0.1, 0.2, 0.4, 0.25], view = {width: 800, height: 600}, size = {width: 1000, height: 1414};
      const wrong = [];
      const near = (a, b) => a.every((x, i) => Math.abs(x - b[i]) < 1e-9);
      if (!near(g.turnBox(g.turnBox(box, 90), 270), box)) wrong.push('90+270');
      if (!near(g.turnBox(g.turnBox(box, 180), 180), box)) wrong.push('180+180');
      if (!near(g.turnBox(g.turnBox(box, 90), 90), g.turnBox(box, 180))) wrong.push('90+90');
      for (const rotation of [0, 90, 180, 270]) for (const b of [box, [0, 0, 0.02, 0.01], [0.9, 0.95, 1, 1], [0, 0, 1, 1]]) {
        const s = g.turned(size, rotation), t = g.turnBox(b, rotation), f = g.focusOn(t, view, s);
        const shown = [f.x + t[0] * s.width * f.scale, f.y + t[1] * s.height * f.scale,
                       f.x + t[2] * s.width * f.scale, f.y + t[3] * s.height * f.scale];
        if (shown[0] < -1 || shown[1] < -1 || shown[2] > 801 || shown[3] > 601) wrong.push([rotation, b, shown]);
      }
      const z = g.zoomAt({scale: 0.8, x: 0, y: -100}, 1.5, {x: 400, y: 300}, view, size);
      if (Math.abs((400 - z.x) / z.scale - 400 / 0.8) > 1e-6
          || Math.abs((300 - z.y) / z.scale - 400 / 0.8) > 1e-6) wrong.push('zoom');
      return wrong;
    }"""
    assert desk.evaluate(checks) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda s: str(s[0]))
def test_the_desk_is_accessible_and_fits(page_as, finished_package, faults, size):
    page = with_pictures(page_as("A", "admin", width=size[0], height=size[1]))

    def accessible(state: str) -> None:
        # What axe-core looks at does not depend on the size.
        assert size != SIZES[0] or faults(page) == [], state

    page.goto(f"/packages/{finished_package('A')}")
    expect(page.locator(".stage img")).to_be_visible()
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        for summary in page.locator("details.paper:visible > summary").all():
            summary.click()
        accessible(tab)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), tab
        assert page.evaluate("document.documentElement.scrollHeight <= document.documentElement.clientHeight"), tab
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    accessible("two pages")
    for key, heading in (("c", "更正"), ("x", "不认可"), ("?", "键盘操作")):
        page.keyboard.press(key)
        expect(page.locator("dialog h2")).to_contain_text(heading)
        accessible(heading)
        page.keyboard.press("Escape")
    for name in ("导出…", "设置…", "推荐"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("dialog h2")).to_be_visible()
        accessible(name)
        page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.get_by_role("button", name="在页面上标出位置").or_(page.get_by_role("button", name="另标位置")).click()
    accessible("marking")
    buttons = page.locator("dialog .dialog-actions").bounding_box()
    assert buttons["y"] + buttons["height"] <= size[1]


def test_a_submitter_looks_but_does_not_judge(page_as, finished_package):
    package = finished_package("A", by="submitter")
    page = with_pictures(page_as("A", "submitter"))
    page.goto(f"/packages/{package}")
    expect(page.locator(".finding")).to_have_count(3)
    for name in ("认可", "更正", "推荐", "显示完整证件号码"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".toast")).to_contain_text("只能查看")


def test_another_organisations_package_is_not_there(page_as, finished_package):
    page_as.forgiven.append("404")
    page = page_as("B", "reviewer")
    page.goto(f"/packages/{finished_package('A')}")
    expect(page.locator(".notice.bad")).to_be_visible()
    expect(page.get_by_role("link", name="回到材料包").last).to_be_visible()


def test_texts_from_papers_never_become_markup(page_as, finished_package):
    hostile = "<img src=x onerror=\"document.title='taken'\"><b>粗</b>"
    package = finished_package("A")
    page = with_pictures(page_as("A", "reviewer"))

    def poison(route):
        desk = route.fetch().json()
        desk["package"] |= {"name": hostile, "enterprise": hostile, "remarks": [hostile]}
        for finding in desk["findings"]:
            finding |= {"label": hostile, "reason": hostile}
            for spot in finding["evidence"]:
                spot["text"] = hostile
        for document in desk["documents"]:
            document |= {"title": hostile, "type_label": hostile, "excluded": hostile}
            for field in document["fields"]:
                field |= {"label": hostile, "text": hostile}
        for file in desk["files"]:
            file |= {"name": hostile, "error": hostile}
        for group in desk["groups"]:
            group["title"] = hostile
        route.fulfill(status=200, content_type="application/json", body=json.dumps(desk))

    page.route(re.compile(r"/desk$"), poison)
    page.goto(f"/packages/{package}")
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        for summary in page.locator("details.paper:visible > summary").all():
            summary.click()
    page.wait_for_timeout(200)
    expect(page.get_by_text("粗", exact=True)).to_have_count(0)
    assert page.locator("img[src='x']").count() == 0
    assert page.title() != "taken"


def test_a_running_package_shows_its_progress_then_its_findings(page_as, finished_package):
    package = finished_package("A")
    page = with_pictures(page_as("A", "reviewer"))
    asked = []

    def unfinished(route):
        desk = route.fetch().json()
        asked.append(1)
        if len(asked) == 1:
            desk |= {"findings": [], "groups": [], "documents": [], "files": [], "pages": [], "checks": [], "policies": []}
            desk["package"] |= {
                "verdict": None,
                "run": desk["package"]["run"] | {"state": "reading", "pages_done": 1, "pages_total": 3},
            }
        route.fulfill(status=200, content_type="application/json", body=json.dumps(desk))

    def progress(route):
        page.wait_for_timeout(700)
        data = json.dumps({"state": "judging", "pages_done": 3, "pages_total": 3, "doing": "核对", "error": None})
        route.fulfill(
            status=200, content_type="text/event-stream", body=f"event: progress\ndata: {data}\n\nevent: end\ndata: {data}\n\n"
        )

    page.route(re.compile(r"/desk$"), unfinished)
    page.route(re.compile(r"/progress$"), progress)
    page.goto(f"/packages/{package}")
    expect(page.locator(".running")).to_contain_text("1/3 页")
    expect(page.locator(".waiting")).to_contain_text("收到的文件")
    expect(page.locator(".finding")).to_have_count(3)
    expect(page.locator(".running")).to_have_count(0)


def test_a_failed_package_says_why_and_is_tried_again(page_as, finished_package):
    package = finished_package("A")
    page = with_pictures(page_as("A", "reviewer"))
    retried = []

    def failed(route):
        desk = route.fetch().json()
        if not retried:
            desk["package"]["run"] |= {"state": "failed", "error": "《扫描件.pdf》已损坏，打不开；请重新导出后上传"}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(desk))

    def retry(route):
        retried.append(1)
        route.fulfill(status=200, content_type="application/json", body="{}")

    page.route(re.compile(r"/desk$"), failed)
    page.route(re.compile(r"/retry$"), retry)
    page.goto(f"/packages/{package}")
    expect(page.locator(".desk-progress [role=alert]")).to_contain_text("已损坏")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".desk-progress [role=alert]")).to_have_count(0)


def test_settings_choose_the_policies_by_which_it_is_judged(desk):
    desk.get_by_role("button", name="设置…").click()
    name = next(p.name for p in load_policies() if p.id == POLICY)
    desk.locator(".pick", has_text=name).first.get_by_role("checkbox").uncheck()
    desk.get_by_label("名称").fill("新的名称")
    desk.get_by_role("button", name="保存并重新核对").click()
    saved(desk)
    changed = api(desk, "")
    assert (changed["name"], changed["policies"]) == ("新的名称", [])
    desk.keyboard.press("3")
    expect(desk.locator(".conditions")).to_contain_text("没有选择政策")


def test_exports_are_handed_over(desk):
    desk.get_by_role("button", name="导出…").click()
    with desk.expect_download() as got:
        desk.get_by_role("button", name="完整结果（JSON）").click()
    with open(got.value.path(), encoding="utf-8") as file:
        assert json.load(file)["schema"] == "zuozheng.result/1"
    expect(desk.locator("dialog")).to_contain_text("已导出")
