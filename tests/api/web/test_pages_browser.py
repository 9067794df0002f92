"""The pages in a browser: what people see and can do, at both sizes, and what axe-core says of it."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from api.store.tables import User
from extractor.reports.labels import SUMMARY, VERDICTS
from extractor.reports.policy_view import STATUS
from tests.api.conftest import PASSWORD
from tests.api.web.answers import HOSTILE, MANY, batch, package, paged, running, watch_item


def answer(page: Page, path: str, body, *, status: int = 200) -> None:
    """Let the API answer so to any request for this path (a regular expression)."""
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/event-stream" if isinstance(body, str) else "application/json"
    page.route(re.compile(rf"/api/v1{path}(\?|$)"), lambda route: route.fulfill(status=status, content_type=kind, body=text))


def events(*items: tuple[str, dict]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in items)


def queue(page: Page, packages: list[dict]) -> None:
    answer(page, "/batches", paged([]))
    answer(page, "/packages", paged(packages))
    answer(page, "/policies", {"items": []})


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_words_are_those_of_the_reports(page_as):
    page = page_as("A", "reviewer")
    page.goto("/account")
    words = page.evaluate("import('/static/lib/labels.js').then(m => [m.VERDICTS, m.OUTCOMES, m.CONDITIONS])")
    assert words[0] == {v.value: [x.symbol, x.word, x.meaning] for v, x in VERDICTS.items()}
    assert {k: v[1:] for k, v in words[1].items() if k != "error"} == {k: [x[0], x[1]] for k, x in SUMMARY.items()}
    assert words[2] == {k: [x.symbol, x.word] for k, x in STATUS.items()}


@pytest.mark.parametrize("size", [(1366, 768), (3840, 2160)], ids=lambda s: str(s[0]))
def test_every_page_fits_and_is_accessible(page_as, faults, size):
    page = page_as("A", "admin", width=size[0], height=size[1])
    queue(page, [package(0, name=MANY), package(1, verdict="pass", risk=0.0), running(2), running(3, "queued")])
    answer(page, "/packages/[^/]+/progress", events(("progress", running(2)["run"])))
    answer(page, f"/batches/{batch()['id']}", batch())
    answer(page, "/watch", paged([watch_item(-3), watch_item(5), watch_item(90, "change_report_due", change="c1")]))
    for path in (
        "/",
        "/batches",
        f"/batches/{batch()['id']}",
        "/watch",
        "/admin",
        "/admin#audit",
        "/admin#organisations",
        "/account",
    ):
        page.goto("about:blank")
        page.goto(path)
        expect(page.locator("main .loading")).to_have_count(0)
        assert fits(page), path
        # What axe-core looks at does not depend on the size.
        assert size[0] > 2000 or faults(page) == [], path


class TestQueue:
    def test_a_hostile_name_stays_text(self, page_as):
        page = page_as("A", "reviewer")
        queue(page, [package(0, name=HOSTILE, enterprise=HOSTILE, reasons=[HOSTILE])])
        page.goto("/")
        expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
        assert page.locator("main img").count() == 0
        assert page.title() == "材料包 · 佐证核对"

    def test_with_the_real_api(self, page_as, finished_package, tmp_path):
        finished_package("A", name="办完的一家有限公司")
        file = tmp_path / "说明.csv"
        file.write_text("项目,数值\n", encoding="utf-8")
        page = page_as("A", "reviewer")
        answer(page, "/batches", paged([]))
        page.goto("/")
        row = page.get_by_role("row").filter(has_text="办完的一家有限公司")
        expect(row).to_contain_text("已办完")
        page.locator("#upload").click()
        page.locator(".drop input:not([webkitdirectory])").set_input_files(file)
        page.get_by_label("材料包名称").fill("刚交的")
        page.get_by_label("查找政策").fill("小巨人")
        page.locator(".pick").first.click()
        page.get_by_role("button", name="开始上传").click()
        page.wait_for_url("**/packages/*")
        page.goto("/?sort=-created&state=live")
        mine = page.get_by_role("row").filter(has_text="刚交的")
        expect(mine).to_contain_text("排队中")
        expect(row).to_have_count(0)
        mine.get_by_role("checkbox").check()
        page.get_by_role("button", name="取消处理（1）").click()
        page.get_by_role("dialog").get_by_role("button", name="取消处理").click()
        expect(page.get_by_text("已要求停止 1 个材料包")).to_be_visible()

    def test_filters_live_in_the_address(self, page_as):
        page = page_as("A", "reviewer")
        queue(page, [package()])
        page.goto("/?verdict=fail&q=闽江")
        expect(page.get_by_label("结论")).to_have_value("fail")
        with page.expect_request(lambda r: "verdict=review" in r.url and "sort=risk" in r.url):
            page.get_by_label("结论").select_option("review")
        assert "verdict=review" in page.url

    def test_nothing_there_says_what_to_do(self, page_as):
        page = page_as("A", "submitter")
        queue(page, [])
        page.goto("/")
        expect(page.get_by_role("heading", name="还没有材料包")).to_be_visible()
        page.goto("/?q=xyz")
        expect(page.get_by_role("link", name="清除筛选")).to_be_visible()

    def test_progress_comes_by_itself(self, page_as):
        page = page_as("A", "reviewer")
        queue(page, [running(5, name="正在读的")])
        state = running(5)["run"]
        answer(page, "/packages/[^/]+/progress", events(("progress", {**state, "pages_done": 19}), ("end", {})))
        answer(page, "/packages/[0-9a-f-]+", package(5, name="正在读的"))
        page.goto("/")
        expect(page.locator("tbody").get_by_text("存在不符")).to_be_visible()
        expect(page.locator("#announce")).to_have_text("《正在读的》存在不符")

    def test_an_error_is_told_with_its_remedy_and_can_be_tried_again(self, page_as):
        page = page_as("A", "reviewer")
        page_as.forgiven.append("503")
        queue(page, [package()])
        problem = {
            "title": "服务暂不可用",
            "status": 503,
            "detail": "数据库连不上；请稍后再试",
            "code": "not-ready",
            "request_id": "ab12",
        }
        answer(page, "/packages", problem, status=503)
        page.goto("/")
        expect(page.get_by_role("alert")).to_contain_text("数据库连不上；请稍后再试")
        expect(page.get_by_role("alert")).to_contain_text("ab12")
        answer(page, "/packages", paged([package()]))
        page.get_by_role("button", name="重试").click()
        expect(page.get_by_role("link", name="闽江精密")).to_be_visible()

    def test_the_chosen_ones_can_be_cancelled(self, page_as):
        page = page_as("A", "submitter")
        queue(page, [running(1, name="甲"), running(2, name="乙"), package(3, name="丙")])
        answer(page, "/packages/[^/]+/progress", "")
        page.goto("/")
        for name in ("甲", "乙", "丙"):
            page.get_by_label(f"选择 {name}").check()
        asked = []
        page.route(
            re.compile("/cancel$"), lambda r: (asked.append(r.request.headers["x-csrf-token"]), r.fulfill(json=running(1)))
        )
        assert page.get_by_role("button", name="删除").count() == 0
        page.get_by_role("button", name="取消处理（2）").click()
        page.get_by_role("dialog").get_by_role("button", name="取消处理").click()
        expect(page.get_by_text("已要求停止 2 个材料包")).to_be_visible()
        assert len(asked) == 2
        assert all(asked)

    def test_a_session_that_has_ended_leads_to_the_sign_in_page(self, page_as):
        page = page_as("A", "reviewer", fresh=True)
        page_as.forgiven.append("401")
        queue(page, [package()])
        page.goto("/")
        expect(page.get_by_role("link", name="闽江精密")).to_be_visible()
        page.context.clear_cookies()
        page.unroute_all()
        page.get_by_label("排序").select_option("name")
        expect(page.locator("input[type=password]")).to_be_visible()


class TestUpload:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in ("闽江精密/审计报告.pdf", "闽江精密/证书/1.jpg", "闽江精密/证书/.DS_Store", "闽江精密/~$草稿.docx"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 10)
        return tmp_path / "闽江精密"

    def sent(self, page: Page) -> list[bytes]:
        bodies: list[bytes] = []

        def take(route):
            if route.request.method != "POST":
                return route.fallback()
            bodies.append(route.request.post_data_buffer)
            return route.fulfill(status=201, json=package(7))

        page.route(re.compile(r"/api/v1/packages(\?|$)"), take)
        return bodies

    def test_a_folder_keeps_its_paths_and_names_the_package(self, page_as, folder, tmp_path):
        page = page_as("A", "submitter")
        page_as.forgiven.append("404")
        queue(page, [])
        bodies = self.sent(page)
        declared = tmp_path / "declared.csv"
        declared.write_text("指标\n", encoding="utf-8")
        page.goto("/")
        page.locator("#upload").click()
        page.locator("input[webkitdirectory]").set_input_files(folder)
        expect(page.get_by_text("已选 2 个文件")).to_be_visible()
        page.get_by_label("核验基准日").fill("2026-05-06")
        page.locator(".one-file input").set_input_files(declared)
        page.get_by_role("button", name="开始上传").click()
        page.wait_for_url(f"**/packages/{package(7)['id']}")
        body = bodies[0].decode()
        assert 'name="files"; filename="审计报告.pdf"' in body
        assert 'name="files"; filename="证书/1.jpg"' in body
        assert 'name="declared"; filename="declared.csv"' in body
        assert re.search(r'name="name"\r\n\r\n闽江精密\r\n', body)
        assert re.search(r'name="as_of"\r\n\r\n2026-05-06\r\n', body)
        assert "DS_Store" not in body
        assert "~$" not in body

    def test_several_zips_can_be_several_packages(self, page_as, tmp_path):
        page = page_as("A", "submitter")
        queue(page, [])
        bodies = self.sent(page)
        zips = [tmp_path / "甲.zip", tmp_path / "乙.zip"]
        for path in zips:
            path.write_bytes(b"PK")
        page.goto("/")
        page.locator("#upload").click()
        page.locator(".drop input:not([webkitdirectory])").set_input_files(zips)
        expect(page.get_by_label("各为一个材料包（共 2 个）")).to_be_checked()
        page.get_by_role("button", name="开始上传").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert sorted(re.search(r'name="name"\r\n\r\n(.*)\r\n', b.decode())[1] for b in bodies) == ["乙", "甲"]

    def test_a_refusal_is_told_in_the_dialog(self, page_as, tmp_path):
        page = page_as("A", "submitter")
        page_as.forgiven.append("413")
        queue(page, [])
        file = tmp_path / "大.pdf"
        file.write_bytes(b"x")
        page.goto("/")
        page.locator("#upload").click()
        page.get_by_role("button", name="开始上传").click()
        expect(page.get_by_role("alert")).to_contain_text("请先拖入或选择材料")
        page.locator(".drop input:not([webkitdirectory])").set_input_files(file)
        problem = {
            "title": "上传过大",
            "status": 413,
            "detail": "一次最多 2048 MB；请分几次上传",
            "code": "too-large",
            "request_id": "r1",
        }
        answer(page, "/packages", problem, status=413)
        page.get_by_role("button", name="开始上传").click()
        expect(page.get_by_role("alert")).to_contain_text("请分几次上传")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#upload")).to_be_focused()

    def test_dropped_files_open_the_dialog(self, page_as):
        page = page_as("A", "submitter")
        queue(page, [])
        page.goto("/")
        expect(page.get_by_role("heading", name="还没有材料包")).to_be_visible()
        transfer = page.evaluate_handle(
            "() => { const d = new DataTransfer(); d.items.add(new File(['x'], '审计报告.pdf')); return d; }"
        )
        page.dispatch_event("body", "dragenter", {"dataTransfer": transfer})
        expect(page.locator("#drop-veil")).to_be_visible()
        page.dispatch_event("body", "drop", {"dataTransfer": transfer})
        expect(page.get_by_role("dialog")).to_contain_text("审计报告.pdf")
        expect(page.locator("#drop-veil")).to_be_hidden()


class TestBatch:
    @pytest.fixture
    def page(self, page_as) -> Page:
        page = page_as("A", "reviewer")
        queue(page, [])
        answer(page, f"/batches/{batch()['id']}", batch())
        page.goto(f"/batches/{batch()['id']}")
        expect(page.locator(".ranked tbody tr")).to_have_count(5)
        return page

    def test_rows_are_ranked_filtered_and_sorted(self, page):
        first = page.locator(".ranked tbody tr").first
        expect(first).to_contain_text("第0家企业有限公司")
        page.locator("#f-verdict").select_option("fail")
        expect(page.locator(".ranked tbody tr")).to_have_count(2)
        expect(first.locator("td").first).to_have_text("3")
        page.locator("#f-verdict").select_option("")
        page.locator("#f-only").select_option("repeated")
        expect(page.locator(".ranked tbody tr")).to_have_count(2)
        page.locator("#f-only").select_option("")
        page.locator("#f-sort").select_option("score")
        expect(first).to_contain_text("未能核对")

    def test_charts_have_their_figures_as_tables(self, page):
        chart = page.get_by_role("figure", name="结论分布（个）")
        chart.get_by_text("数据表").click()
        assert chart.locator("tbody tr").all_inner_texts() == [
            "✓ 全部相符\t1",
            "? 需人工复核\t1",
            "✗ 存在不符\t2",
            "! 未能核对\t1",
        ]

    def test_the_score_is_explained(self, page):
        page.get_by_role("button", name="92 分，看组成").click()
        expect(page.get_by_role("dialog")).to_contain_text("13 项中 9 项相符")

    def test_repeated_papers_stand_side_by_side(self, page):
        page.route(
            "**/picture",
            lambda r: r.fulfill(
                content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
            ),
        )
        page.get_by_role("button", name="并排对照").click()
        sources = [i.get_attribute("src") for i in page.get_by_role("dialog").locator("img").all()]
        assert [s.split("/packages/")[1].split("/", 1)[1] for s in sources] == ["pages/0/3/picture", "pages/0/12/picture"]
        assert page.get_by_role("dialog").get_by_role("link").first.get_attribute("href").endswith("#page=0.3")

    def test_export(self, page):
        assert page.get_by_role("link", name="导出 Excel").get_attribute("href") == f"/api/v1/batches/{batch()['id']}/export.xlsx"


class TestWatch:
    def test_overdue_first_then_by_month(self, page_as):
        page = page_as("A", "reviewer")
        answer(page, "/watch", paged([watch_item(-3), watch_item(2), watch_item(400)]))
        page.goto("/watch")
        expect(page.locator(".month")).to_have_count(3)
        expect(page.locator(".month h2").first).to_have_text("已逾期 1 项")
        expect(page.locator(".month").first).to_contain_text("逾期 3 天")
        assert page.get_by_role("link", name="证书.pdf 第2页").first.get_attribute("href").endswith("#page=0.2")

    def test_a_change_is_entered_and_reported(self, page_as):
        page = page_as("A", "reviewer")
        answer(page, "/packages", paged([package()]))
        answer(page, "/watch", paged([watch_item(20, "change_report_due", change="c1")]))
        sent = []
        page.route(
            re.compile("/api/v1/watch/changes"),
            lambda r: (sent.append((r.request.method, r.request.post_data_json)), r.fulfill(json={})),
        )
        page.goto("/watch")
        page.get_by_role("button", name="登记变更事项").click()
        page.get_by_label("福建闽江精密机械股份有限公司").check()
        page.get_by_label("变更内容").fill("企业更名")
        page.get_by_label("发生日期").fill("2026-01-05")
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="已报告…").click()
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert sent[0] == ("POST", {"package": package()["id"], "what": "企业更名", "happened_on": "2026-01-05"})
        assert sent[1][0] == "PATCH"

    def test_a_feed_address_is_made(self, page_as, live):
        page = page_as("A", "reviewer")
        answer(page, "/watch", paged([]))
        page.goto("/watch")
        page.get_by_role("button", name="订阅日历…").click()
        page.get_by_role("button", name="生成订阅地址").click()
        value = page.get_by_role("textbox", name="订阅地址").input_value()
        assert value.startswith(f"{live}/api/v1/watch.ics?token=")


class TestPeople:
    def test_a_user_is_made_changed_and_disabled_and_the_log_knows(self, page_as):
        page = page_as("A", "admin")
        page.goto("/admin")
        page.get_by_role("button", name="新建用户").click()
        page.get_by_label("登录名").fill("chen")
        page.get_by_label("姓名").fill("陈复核")
        page.get_by_label("角色").select_option("submitter")
        page.get_by_role("button", name="新建", exact=True).click()
        assert len(page.get_by_role("textbox", name="一次性口令").input_value()) > 8
        page.get_by_role("button", name="我已记下，关闭").click()
        row = page.get_by_role("row").filter(has_text="陈复核")
        expect(row).to_contain_text("填报人")
        expect(row).to_contain_text("待改口令")
        page.get_by_role("button", name="修改 陈复核").click()
        page.get_by_label("角色").select_option("reviewer")
        page.get_by_role("button", name="保存").click()
        expect(row).to_contain_text("审核员")
        page.get_by_role("button", name="停用 陈复核").click()
        page.get_by_role("dialog").get_by_role("button", name="停用").click()
        expect(row).to_contain_text("已停用")
        page.get_by_role("tab", name="用户").press("ArrowRight")
        expect(page.locator("#audit tbody")).to_contain_text("新建账号")
        page.get_by_role("button", name="核对日志是否完整").click()
        expect(page.locator("#audit .notice")).to_contain_text("日志完整")

    def test_a_login_that_is_taken_is_told_in_the_dialog(self, page_as):
        page = page_as("A", "admin")
        page_as.forgiven.append("409")
        page.goto("/admin")
        page.get_by_role("button", name="新建用户").click()
        page.get_by_label("登录名").fill("reviewer-a")
        page.get_by_label("姓名").fill("重名")
        page.get_by_role("button", name="新建", exact=True).click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()

    def test_an_organisation_is_made(self, page_as):
        page = page_as("A", "admin")
        page.goto("/admin#organisations")
        page.get_by_role("button", name="新建单位").click()
        page.get_by_label("单位名称").fill("示范区科技局")
        page.get_by_label("首位管理员的登录名").fill("kjj-admin")
        page.get_by_label("首位管理员的姓名").fill("李管理")
        page.get_by_role("button", name="新建", exact=True).click()
        expect(page.get_by_role("textbox", name="一次性口令")).not_to_have_value("")
        page.get_by_role("button", name="我已记下，关闭").click()
        expect(page.locator("#organisations tbody")).to_contain_text("示范区科技局")

    def test_a_one_time_password_is_changed_first(self, page_as, service, people):
        with service.store.begin() as session:
            session.get_one(User, people[("B", "submitter")].user_id).must_change_password = True
        page = page_as("B", "submitter")
        queue(page, [])
        page.goto("/")
        assert page.url.endswith("/account")
        assert page.locator("nav a").count() == 0
        page.get_by_label("一次性口令").fill(PASSWORD)
        page.get_by_label("新口令").fill("xin-kouling-2026")
        page.get_by_label("再输一遍").fill("xin-kouling-2027")
        page.get_by_role("button", name="修改口令").click()
        expect(page.get_by_role("alert")).to_contain_text("两遍不一样")
        page.get_by_label("再输一遍").fill("xin-kouling-2026")
        page.get_by_role("button", name="修改口令").click()
        expect(page.get_by_role("heading", name="还没有材料包")).to_be_visible()

    def test_a_token_is_shown_once_and_revoked(self, page_as):
        page = page_as("B", "reviewer")
        page.goto("/account")
        page.get_by_role("button", name="新建访问令牌").click()
        page.get_by_label("用途").fill("夜间批量")
        page.get_by_role("button", name="新建", exact=True).click()
        secret = page.get_by_role("textbox", name="访问令牌").input_value()
        page.get_by_role("button", name="我已记下，关闭").click()
        expect(page.locator("#tokens")).to_contain_text("夜间批量")
        assert secret not in page.content()
        page.get_by_role("button", name="撤销 夜间批量").click()
        page.get_by_role("dialog").get_by_role("button", name="撤销").click()
        expect(page.locator("#tokens")).to_contain_text("还没有访问令牌")

    def test_signing_out(self, page_as):
        page = page_as("A", "reviewer", fresh=True)
        page.goto("/account")
        expect(page.locator("#organisation")).to_have_text("A市工业和信息化局")
        page_as.forgiven.append("401")
        page.get_by_role("button", name="退出登录").click()
        expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_the_keyboard_reaches_the_content_first(page_as):
    page = page_as("A", "reviewer")
    page.goto("/account")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("原口令")).to_be_focused()
