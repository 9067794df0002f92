"""The whole way in a browser, on the service as people start it: from the one-time sign-in to signing out, with real reading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, expect

from tests.api.web.whole_way import (
    LAPTOP,
    NOT_SHOWN,
    PATIENCE_MS,
    PICTURES_WANTED,
    ROOT,
    SCREEN_4K,
    Faults,
    Person,
    served,
    take_picture,
)
from tests.shared_pages import hand_over, shared_folder

SAMPLE = ROOT / "corpora" / "samples" / "minjiang"
ENTERPRISE = "福建闽江精密机械股份有限公司"
POLICY = "cn-2021-little-giant-batch3"
PAGES = 25
CORRECTED = "net_profit|2020"
"""The sample declares it with two digits swapped."""
READ_BEFORE = ("01_2020年度审计报告.pdf", "02_2018年财务报表.pdf")
"""Dense statements, which another test may have read in this run of the tests; the others are read here."""
READING_MS = 540_000
"""25 pages take about a minute on two quiet cores; on busy ones much longer."""


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: into the documentation only when asked to."""
    folder = ROOT / "docs" / "images" if PICTURES_WANTED else tmp_path / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def see_only_the_sign_in_page(person: Person, *paths: str) -> None:
    for path in paths:
        answer = person.page.goto(path)
        assert answer is not None
        assert answer.status == 401, path
        expect(person.page.get_by_role("button", name="登录", exact=True)).to_be_visible()
        expect(person.page.get_by_role("navigation")).to_have_count(0)
        assert ENTERPRISE not in person.page.content()


def upload_the_sample(person: Person) -> str:
    """By the dialog; gives the package's id."""
    page = person.page
    expect(page.get_by_role("heading", name="还没有材料包")).to_be_visible()
    person.accessible("empty queue")
    page.get_by_role("button", name="上传材料包").first.click()
    page.locator("input[webkitdirectory]").set_input_files(SAMPLE / "evidence")
    expect(page.get_by_text("已选 9 个文件")).to_be_visible()
    page.locator(".one-file input").set_input_files(SAMPLE / "declared.json")
    page.get_by_label("材料包名称").fill("闽江精密 第三批申报")
    page.get_by_label("查找政策").fill("工信厅企业函〔2021〕79号")
    page.locator(".pick", has_text="第三批专精特新“小巨人”企业").click()
    expect(page.get_by_text("已选 1 项")).to_be_visible()
    person.accessible("upload")
    page.get_by_role("button", name="开始上传").click()
    page.wait_for_url("**/packages/*")
    package = page.url.rsplit("/", 1)[1]
    assert person.api(f"/packages/{package}")["policies"] == [POLICY]
    return package


def see_it_being_read(person: Person) -> None:
    pages = person.page.locator(".running b")
    expect(pages).to_have_text(re.compile(rf"^\d+/{PAGES} 页$"), timeout=READING_MS)
    first = int(pages.inner_text().split("/")[0])
    person.accessible("being read")
    expect(pages).not_to_have_text(f"{first}/{PAGES} 页", timeout=READING_MS)
    assert int(pages.inner_text().split("/")[0]) > first


def make_a_reviewer(person: Person) -> str:
    """As the administrator; gives the one-time password."""
    page = person.page
    page.goto("/admin")
    page.get_by_role("button", name="新建用户").click()
    page.get_by_label("登录名").fill("li")
    page.get_by_label("姓名").fill("李审核")
    page.get_by_label("角色").select_option("reviewer")
    page.get_by_role("button", name="新建", exact=True).click()
    secret = page.get_by_role("textbox", name="一次性口令")
    expect(secret).not_to_have_value("")
    password = secret.input_value()
    page.get_by_role("button", name="我已记下，关闭").click()
    expect(page.get_by_role("row").filter(has_text="李审核")).to_contain_text("待改口令")
    return password


def look_around(person: Person) -> None:
    """The pages beside the desk."""
    for path in ("/batches", "/watch", "/admin", "/admin#audit", "/admin#organisations", "/account", "/"):
        person.page.goto("about:blank")
        person.page.goto(path)
        expect(person.page.locator("main .loading")).to_have_count(0)
        person.accessible(path)


def go_to(person: Person, key: str) -> Locator:
    """To a finding, by keyboard; gives its row."""
    order = [row.get_attribute("data-fid") for row in person.page.locator(".finding").all()]
    here = order.index(person.page.locator(".finding[data-current]").get_attribute("data-fid"))
    way = order.index(key) - here
    person.press(*(["j"] * way if way > 0 else ["k"] * -way))
    row = person.page.locator(".finding[data-current]")
    expect(row).to_have_attribute("data-fid", key)
    return row


def walk_every_finding(person: Person, findings: dict[str, dict]) -> None:
    page = person.page
    current = page.locator(".finding[data-current]")
    order = [row.get_attribute("data-fid") for row in page.locator(".finding").all()]
    assert sorted(order) == sorted(findings)
    for i, key in enumerate(order):
        if i:
            person.press("j")
        expect(current).to_have_attribute("data-fid", key)
        finding = findings[key]
        expect(current).to_contain_text(finding["reason"])
        expect(current.locator(".badge")).to_contain_text(finding["verdict_label"])
        for n, spot in enumerate(finding["evidence"]):
            person.press("ArrowRight" if n else "Enter")
            wanted = [f"{spot['file']}-{spot['page']}", spot["box"]]
            page.wait_for_function(f"wanted => ({NOT_SHOWN})(wanted) === ''", arg=wanted)
            expect(page.locator(".pane .caption")).to_contain_text(spot["text"])
        if finding["evidence"]:
            person.press("Escape")
        else:
            expect(current).to_contain_text("没有可指明的页面")
    person.press("j")
    expect(current).to_have_attribute("data-fid", order[-1])


def type_the_correction(person: Person, value: str) -> None:
    person.press("Enter", "c")
    page = person.page
    expect(page.get_by_label("正确的值")).to_be_focused()
    expect(page.locator("dialog .cutout img")).to_be_visible()
    page.keyboard.type(value)
    expect(page.get_by_label("正确的值")).to_have_value(value)


def correct_and_think_again(person: Person, value: str) -> None:
    """A correction changes the verdict at once; it is taken back, and made once more."""
    row = go_to(person, CORRECTED)
    badge = row.locator(".badge")
    expect(badge).to_contain_text("不符")
    type_the_correction(person, value)
    person.accessible("correction")
    person.press("Enter")
    expect(person.page.locator("dialog")).to_have_count(0)
    expect(badge).to_contain_text("相符")
    expect(row.locator(".was")).to_have_text("不符")
    expect(person.page.locator(".toast").last).to_contain_text("不符 → 相符")
    person.press("u")
    expect(badge).to_contain_text("不符")
    type_the_correction(person, value)
    person.press("Enter")
    expect(badge).to_contain_text("相符")


def judge(person: Person) -> None:
    """Agree, disagree with a reason, remark; and on to what is still open."""
    page = person.page
    row = go_to(person, "revenue|2020")
    person.press("a")
    expect(row.locator(".said")).to_contain_text("已认可")
    row = go_to(person, "total_assets|2020")
    person.press("x")
    page.keyboard.type("申报值单位填错，应为 8784.92 万元")
    person.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    expect(row.locator(".said")).to_contain_text("不认可")
    person.press("m")
    page.keyboard.type("已电话核实")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(row.locator(".comments")).to_contain_text("已电话核实")
    expect(page.locator(".seen b")).to_have_text("2/21")
    person.press("n")
    badge = page.locator(".finding[data-current] .badge")
    expect(page.locator(".finding[data-current]")).not_to_have_attribute("data-fid", "total_assets|2020")
    expect(badge).not_to_contain_text("相符")


def look_at_everything_else(person: Person) -> None:
    """Two pages, the completeness list, the other tabs."""
    page = person.page
    person.press("s")
    expect(page.locator(".pane")).to_have_count(2)
    expect(page.locator(".stage img")).to_have_count(2)
    person.accessible("side by side")
    person.press("s")
    expect(page.locator(".pane")).to_have_count(1)
    for key, panel in zip("12345", ("findings", "documents", "conditions", "materials", "history"), strict=True):
        person.press(key)
        expect(page.locator(f"#panel-{panel}")).to_be_visible()
        expect(page.locator(f"#panel-{panel} .loading")).to_have_count(0)
        person.accessible(panel)
    person.press("4")
    lacking = page.locator("#panel-materials tr", has_text="专利证书")
    expect(lacking).to_contain_text("已有")
    expect(page.locator("#panel-materials tr", has_text="审计报告")).to_contain_text("缺2019年")
    person.press("Escape")


def uncover_a_page(person: Person) -> None:
    """Full numbers of persons: shown, and logged."""
    page = person.page
    go_to(person, "employees|now")
    person.press("Enter")
    page.get_by_role("button", name="显示完整证件号码").click()
    page.get_by_role("button", name="显示并记录").click()
    expect(page.locator(".unmasked")).to_be_visible()
    expect(page.locator(".stage img")).to_have_attribute("src", re.compile("unmasked=true"))
    page.get_by_role("button", name="恢复遮盖").click()
    expect(page.locator(".stage img")).not_to_have_attribute("src", re.compile("unmasked"))
    person.press("5")
    expect(page.locator(".history").get_by_text("查看未遮盖的页面：06_社保参保名单.pdf")).to_be_visible()
    person.press("Escape")


def decide(person: Person) -> None:
    page = person.page
    page.get_by_role("button", name="退回补正").click()
    page.get_by_label("意见", exact=True).fill("请补交2019年度审计报告和软件著作权登记证书")
    page.get_by_label("签名").fill("李审核")
    person.accessible("decision")
    page.locator("dialog").get_by_role("button", name="退回补正").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".decision-bar")).to_contain_text(re.compile(r"退回补正.*李审核 · .*\d{1,2}:\d{2}"))


def export(person: Person, folder: Path, value: float) -> None:
    """Every file opens and holds what was corrected and decided."""
    page = person.page
    page.get_by_role("button", name="导出…").click()
    person.accessible("export")

    def take(label: str) -> Path:
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    result = json.loads(take("完整结果（JSON）").read_text(encoding="utf-8"))
    verdicts = {(f["metric"], f["period"]): f["verdict"] for f in result["findings"]}
    assert verdicts[("net_profit", "2020")] == "supported"
    assert verdicts[("total_assets", "2020")] == "contradicted"
    assert value in [c["value"] for c in result["claims"] if c["metric"] == "net_profit" and c["period"] == "2020"]

    book = load_workbook(take("核对报告（XLSX）"))
    opinions = [" ".join(str(c.value) for c in row) for row in book["审核意见"].iter_rows()]
    assert any("存在不符" in row and "退回补正" in row and "李审核" in row for row in opinions)
    assert any("净利润" in row and "更正" in row for row in opinions)

    report = take("核对报告（网页，含截图）").read_text(encoding="utf-8")
    assert ENTERPRISE in report
    assert "data:image/" in report

    letter = take("补正通知（DOCX）")
    assert letter.name.endswith("补正通知.docx")
    told = "\n".join(p.text for p in Document(str(letter)).paragraphs)
    assert ENTERPRISE in told
    person.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def hand_in_some_again(person: Person) -> None:
    """Pages that were read before are not read again, so this is quick."""
    page = person.page
    page.goto("/")
    page.get_by_role("button", name="上传材料包").first.click()
    files = [SAMPLE / "evidence" / name for name in ("08_高新技术企业证书.jpg", "09_营业执照.jpg")]
    page.locator(".drop input:not([webkitdirectory])").set_input_files(files)
    page.get_by_label("材料包名称").fill("闽江精密 补充材料")
    page.get_by_role("button", name="开始上传").click()
    page.wait_for_url("**/packages/*")
    expect(page.locator(".desk-progress")).to_be_hidden()
    page.goto("/")
    expect(page.get_by_role("row").filter(has_text="补充材料")).to_contain_text("已办完")
    person.accessible("full queue")


def show_at_both_sizes(person: Person, name: str, folder: Path) -> None:
    for width, height in (SCREEN_4K, LAPTOP):
        person.page.set_viewport_size({"width": width, "height": height})
        expect(person.page.locator("[aria-busy=true]")).to_have_count(0)
        take_picture(person.page, name, folder)


def sign_out(person: Person, package: str) -> None:
    person.page.get_by_role("button", name="退出登录").click()
    expect(person.page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    see_only_the_sign_in_page(person, "/", f"/packages/{package}")


def log_is_sound(person: Person) -> None:
    page = person.page
    page.goto("/admin#audit")
    expect(page.locator("#audit tbody")).to_contain_text("李审核")
    page.get_by_role("button", name="核对日志是否完整").click()
    expect(page.locator("#audit .notice")).to_contain_text("日志完整")


def test_from_the_first_sign_in_to_signing_out(
    browser: Browser, faults: Faults, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, pictures: Path
) -> None:
    right = "16314182.34"
    with served(tmp_path) as service:
        hand_over(shared_folder(tmp_path_factory), SAMPLE / "evidence", READ_BEFORE, tmp_path / "data")
        admin, reviewer, stranger = (Person(browser, service, faults) for _ in range(3))
        see_only_the_sign_in_page(stranger, "/", "/admin", "/openapi.html", "/packages/x", "/static/app.css")
        stranger.accessible("sign-in")

        admin.sign_in(service.login, service.password)
        package = upload_the_sample(admin)
        see_it_being_read(admin)
        one_time = make_a_reviewer(admin)
        reviewer.sign_in("li", one_time)
        look_around(admin)
        reviewer.page.goto(f"/packages/{package}")
        see_only_the_sign_in_page(stranger, f"/packages/{package}")
        assert stranger.context.request.get(f"/api/v1/packages/{package}/desk").status == 401

        page = reviewer.page
        expect(page.locator(".finding").first).to_be_visible(timeout=READING_MS)
        expect(page.locator(".stage img")).to_be_visible()
        desk = reviewer.api(f"/packages/{package}/desk")
        expected = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
        findings = {f["key"]: f for f in desk["findings"]}
        assert {k: f["verdict"] for k, f in findings.items()} == {f"{e['metric']}|{e['period']}": e["verdict"] for e in expected}

        walk_every_finding(reviewer, findings)
        go_to(reviewer, CORRECTED)
        reviewer.press("Enter")
        show_at_both_sizes(reviewer, "desk", pictures)
        correct_and_think_again(reviewer, right)
        judge(reviewer)
        look_at_everything_else(reviewer)
        uncover_a_page(reviewer)
        decide(reviewer)
        export(reviewer, tmp_path, float(right))
        hand_in_some_again(reviewer)
        show_at_both_sizes(reviewer, "queue", pictures)
        sign_out(reviewer, package)

        log_is_sound(admin)
        assert [person.errors for person in (admin, reviewer, stranger)] == [[], [], []]
        for person in (admin, reviewer, stranger):
            person.context.close()
    assert service.failures() == []
