"""Where each door is."""

from importlib.util import find_spec

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from .health import health
from .home import home, switch

urlpatterns = [
    path("", home, name="home"),
    path("switch/", switch, name="switch"),
    path("healthz", health, name="health"),
    path("", include("accounts.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="api_docs"),
]
# While these are being written.
urlpatterns += [path("", include(app)) for app in ("meetings.urls", "governance.urls", "inspection.urls") if find_spec(app)]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
