"""One's own token: made, shown once, revoked."""

from django.urls import reverse
from rest_framework.authtoken.models import Token


def test_a_token_is_shown_once(cast, sign_in):
    client = sign_in(cast.wang)
    url = reverse("api_token")
    assert "还没有令牌" in client.get(url).content.decode()
    client.post(url, {"act": "make"})
    token = Token.objects.get(user=cast.wang)
    assert token.key in client.get(url).content.decode()
    assert token.key not in client.get(url).content.decode()
    assert client.get("/api/v1/schools/", headers={"Authorization": f"Token {token.key}"}).status_code == 200


def test_a_new_token_ends_the_old_one_and_a_revoked_one_opens_nothing(cast, sign_in, client):
    url = reverse("api_token")
    browser = sign_in(cast.wang)
    browser.post(url, {"act": "make"})
    first = Token.objects.get(user=cast.wang).key
    browser.post(url, {"act": "make"})
    second = Token.objects.get(user=cast.wang).key
    assert first != second
    browser.post(url, {"act": "revoke"})
    assert not Token.objects.filter(user=cast.wang).exists()
    client.logout()
    for key in (first, second):
        assert client.get("/api/v1/schools/", headers={"Authorization": f"Token {key}"}).status_code == 401


def test_the_description_of_the_api_is_complete_and_loads_nothing_from_elsewhere(cast, sign_in):
    client = sign_in(cast.wang)
    schema = client.get(reverse("schema"), headers={"Accept": "application/json"}).json()
    assert {"/api/v1/matters/", "/api/v1/meetings/{id}/", "/api/v1/findings/", "/api/v1/schools/{code}/"} <= set(
        schema["paths"]
    )
    page = client.get(reverse("api_docs"))
    assert page.status_code == 200
    assert "//cdn" not in page.content.decode()
