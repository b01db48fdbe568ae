import pytest

from kerasgan.utils import look_up

pytestmark = pytest.mark.once

TABLE = {"hinge": 1, "minimax": 2}


def test_a_known_name_gives_its_entry():
    assert look_up("hinge", TABLE, "loss") == 1


def test_near_names_are_offered():
    with pytest.raises(ValueError, match="`loss`. Did you mean 'hinge'"):
        look_up("hings", TABLE, "loss")


@pytest.mark.parametrize("name", ["xyz", 3, None])
def test_all_names_are_listed_where_none_is_near(name):
    with pytest.raises(ValueError, match="Known: hinge, minimax. Received"):
        look_up(name, TABLE, "loss")
