"""What a personal token may change, of what its holder may change: `decisions` says that."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from services.api.decisions.mutations import MUTATIONS
from services.shared.vocabulary import TokenScope

# What no personal token does, whatever its scope: managing accounts, and seeing or removing personal data.
NEVER_BY_TOKEN: frozenset[str] = frozenset(
    {
        # Accounts: users, tokens, invitations
        "signIn",
        "signOut",
        "signOutEverywhere",
        "changePassword",
        "createUser",
        "disableUser",
        "enableUser",
        "resetTotp",
        "grantRole",
        "revokeGrant",
        "createToken",
        "revokeToken",
        "beginTotp",
        "confirmTotp",
        "disableTotp",
        "inviteUser",
        "revokeInvitation",
        "acceptInvitation",
        "renewAccess",
        "issueActivationCodes",
        "linkIdentity",
        "unlinkIdentity",
        # Personal data and documents
        "revealPersonalData",
        "eraseContestant",
        "createDocument",
        "viewDocument",
        "archiveContest",
        "fetchArchive",
        "fetchCertificate",
        "issueCertificates",
        "deleteDocument",
        "fileAppeal",
        "revealFiler",
        "exportCityList",
        "exportMessages",
        "markUpload",
    }
)

# What a personal token may change, of what its holder may change.
BY_TOKEN: Mapping[TokenScope, AbstractSet[str]] = {
    TokenScope.READ: frozenset(),
    TokenScope.UPLOAD: frozenset({"createUpload", "completeUpload", "withdrawUpload", "importRoster"}),
    TokenScope.FULL: MUTATIONS.keys() - NEVER_BY_TOKEN,
}
