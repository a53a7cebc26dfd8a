"""Addresses of the plan: `public_urlpatterns` under /plan/, `desk_urlpatterns` under /desk/plan/."""

from django.urls import path

from whistle.plan.views import (
    control,
    desk,
    imports,
    public,
    report_desk,
    report_public,
    review,
    status,
    work,
)

public_urlpatterns = [
    path("", public.plan_page, name="plan"),
    path("<str:lang>/", public.plan_page, name="plan-public"),
    path("<str:lang>/plan.json", public.plan_json, name="plan-json"),
    path("<str:lang>/plan.csv", public.plan_csv, name="plan-csv"),
    path("<str:lang>/report/<int:year>/", report_public.report_page, name="plan-report"),
    path("<str:lang>/report/<int:year>/report.json", report_public.report_json, name="plan-report-json"),
    path("<str:lang>/report/<int:year>/report.csv", report_public.report_csv, name="plan-report-csv"),
    path("<str:lang>/report/<int:year>/report.pdf", report_public.report_pdf, name="plan-report-pdf"),
    path("<str:lang>/proof/<str:indicator>/", public.proof_page, name="plan-proof"),
]

desk_urlpatterns = [
    path("", desk.plan_page, name="desk-plan"),
    path("plan.xlsx", desk.plan_xlsx, name="desk-plan-xlsx"),
    path("proof/<str:indicator>/", desk.proof_page, name="desk-plan-proof"),
    path("report/", report_desk.report_page, name="desk-plan-report"),
    path("report/draft/", report_desk.make_draft, name="desk-plan-report-draft"),
    path("report/<int:year>/preview.pdf", report_desk.preview_pdf, name="desk-plan-report-pdf"),
    path("report/<int:year>/publish/", report_desk.publish, name="desk-plan-report-publish"),
    path("import/", imports.import_page, name="desk-plan-import"),
    path("import/take-in/", imports.import_take_in, name="desk-plan-take-in"),
    path("review/", review.review_page, name="desk-plan-review"),
    path("review/proposals/<int:proposal>/", review.answer_proposal, name="desk-plan-proposal"),
    path("review/risks/<str:code>/", review.assess, name="desk-plan-assess"),
    path("status/", status.status_page, name="desk-plan-status"),
    path("status/status.pdf", status.status_pdf, name="desk-plan-status-pdf"),
    path("mine/", work.my_measures, name="desk-my-measures"),
    path("measures/<str:code>/", work.measure_page, name="desk-measure"),
    path("measures/<str:code>/control/", control.control_page, name="desk-control"),
    path("measures/<str:code>/control/record/", control.record, name="desk-control-record"),
    path("measures/<str:code>/attest/", work.attest, name="desk-measure-attest"),
    path("measures/<str:code>/status/", work.start, name="desk-measure-status"),
    path("measures/<str:code>/words/<int:word>/", work.answer, name="desk-measure-answer"),
]
