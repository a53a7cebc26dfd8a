"""The desk's pages."""

from django.urls import path

from cases.views import desk, identity, keys, listing, retention, texts
from cases.views.elsewhere import register
from cases.views.handbook import handbook_page
from cases.views.kit import case_kit
from cases.views.viewer import viewer

urlpatterns = [
    path("", listing.needs_me, name="desk"),
    path("cases/", listing.case_list, name="case-list"),
    path("texts/", texts.editor, name="texts"),
    path("identity/", identity.requests, name="identity"),
    path("hand-over/", keys.hand_over, name="hand-over"),
    path("retention/", retention.page, name="retention"),
    path("retention/propose/", retention.propose_deletion, name="retention-propose"),
    path("handbook/", handbook_page, name="handbook"),
    path("elsewhere/", register, name="elsewhere"),
    path("viewer/", viewer, name="viewer"),
    path("viewer/pdf/", viewer, {"engine": "desk-viewer-pdf"}, name="viewer-pdf"),
    path("case-kit/", case_kit, name="case-kit"),
    path("cases/<str:reference>/", desk.case_page, name="case-page"),
]
