"""What the provider says of a person beside who they are."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):  # type: ignore[misc]  # the package has no types
    oidc_claim_scope = None

    def get_additional_claims(self, request: object) -> dict[str, str]:
        return {"preferred_username": request.user.username, "name": f"{request.user.username} 同志"}  # type: ignore[attr-defined]
