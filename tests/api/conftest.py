"""Fixtures of the service's tests.

``database_url``
    A fresh, migrated, empty database; every test that uses it (directly or not) runs on SQLite and on PostgreSQL.
    The PostgreSQL server is the one in ``ZUOZHENG_TEST_POSTGRES`` (any database's address, of somebody who may create
    databases), else one started for the run; without PostgreSQL these cases are skipped. Mark a test
    ``@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`` to run it on one database only.
``settings``
    ``ServiceSettings`` on that database with a fresh data folder and no embedded workers.
``app``, ``service``
    ``create_app(settings)`` and its parts (``app.state.service``).
``client``
    A ``TestClient`` of a stranger (own cookie jar, lifespan run, exceptions answered as in real life).
``people``
    Organisations ``A`` and ``B`` with ``admin``, ``reviewer``, ``submitter`` each (logins ``admin-a`` … , password ``PASSWORD``);
    ``people[("A", "reviewer")]`` is the ``Identity``, ``people.org["A"]`` the organisation's id.
    A's admin is also the operator.
``client_as``
    ``client_as("A", "reviewer")``: a ``TestClient`` signed in with the CSRF header in place; one per person and test.
``token_as``
    ``token_as("A", "reviewer")``: headers ``{"Authorization": "Bearer …"}`` of an API token.
``finished_package``
    ``finished_package("A")``, ``finished_package("A", by="submitter", name=…, photos=True)``: the id of a package with files, a
    run that is done and a stored result, made from hand-built pages without OCR (``tests/api/packages.py`` has the pages).

Passwords are hashed with cheap parameters here, and opening a desk starts no process that makes pictures.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import get_args

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access import Identity, Role
from api.app import create_app
from api.people import passwords
from api.people.sign_in import identity_of
from api.people.tokens import create_token
from api.service import Service
from api.settings import ServiceSettings
from api.store import engine as engine_module
from api.store.engine import make_engine, migrate
from api.store.pictures import Pictures
from api.store.tables import Organisation, User
from tests.api.databases import Postgres, postgres_server
from tests.api.packages import store_finished

PASSWORD = "mimi-hao-9876"

ClientAs = Callable[[str, str], TestClient]


class People(dict[tuple[str, str], Identity]):
    """Everybody by organisation and role."""

    def __init__(self) -> None:
        super().__init__()
        self.org: dict[str, str] = {}


@pytest.fixture(autouse=True, scope="session")
def _cheap() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    # Every desk that is opened would start a process for pictures.
    patch.setattr(Pictures, "warm", lambda self: None)
    # No test cuts the power.
    patch.setattr(engine_module, "SYNCHRONOUS", "NORMAL")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | None]:
    """The server, None where there is none."""
    with postgres_server() as url:
        if url is None:
            yield None
            return
        server = Postgres(url)
        yield server
        server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        path = tmp_path / "data" / "zuozheng.sqlite"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres | None = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    with server.new() as url:
        yield url


def settings_for(database_url: str, data_dir: Path) -> ServiceSettings:
    """Without embedded workers, and with nothing from the environment's file."""
    return ServiceSettings(
        _env_file=None,
        data_dir=data_dir,
        # SQLite lies where it does by default, so that the job system gets a file of its own, too.
        database_url="" if database_url.startswith("sqlite") else database_url,
        embedded_workers=0,
    )


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    return settings_for(database_url, tmp_path / "data")


@pytest.fixture
def app(settings: ServiceSettings) -> Iterator[FastAPI]:
    made = create_app(settings)
    yield made
    made.state.service.store.engine.dispose()


@pytest.fixture
def service(app: FastAPI) -> Service:
    return app.state.service


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as stranger:
        yield stranger


def make_people(service: Service) -> People:
    """Everybody, in an empty database."""
    everybody = People()
    hashed = passwords.hash_password(PASSWORD)
    with service.store.begin() as session:
        for letter in "AB":
            organisation = Organisation(name=f"{letter}市工业和信息化局")
            session.add(organisation)
            session.flush()
            everybody.org[letter] = organisation.id
            for role in get_args(Role):
                user = User(
                    org_id=organisation.id,
                    login=f"{role}-{letter.lower()}",
                    name=f"{letter}{role}",
                    role=role,
                    password_hash=hashed,
                    operator=(letter, role) == ("A", "admin"),
                )
                session.add(user)
                session.flush()
                everybody[(letter, role)] = identity_of(user)
    return everybody


@pytest.fixture
def people(service: Service) -> People:
    return make_people(service)


@contextmanager
def clients_of(app: FastAPI, people: People) -> Iterator[ClientAs]:
    """Makes signed-in clients, one per person; the app runs already."""
    made: dict[tuple[str, str], TestClient] = {}

    def signed_in(organisation: str, role: str) -> TestClient:
        key = (organisation, role)
        if key not in made:
            fresh = TestClient(app, raise_server_exceptions=False)
            answer = fresh.post("/api/v1/auth/sign-in", json={"login": people[key].login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            fresh.headers["X-CSRF-Token"] = answer.json()["csrf"]
            made[key] = fresh
        return made[key]

    with ExitStack() as stack:
        yield signed_in
        for one in made.values():
            stack.callback(one.close)


@pytest.fixture
def client_as(app: FastAPI, client: TestClient, people: People) -> Iterator[ClientAs]:
    with clients_of(app, people) as signed_in:
        yield signed_in


@pytest.fixture
def token_as(service: Service, people: People) -> Callable[[str, str], dict[str, str]]:
    def headers(organisation: str, role: str) -> dict[str, str]:
        with service.store.begin() as session:
            _, secret = create_token(session, people[(organisation, role)], name="Test", scope="api", days=None)
        return {"Authorization": f"Bearer {secret}"}

    return headers


@pytest.fixture
def finished_package(service: Service, people: People) -> Callable[..., str]:
    def make(
        organisation: str = "A", *, by: str = "reviewer", name: str = "福建闽江精密机械股份有限公司", photos: bool = False
    ) -> str:
        return store_finished(service, people[(organisation, by)], name=name, photos=photos)

    return make
