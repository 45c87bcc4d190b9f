"""The tree of organisations: whoever oversees a place oversees what hangs below it, and nothing that moved away."""

from accounts.models import Organisation
from tests import cast as people


def test_what_hangs_below_moves_along(db):
    county, city = people.authority("county", "县教育局"), people.authority("city", "市教育局")
    district = people.authority("area", "片区", parent=county)
    school = people.school("school", "片区小学", district)
    district.parent = city
    district.save()
    school = Organisation.objects.get(pk=school.pk)
    assert school.line == [city.pk, district.pk, school.pk]
    assert not Organisation.objects.filter(path__startswith=county.path).exclude(pk=county.pk).exists()
