"""The auditor's pages."""

from django.urls import path

from whistle.audit import views, views_acts, views_files

urlpatterns = [
    path("", views.log_page, name="log"),
    path("access/", views.access_page, name="log-access"),
    path("sample/", views_acts.draw_sample, name="log-draw"),
    path("sample/<int:index>/", views.sample_page, name="log-sample"),
    path("export/", views_acts.download, name="log-export"),
    path("alarms/<int:pk>/", views_acts.answer_alarm, name="log-alarm"),
    path("policy", views_files.policy_file, name="log-policy"),
    path("documents/<str:kind>/<str:digest>", views_files.document_file, name="log-document"),
    path("<str:log>/", views.log_page, name="log-of"),
    path("<str:log>/checkpoint", views_files.checkpoint_file, name="log-checkpoint"),
    path("<str:log>/tile/<path:tile>", views_files.tile_file, name="log-tile"),
    path("<str:log>/proof/<int:index>", views_files.proof_file, name="log-proof"),
    path("<str:log>/review/", views_acts.sign_off, name="log-review"),
    path("<str:log>/verified/", views_acts.note_verified, name="log-verified"),
]
