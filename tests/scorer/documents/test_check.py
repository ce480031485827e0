"""What is taken as a document, and what is not and why."""

from collections.abc import Callable

import pytest

from services.scorer.documents.check import check_document
from services.scorer.uploads.refused import Refused
from tests.scorer.documents.papers import GOOD, HOSTILE


@pytest.mark.parametrize(("make", "media_type"), GOOD.values(), ids=GOOD)
def test_what_people_send_is_taken(make: Callable[[], bytes], media_type: str) -> None:
    assert check_document(make()) == media_type


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_what_it_says_is_refused(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_document(make())
    assert refused.value.problem.code == code
