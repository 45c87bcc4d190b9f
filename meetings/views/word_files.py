"""Papers as Word files, for whoever must work on them; what is issued stays as it is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from governance.access import school_for

from ..access import document_for
from ..documents import paper_of, word
from ..documents.blocks import Paper
from ..viewing import seen_of_document


def handed_out_as_word(paper: Paper, name: str, *, draft: bool) -> HttpResponse:
    response = HttpResponse(word.docx(paper, draft=draft), content_type=word.TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.docx")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_GET
def document_word(request, school, pk):
    by = school_for(request.user, school, granted=True)
    issued = document_for(by, pk)
    seen_of_document(by, "document_word", issued)
    return handed_out_as_word(paper_of(issued), f"{issued.frozen['school']}{issued.number}", draft=False)


urlpatterns = [path("meetings/documents/<int:pk>.docx", document_word, name="document_word")]
