"""GraphQL for people and programs. The enumerations are named to strawberry before any type mentions one."""

from services.api import enums as enums
