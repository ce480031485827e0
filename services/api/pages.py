"""Every page of every domain."""

from starlette.routing import Route

from services.api.certificates.pages import PAGES as CERTIFICATES
from services.api.cities.pages import PAGES as CITIES
from services.api.contests.pages import PAGES as CONTESTS
from services.api.layout.assets import asset
from services.api.layout.page import Pages
from services.api.layout.serve import routes
from services.api.messages.pages import PAGES as MESSAGES
from services.api.notices.pages import PAGES as NOTICES
from services.api.publications.pages import PAGES as PUBLICATIONS
from services.api.users.pages import PAGES as USERS
from services.api.users.pages import choose_language

PAGES: Pages = [*USERS, *CERTIFICATES, *CITIES, *CONTESTS, *MESSAGES, *NOTICES, *PUBLICATIONS]


def page_routes() -> list[Route]:
    return [*routes(PAGES), Route("/language", choose_language), Route("/static/{digest}/{name:path}", asset)]
