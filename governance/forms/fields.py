"""Fields that more than one form has."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django import forms

from accounts.forms import DayField, plausible_year

__all__ = ["DayField", "MomentField", "YuanField"]


class MomentField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_validators = [plausible_year]

    def __init__(self, **more):
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **more)


class YuanField(forms.DecimalField):
    """Money as people write it: 120000, 12万, 120,000元."""

    widget = forms.TextInput(
        attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": "例如 120000 或 12万"}
    )

    def to_python(self, value):
        text = re.sub(r"[\s,¥￥元]", "", unicodedata.normalize("NFKC", str(value if value is not None else "")))
        if not text:
            return None
        try:
            amount = Decimal(text.removesuffix("万")) * (10000 if text.endswith("万") else 1)
        except InvalidOperation:
            raise forms.ValidationError("请填写金额，例如 120000 或 12万。") from None
        return super().to_python(amount)
