import numpy as np
import pytest

from kerasgan.utils import check_count

pytestmark = pytest.mark.once


@pytest.mark.parametrize("value", [1, 7, np.int64(3), np.uint8(1)])
def test_whole_numbers_of_any_kind_are_taken(value):
    check_count("n", value)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "3", None, np.array(3)])
def test_all_else_is_refused_by_name(value):
    with pytest.raises(ValueError, match="`n` must be.* least 1. Received: n="):
        check_count("n", value)


def test_the_least_may_be_another():
    check_count("n", 0, least=0)
    with pytest.raises(ValueError, match="at least 20. Received: n=19"):
        check_count("n", 19, least=20)
