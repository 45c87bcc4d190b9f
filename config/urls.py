"""Where each door is."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import chain, deputising
from accounts.views.journal import subject_names, verb_words
from governance import appointing, cataloguing, communicating, filing, flooring, marking, procedures
from inspection.rectifications.reading import named_notices, named_problems
from inspection.transitions.table import VERBS as INSPECTING
from meetings.transitions.table import VERBS

from .health import health
from .home import home, switch

urlpatterns = [
    path("", home, name="home"),
    path("switch/", switch, name="switch"),
    path("healthz", health, name="health"),
    path("", include("accounts.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="api_docs"),
    path("", include("meetings.urls")),
    path("", include("governance.urls")),
    path("", include("inspection.urls")),
    path("", include("config.api")),
]

verb_words.update(chain.WORDS | deputising.WORDS)
verb_words.update({verb.name: verb.label for verb in (*VERBS.values(), *INSPECTING.values())})
verb_words.update(appointing.WORDS | communicating.WORDS | marking.WORDS)
verb_words.update(procedures.WORDS | filing.WORDS | cataloguing.WORDS | flooring.WORDS)
subject_names.update(problem=named_problems, rectification=named_notices)

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
