"""A real OpenID provider on loopback: django-oauth-toolkit with a database in memory.

    python -m tests.openid_provider PORT REDIRECT_URI

It signs people in with a page of its own, asks for PKCE, and knows the users of `PEOPLE` with one password.
"""

import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, PEOPLE

LOGIN_PAGE = "<form method=post>{% csrf_token %}{{ form }}<input type=hidden name=next value='{{ next }}'></form>"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def configure(port: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.configure(
        DEBUG=False,
        SECRET_KEY="of a provider that lives for one test",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.openid_provider.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN_PAGE}),
                        "django.template.loaders.app_directories.Loader",
                    ],
                    "context_processors": ["django.contrib.auth.context_processors.auth"],
                },
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "OIDC_RSA_PRIVATE_KEY": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "profile": "how they are called"},
            "OAUTH2_VALIDATOR_CLASS": "tests.openid_provider.claims.Claims",
        },
    )


def fill(redirect_uri: str) -> None:
    from django.contrib.auth import get_user_model
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    for login in PEOPLE:
        get_user_model().objects.create_user(login, password=PASSWORD)
    get_application_model().objects.create(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=redirect_uri,
        algorithm="RS256",
        skip_authorization=True,
    )


def main(port: int, redirect_uri: str) -> None:
    with WSGIServer(("127.0.0.1", port), Quiet) as server:
        port = server.server_port
        configure(port)
        django.setup()
        fill(redirect_uri)
        server.set_app(get_wsgi_application())
        print(port, flush=True)  # noqa: T201  whoever started it waits for this line
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
