from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "whistle.accounts"
    label = "accounts"
