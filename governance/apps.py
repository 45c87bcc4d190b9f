from django.apps import AppConfig
from django.forms import Field


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "班子与规则"

    def ready(self) -> None:
        Field.default_error_messages["required"] = "请填写。"  # Django's own words are a programmer's
