"""Style sheets and scripts: kept for good under the address of their version."""

from __future__ import annotations

import re
import shutil

from api.web.static_files import ADDRESS, FOLDER, version_of


def test_a_page_names_files_that_may_be_kept_for_good(client_as):
    client = client_as("A", "submitter")
    named = re.findall(r'"(/static/[^"]+)"', client.get("/", headers={"accept": "text/html"}).text)
    assert named
    assert all(name.startswith(f"{ADDRESS}/") for name in named)
    kept = client.get(named[0]).headers["cache-control"]
    assert "immutable" in kept
    assert "private" in kept


def test_other_addresses_of_a_file_are_checked_each_time(client_as):
    client = client_as("A", "submitter")
    now = client.get(f"{ADDRESS}/app.css")
    for address in ("/static/app.css", "/static/v-000000000000/app.css"):
        answer = client.get(address)
        assert answer.content == now.content
        assert answer.headers["cache-control"] == "no-cache"
        assert client.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_nothing_outside_the_folder(client_as):
    client = client_as("A", "submitter")
    for path in ("%2e%2e/pages.py", "..%2fpages.py", "desk", ""):
        assert client.get(f"{ADDRESS}/{path}").status_code in (404, 405), path


def test_strangers_get_nothing(client):
    assert client.get(f"{ADDRESS}/app.css").status_code == 401


def test_the_version_changes_with_names_and_bytes(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "static")
    first = version_of(folder)
    assert first == version_of(FOLDER)
    (folder / "app.css").write_text("a{}", encoding="utf-8")
    second = version_of(folder)
    (folder / "app.css").rename(folder / "app2.css")
    assert len({first, second, version_of(folder)}) == 3


def test_after_signing_out_no_data_is_had_but_style_sheets_may_be(client_as):
    client = client_as("A", "submitter")
    assert client.get(f"{ADDRESS}/app.css").status_code == 200
    assert client.post("/api/v1/auth/sign-out").status_code in (200, 204)
    assert client.get("/api/v1/auth/me").status_code == 401
    assert client.get(f"{ADDRESS}/app.css", headers={"cookie": "session=somebody-elses"}).status_code == 401
