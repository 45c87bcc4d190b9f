"""Checking a dossier over the API: the dossier in, the findings out. Nothing is kept."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .exchange import check, line_of
from .exchange.schema import FILE
from .rules.ruling import Mode, Outcome

MOST_BYTES = 48 * 2**20  # ten years of a large school are 40 MB
SCHEMA = FILE.read_bytes()


class AsItCame(BaseParser):
    """The reader of the format sees what a JSON parser loses: a key that stands twice, where a syntax error is."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        return stream.read(MOST_BYTES + 1)


class AskedSerializer(serializers.Serializer):
    on = serializers.DateField(required=False, help_text="检查日期，默认为今天")
    all = serializers.BooleanField(default=False, help_text="连不适用的也列出")


class CheckedFindingSerializer(serializers.Serializer):
    rule = serializers.CharField(help_text="规则编号")
    outcome = serializers.ChoiceField([one.value for one in Outcome], help_text="结论")
    mode = serializers.ChoiceField([one.value for one in Mode], help_text="程度，已按学校的性质调整")
    meeting = serializers.CharField(required=False, help_text="会议标识")
    item = serializers.IntegerField(required=False, help_text="第几项")
    matter = serializers.CharField(required=False, help_text="事项标识")
    body = serializers.ChoiceField(["party", "office"], required=False, help_text="哪个会议（仅 G-01）")
    clause = serializers.CharField(help_text="依据")
    message = serializers.CharField(help_text="什么不行、差多少、依据、怎么办")
    values = serializers.DictField(help_text="结论所依据的数")


class CheckedSerializer(serializers.Serializer):
    findings = CheckedFindingSerializer(many=True)


class FaultSerializer(serializers.Serializer):
    pointer = serializers.CharField(allow_blank=True, help_text="错误所在，JSON 指针（RFC 6901）")
    error = serializers.CharField(help_text="实际是什么，应为什么")


class FaultyDossierSerializer(serializers.Serializer):
    error = serializers.CharField()
    errors = FaultSerializer(many=True)  # type: ignore[assignment]  # a declared field, taken off the class


DOSSIER = {
    "format": "school-governance-record/1",
    "school": {"code": "s1", "name": "示范中学", "party_organization": "committee"},
    "people": [{"id": "p1", "name": "赵敏"}, {"id": "p2", "name": "钱芳"}],
    "posts": [
        {"person": "p1", "post": "party_secretary", "from": "2024-09-01"},
        {"person": "p2", "post": "principal", "from": "2024-09-01"},
    ],
    "matters": [{"id": "t1", "title": "学年工作计划", "category": "D04"}],
    "meetings": [
        {
            "id": "m1",
            "body": "party",
            "starts_at": "2025-03-05T15:00:00+08:00",
            "attendance": [{"person": "p1", "status": "present"}],
            "items": [{"no": 1, "matter": "t1", "purpose": "decide", "outcome": "passed"}],
        }
    ],
}


class Check(APIView):
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [AsItCame]

    @extend_schema(
        operation_id="check",
        summary="检查一份学校档案",
        description="请求正文是一份 school-governance-record/1 档案，格式见 /api/v1/check/schema/（JSON Schema）。"
        "回答与命令 check_records --format json 的各行相同。不保存任何内容。",
        parameters=[AskedSerializer],
        request={"application/json": {"type": "object", "externalDocs": {"url": "/api/v1/check/schema/"}}},
        responses={
            200: CheckedSerializer,
            413: OpenApiResponse(OpenApiTypes.OBJECT, "档案过大"),
            422: OpenApiResponse(FaultyDossierSerializer, "档案有错误，全部列出"),
        },
        examples=[
            OpenApiExample("档案", value=DOSSIER, request_only=True),
            OpenApiExample(
                "有错误的档案",
                value={
                    "error": "档案有 1 处错误，没有检查。",
                    "errors": [{"pointer": "/meetings/3/starts_at", "error": "缺少必填的 starts_at（开始时间）"}],
                },
                response_only=True,
                status_codes=["422"],
            ),
        ],
    )
    def post(self, request):
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        text = request.data or b""
        if len(text) > MOST_BYTES:
            said = f"档案超过 {MOST_BYTES // 2**20} MB，不能在此检查。请按年度分成几份，或使用命令 check_records。"
            return Response({"error": said}, status=413)
        on = asked.validated_data.get("on") or timezone.localdate()
        checked = check(text, on=on, include_not_applicable=asked.validated_data["all"])
        if checked.faults:
            errors = [{"pointer": fault.pointer, "error": fault.error} for fault in checked.faults]
            return Response({"error": f"档案有 {len(errors)} 处错误，没有检查。", "errors": errors}, status=422)
        return Response({"findings": [line_of(finding) for finding in checked.findings]})


class CheckSchema(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="check_schema",
        summary="学校档案的 JSON Schema",
        responses={(200, "application/schema+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request):
        return HttpResponse(SCHEMA, content_type="application/schema+json")
