"""Beginning to join the provider's account to one's own."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.errors import Conflict, ConflictError, NotAllowed, NotAllowedError
from services.api.single_sign_on.journey import link_ticket


@strawberry.type(description="Where to go on, in the browser that is signed in. (前往关联)")
class LinkIdentityPayload:
    url: str = strawberry.field(
        description="Open it within five minutes; only the session of the same user is let through. (关联地址)"
    )


LinkIdentityResult = Annotated[
    LinkIdentityPayload | NotAllowed | Conflict,
    strawberry.union("LinkIdentityResult", description="What linkIdentity answers. (关联统一登录的结果)"),
]


@strawberry.type
class SingleSignOnMutation:
    @strawberry.mutation(
        description="Begins to join the viewer's account at the OpenID provider to their account here. (关联统一登录)"
    )
    async def link_identity(self, info: Info) -> LinkIdentityResult:
        context = info.context
        if context.viewer.user_id is None:
            raise NotAllowedError
        if not context.resources.settings.oidc_issuer:
            raise ConflictError("SINGLE_SIGN_ON_OFF")
        context.nothing_to_record()  # joining is recorded when it is done
        ticket = link_ticket(context.resources.vault, context.viewer.user_id)
        return LinkIdentityPayload(url=f"{context.resources.settings.site}/sign-in/oidc?link={ticket}")
