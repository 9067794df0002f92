"""The pages as they are served: who gets which, and that nothing in them breaks the content security policy."""

import re
from pathlib import Path

import pytest

import api.web.pages as pages

WEB = Path(pages.__file__).parent
SOME = "0d7c3f0e-52f6-4a7e-9d56-0a3f3d9f7a11"
PAGES = ["/", f"/packages/{SOME}", "/batches", f"/batches/{SOME}", "/watch", "/account"]
HTML = {"Accept": "text/html"}
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
MODULES = sorted((WEB / "static").rglob("*.js"))


class TestServed:
    @pytest.mark.parametrize("role", ["submitter", "reviewer", "admin"])
    def test_everybody_signed_in_gets_the_pages(self, client_as, role):
        for path in PAGES:
            answer = client_as("A", role).get(path, headers=HTML)
            assert answer.status_code == 200, path
            assert '<html lang="zh-CN">' in answer.text
            assert answer.headers["cache-control"] == "no-store"

    def test_strangers_get_none(self, client):
        for path in [*PAGES, "/admin", "/static/app.css", "/static/shell.js"]:
            answer = client.get(path, headers=HTML)
            assert answer.status_code == 401
            assert "shell.js" not in answer.text

    def test_administration_is_for_administrators(self, client_as):
        assert client_as("B", "admin").get("/admin", headers=HTML).status_code == 200
        for role in ("submitter", "reviewer"):
            refused = client_as("A", role).get("/admin", headers=HTML)
            assert refused.status_code == 403
            assert "没有权限" in refused.text
            assert 'href="/admin"' not in refused.text

    def test_organisations_are_for_operators(self, client_as):
        assert "tab-organisations" in client_as("A", "admin").get("/admin", headers=HTML).text
        assert "tab-organisations" not in client_as("B", "admin").get("/admin", headers=HTML).text

    def test_names_are_text(self, client_as, people, service):
        from api.store.tables import User

        with service.store.begin() as session:
            session.get_one(User, people[("A", "reviewer")].user_id).name = "<img src=x onerror=alert(1)>"
        text = client_as("A", "reviewer").get("/", headers=HTML).text
        assert "<img" not in text
        assert "&lt;img" in text
        path = "/packages/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
        assert "<script>" not in client_as("A", "reviewer").get(path, headers=HTML).text

    def test_every_file_that_a_page_names_is_there(self, client_as):
        client = client_as("A", "admin")
        texts = [client.get(path, headers=HTML).text for path in [*PAGES, "/admin"]]
        named = {m for text in texts for m in re.findall(r'(?:href|src)="(/static/[^"]+)"', text)}
        assert len(named) > 5
        for address in named:
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_nothing_inline(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(WEB)))
def test_modules_never_make_markup_of_data(path):
    text = path.read_text(encoding="utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(.style"
    assert not re.search(forbidden, text)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(WEB)))
def test_imports_lead_to_what_is_exported(path):
    text = path.read_text(encoding="utf-8")
    for names, target in re.findall(r"import\s*\{([^}]*)\}\s*from\s*\"([^\"]+)\"", text):
        assert target.startswith("."), f"{target}: nothing from elsewhere"
        source = (path.parent / target).read_text(encoding="utf-8")
        for name, _, here in (n.strip().partition(" as ") for n in names.split(",") if n.strip()):
            exported = rf"export (?:async )?(?:function\*?|const|let|class) {name}\b|export \{{[^}}]*\b{name}\b"
            assert re.search(exported, source), f"{name} in {target}"
            assert len(re.findall(rf"\b{here or name}\b", text)) > 1, f"{name} is imported and not used"
