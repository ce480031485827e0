"""Everything about invitations that can be asked or changed, joined for the schema."""

import strawberry

from services.api.invitations.accept import AcceptMutation
from services.api.invitations.activate import ActivateMutation
from services.api.invitations.invite import InvitationQuery, InviteMutation
from services.api.invitations.renew import RenewMutation

__all__ = ["InvitationMutation", "InvitationQuery"]


@strawberry.type
class InvitationMutation(InviteMutation, ActivateMutation, AcceptMutation, RenewMutation):
    pass
