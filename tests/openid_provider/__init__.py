"""A real OpenID provider for tests; `__main__.py` runs it. What both sides know stands here."""

CLIENT_ID = "livecup"
CLIENT_SECRET = "a-secret-of-tests-alone"
PEOPLE = ("zhang.bureau", "li.bureau", "王五")
PASSWORD = "a-password-at-the-provider"
