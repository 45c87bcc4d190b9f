"""What a sample promises whoever draws it again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.sampling import SEVERITIES, Stratum, allotted, digest_of, draw

stratum = st.builds(Stratum, st.sampled_from(["a", "b"]), st.sampled_from("DHPF"), st.sampled_from(SEVERITIES))
population = st.dictionaries(st.integers(1, 10**6), stratum, max_size=40)
quick = settings(max_examples=25, deadline=None)


@quick
@given(population, st.integers(0, 60), st.text(max_size=8))
def test_as_many_as_asked_and_no_more_than_there_are(everyone, size, seed):
    drawn = draw(everyone, size=size, seed=seed)
    assert sum(len(one.items) for one in drawn) == min(size, len(everyone))
    assert sum(one.there for one in drawn) == len(everyone)
    for one in drawn:
        assert len(set(one.items)) == len(one.items) <= one.there
        assert all(everyone[item] == one.stratum for item in one.items)
    if size >= len(drawn):
        assert all(one.items for one in drawn)


@quick
@given(population, st.integers(0, 60), st.randoms())
def test_the_same_seed_draws_the_same_in_whatever_order_they_come(everyone, size, chance):
    shuffled = list(everyone.items())
    chance.shuffle(shuffled)
    assert draw(dict(shuffled), size=size, seed="7") == draw(everyone, size=size, seed="7")
    assert digest_of(dict(shuffled)) == digest_of(everyone)


@quick
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=30), st.integers(0, 10**6))
def test_proportion_is_kept_to_less_than_one(there, size):
    share = allotted(there, size)
    size = min(size, sum(there))
    assert sum(share) == size and all(0 <= one <= many for one, many in zip(share, there, strict=True))
    rest, left = size - len(there), sum(there) - len(there)
    if rest > 0:
        assert all(abs((one - 1) * left - rest * (many - 1)) < left for one, many in zip(share, there, strict=True))


def test_the_gravest_come_first_and_then_the_many():
    a, b = Stratum("a", "D", "met"), Stratum("b", "F", "block")
    everyone = {n: a for n in range(1, 100)} | {n: b for n in range(100, 104)}
    assert [(one.stratum, len(one.items)) for one in draw(everyone, size=1, seed="x")] == [(b, 1), (a, 0)]
    assert [len(one.items) for one in draw(everyone, size=12, seed="x")] == [1, 11]


def test_a_draw_can_be_done_again_with_any_other_program():
    everyone = {pk: Stratum("a", "D", "met") for pk in (11, 12, 13)}
    # printf 7:12 | sha256sum begins with 0d62, of 7:11 with c568, of 7:13 with ec3a
    assert draw(everyone, size=3, seed="7")[0].items == (12, 11, 13)
