"""Signing in through the office's identity provider: OpenID Connect, authorisation code with PKCE, state and nonce.

Only used when ``ZUOZHENG_OIDC_ISSUER`` is set. People are matched by the provider's subject, which an administrator has
linked to their account; nobody gets an account by having an identity.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from api.audit import record
from api.errors import Forbidden, NotReady, NotSignedIn
from api.people.accounts import linked_subject
from api.people.sign_in import SignedIn, open_session
from api.settings import ServiceSettings
from api.store.engine import Store
from api.store.tables import User

TRANSPORT: httpx2.BaseTransport | None = None
"""How the provider is reached; None: over the network. Tests put one of their own here."""
# Signatures by the provider's own key; anything with our secret, or none at all, is no proof.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_TIMEOUT_S, _FRESH_S, _CLOCK_S = 10.0, 3600.0, 120
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcUnreachable(NotReady):
    """The identity provider does not answer, or not as it should."""

    code = "oidc-unreachable"


class OidcRefused(NotSignedIn):
    """The provider, or the proof it sent, says no."""

    code = "oidc-refused"


class NotLinked(Forbidden):
    """Proved to be somebody, but nobody who has an account here."""

    code = "oidc-not-linked"


@dataclass(frozen=True)
class Journey:
    """What the browser keeps (in a cookie for this purpose only) while its owner is at the provider."""

    state: str
    nonce: str
    verifier: str
    target: str

    def packed(self) -> str:
        """As a cookie's value."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")

    @classmethod
    def unpacked(cls, value: str | None) -> Journey:
        """Back from a cookie's value.

        Raises:
            OidcRefused: there is none, or it is no such value.
        """
        try:
            fields = json.loads(base64.urlsafe_b64decode((value or "") + "=" * (-len(value or "") % 4)))
            return cls(**{name: str(fields[name]) for name in ("state", "nonce", "verifier", "target")})
        except (ValueError, KeyError, TypeError) as error:
            raise OidcRefused("登录已超时，或不是从本页面开始的；请重新登录") from error


class Provider:
    """An identity provider: its addresses and keys, asked for when first needed and again every hour."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def metadata(self) -> dict[str, Any]:
        """The addresses.

        Raises:
            OidcUnreachable: it does not answer, or is another one than it should be.
        """
        found = self._get(f"{self._issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._issuer or not all(_usable(found.get(name)) for name in _ENDPOINTS):
            raise OidcUnreachable("统一身份认证的配置与设置的发行者不符；请管理员核对 ZUOZHENG_OIDC_ISSUER")
        return found

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys it signs with; ``anew``: it may have changed them."""
        return KeySet.import_key_set(self._get(self.metadata()["jwks_uri"], anew=anew))  # type: ignore[arg-type]

    def _get(self, url: str, *, anew: bool = False) -> dict[str, Any]:
        with self._lock:
            since, found = self._known.get(url, (0.0, {}))
        if found and not anew and time.monotonic() - since < _FRESH_S:
            return found
        try:
            with httpx2.Client(transport=TRANSPORT, timeout=_TIMEOUT_S) as client:
                fresh = client.get(url).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise OidcUnreachable(_AWAY) from error
        if not isinstance(fresh, dict):
            raise OidcUnreachable(_AWAY)
        with self._lock:
            self._known[url] = (time.monotonic(), fresh)
        return fresh


_AWAY = "统一身份认证暂时无法访问；请稍后再试，或用登录名和口令登录"


def _usable(address: object) -> bool:
    return isinstance(address, str) and urlsplit(address).scheme in ("https", "http")


def start(settings: ServiceSettings, provider: Provider, *, callback: str, target: str) -> tuple[str, Journey]:
    """The address to send the browser to, and what it keeps meanwhile.

    Args:
        settings: the client's id.
        provider: where to.
        callback: our address to come back to.
        target: the page that was asked for.

    Raises:
        OidcUnreachable: the provider does not answer.
    """
    journey = Journey(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), target)
    with _client(settings, callback) as client:
        url, _ = client.create_authorization_url(
            provider.metadata()["authorization_endpoint"],
            state=journey.state,
            code_verifier=journey.verifier,
            nonce=journey.nonce,
        )
    return str(url), journey


def subject_of(
    settings: ServiceSettings, provider: Provider, *, callback: str, journey: Journey, answer: Mapping[str, str]
) -> str:  # fmt: skip
    """Who came back: the provider's number for the person, proved by its signature.

    Args:
        settings: the client's id and secret.
        provider: from where.
        callback: the same as at the start.
        journey: what the browser kept.
        answer: the query of the provider's answer.

    Raises:
        OidcRefused: the provider refused, or its answer is not for this browser, this service or this moment.
        OidcUnreachable: the provider does not answer.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), journey.state.encode()) or not journey.state:
        raise OidcRefused("登录已超时，或不是从本页面开始的；请重新登录")
    if "code" not in answer:
        raise OidcRefused("统一身份认证未同意登录；请重新登录，或用登录名和口令登录")
    addresses = provider.metadata()
    try:
        with _client(settings, callback) as client:
            token = client.fetch_token(
                addresses["token_endpoint"], code=answer["code"], code_verifier=journey.verifier, grant_type="authorization_code"
            )
    except AuthlibBaseError as error:
        raise OidcRefused("统一身份认证没有确认这次登录；请重新登录") from error
    except (httpx2.HTTPError, ValueError) as error:
        raise OidcUnreachable(_AWAY) from error
    return _proved(settings, provider, str(token.get("id_token", "")), str(addresses["issuer"]), journey.nonce)


def _proved(settings: ServiceSettings, provider: Provider, id_token: str, issuer: str, nonce: str) -> str:
    try:
        try:
            decoded = jwt.decode(id_token, provider.keys(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            decoded = jwt.decode(id_token, provider.keys(anew=True), algorithms=_ALGORITHMS)
        CodeIDToken(
            decoded.claims,
            decoded.header,
            options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": settings.oidc_client_id}},
            params={"nonce": nonce, "client_id": settings.oidc_client_id},
        ).validate(leeway=_CLOCK_S)
        subject = decoded.claims["sub"]
    except (JoseError, AuthlibBaseError, ValueError, KeyError) as error:
        raise OidcRefused("统一身份认证的登录凭据未通过校验；请重新登录，仍不行请联系管理员核对时钟与设置") from error
    if not isinstance(subject, str) or not subject.strip():
        raise OidcRefused("统一身份认证没有给出人员编号；请联系管理员")
    return subject


def _client(settings: ServiceSettings, callback: str) -> OAuth2Client:
    return OAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope="openid",
        redirect_uri=callback,
        code_challenge_method="S256",
        transport=TRANSPORT,
        timeout=_TIMEOUT_S,
    )


def sign_in_as(store: Store, settings: ServiceSettings, subject: str, old_cookie: str | None) -> SignedIn:
    """Open a browser session for the person that an administrator has linked to this subject.

    A one-time password that was still waiting to be changed is void from now on: nobody needs it any more.

    Raises:
        NotLinked: nobody, or the account is closed.
    """
    with store.begin() as session:
        user = session.scalar(select(User).where(User.oidc_subject == linked_subject(settings.oidc_issuer, subject)))
        if user is not None and not user.disabled:
            if user.must_change_password:
                user.password_hash, user.must_change_password = None, False
            return open_session(session, settings, user, old_cookie)
        record(session, None, "sign_in_failed", "oidc")
    raise NotLinked(f"您的统一身份（编号 {subject}）还没有绑定本系统的账号；请把编号告诉本单位管理员，由其在“人员”中绑定后再登录")
