from django.apps import AppConfig


class ChannelConfig(AppConfig):
    name = "whistle.channel"
    label = "channel"
