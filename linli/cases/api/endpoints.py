"""The addresses of the interface. Each takes one call into the room."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Header, NinjaAPI, Path, Query, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from linli.algorithms.statetable import NotPossible
from linli.cases import commands, policy, rules
from linli.cases.api import schemas
from linli.cases.api.moves import MOVES
from linli.cases.commands.machines import do_once, receive_once
from linli.cases.commands.move import ChangedMeanwhile, subject_of
from linli.cases.models import Case
from linli.duties.queries.categories import categories, category_by_code
from linli.kernel.accounts import limits, tokens
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.files.commands import store_upload
from linli.kernel.files.queries import files_of
from linli.kernel.files.rules import FileRefused, Unavailable
from linli.kernel.privacy import context
from linli.territory.queries.units import join_units, tree

PAGE = 50


class Bearer(HttpBearer):
    """A token in the header says which machine asks; the database is told."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The machine of a token that is in force."""
        actor = tokens.actor_of(token, timezone.localdate())
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
            context.set_viewer(actor)
        return actor


api = NinjaAPI(
    title="邻里案件接口",
    version="1",
    auth=Bearer(),
    urls_namespace="cases:api",
    docs_url=None,
    description=__doc__,
)
REFUSALS = {
    400: schemas.Problem,
    401: schemas.Problem,
    403: schemas.Problem,
    404: schemas.Problem,
    409: schemas.Problem,
    422: schemas.Problem,
    429: schemas.Problem,
}


def _problem(request: HttpRequest, code: str, detail: str, status: int) -> HttpResponse:
    return api.create_response(request, {"code": code, "detail": detail}, status=status)


@api.exception_handler(rules.Refused)
def _refused(request: HttpRequest, error: rules.Refused) -> HttpResponse:
    conflict = isinstance(error, ChangedMeanwhile)
    return _problem(
        request, "changed_meanwhile" if conflict else "refused", str(error), 409 if conflict else 422
    )


@api.exception_handler(NotPossible)
def _not_possible(request: HttpRequest, error: NotPossible) -> HttpResponse:
    return _problem(request, "not_possible", str(error), 409)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _problem(request, "not_allowed", str(error), 403)


@api.exception_handler(FileRefused)
def _file_refused(request: HttpRequest, error: FileRefused) -> HttpResponse:
    if isinstance(error, Unavailable):
        return _problem(request, "unavailable", str(error), 503)
    return _problem(request, "file_refused", str(error), 422)


@api.exception_handler(limits.TooMany)
def _too_many(request: HttpRequest, error: limits.TooMany) -> HttpResponse:
    response = _problem(request, "too_many", str(error), 429)
    response["Retry-After"] = "60"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the document, each by its place and the name of the rule it breaks."""
    found = "；".join(
        f"{'.'.join(str(part) for part in one['loc'])}（{one['type']}）" for one in error.errors
    )
    return _problem(request, "invalid", f"请求与接口文档不符：{found}", 422)


UNREADABLE = {
    400: ("unreadable", "请求的内容读不出来，应是 UTF-8 的 JSON"),
    401: ("no_token", "没有令牌，或令牌已失效"),
}


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    code, detail = UNREADABLE.get(error.status_code, ("refused", str(error)))
    return _problem(request, code, detail, error.status_code)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _problem(request, "not_found", "没有这件案件，或不在令牌的范围内", 404)


def _asked(request: HttpRequest) -> tuple[Actor, datetime]:
    """Who asks and when; counted."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = timezone.now()
    limits.count(f"api {actor.label}", most=settings.API_PER_MINUTE, seconds=60, at=at, spread=True)
    return actor, at


def _case(actor: Actor, number: Path[Number]) -> Case:
    case = policy.visible_to(actor).select_related("category", "lead", "place").filter(number=number).first()
    if case is None:
        raise Http404
    return case


KEY = Header(min_length=8, max_length=80, pattern=r"^[\x21-\x7e]+$")
"""What tells a request that is sent again from a new one; the sender makes it up."""


@api.post("/cases", response={201: schemas.CaseOut, 200: schemas.CaseOut, **REFUSALS}, summary="登记案件")
def create(request: HttpRequest, body: schemas.CaseIn, idempotency_key: Annotated[str, KEY]) -> Any:
    """Take a request down: placed, categorised, dispatched where one rule decides. The same key again gives the same case."""
    actor, at = _asked(request)
    fingerprint = _digest(body.model_dump_json().encode())
    case, fresh = receive_once(_intake(body), key=idempotency_key, fingerprint=fingerprint, by=actor, at=at)
    join_units([case], "place", "lead")
    return Status(201 if fresh else 200, schemas.CaseOut.of(case))


def _intake(body: schemas.CaseIn) -> commands.Intake:
    category = category_by_code(body.category) if body.category else None
    if body.category and category is None:
        raise rules.Refused("没有代码为“%(code)s”的分类", code=body.category)
    return commands.Intake(
        channel="api", text=body.text, kind=body.kind or "", title=body.title, category=category, urgency=body.urgency or "",
        place_text=body.place_text, lon=body.lon, lat=body.lat, reporter=commands.ReporterFacts(**body.reporter.model_dump()),
    )  # fmt: skip


class Wanted(Schema):
    """Which cases a list shows."""

    state: Annotated[list[schemas.StateCode], Field(max_length=20)] = []  # type: ignore[valid-type]
    lead: schemas.Code = ""
    category: schemas.Code = ""
    since: schemas.Moment | None = None
    cursor: Annotated[str, Field(max_length=60)] = ""


@api.get("/cases", response={200: schemas.CasesOut, **REFUSALS}, summary="案件列表")
def listing(request: HttpRequest, wanted: Query[Wanted]) -> Any:
    """Cases of the token's scope, newest first, fifty a page."""
    actor, _ = _asked(request)
    found = policy.visible_to(actor).select_related("category", "lead", "place").order_by("-pk")
    if wanted.state:
        found = found.filter(state__in=wanted.state)
    if wanted.lead:
        found = found.filter(lead__code=wanted.lead)
    if wanted.category:
        found = found.filter(category__path__contains=f"{wanted.category}/")
    if wanted.since:
        found = found.filter(received_at__gte=wanted.since)
    if wanted.cursor:
        found = found.filter(pk__lt=_position(wanted.cursor))
    rows = list(found[: PAGE + 1])
    more = urlsafe_b64encode(str(rows[PAGE - 1].pk).encode()).decode() if len(rows) > PAGE else None
    return schemas.CasesOut(items=[schemas.CaseOut.of(case) for case in rows[:PAGE]], next=more)


def _position(cursor: str) -> int:
    try:
        return min(int(urlsafe_b64decode(cursor.encode())), 2**62)
    except ValueError:
        raise rules.Refused("翻页位置无效，请从第一页重新开始") from None


Number = Annotated[str, Field(max_length=20, pattern=r"^[0-9\-]+$")]


@api.get("/cases/{number}", response={200: schemas.CaseOut, **REFUSALS}, summary="查看案件")
def one(request: HttpRequest, number: Path[Number]) -> Any:
    """One case."""
    actor, _ = _asked(request)
    return schemas.CaseOut.of(_case(actor, number))


@api.post("/cases/{number}/moves", response={200: schemas.CaseOut, **REFUSALS}, summary="办理一步")
def move(
    request: HttpRequest,
    number: Path[Number],
    body: schemas.MoveIn,
    idempotency_key: Annotated[str | None, KEY] = None,
) -> Any:
    """Take one arrow of the table of states. With a key, the same request again takes it only once."""
    actor, at = _asked(request)
    case = _case(actor, number)
    do_once(
        lambda: MOVES[body.verb](case, body, actor, at), case=case, key=idempotency_key or "",
        fingerprint=_digest(body.model_dump_json().encode()), by=actor, at=at,
    )  # fmt: skip
    return schemas.CaseOut.of(_case(actor, number))


@api.post("/cases/{number}/files", response={201: schemas.FileOut, **REFUSALS}, summary="附件")
def attach(
    request: HttpRequest,
    number: Path[Number],
    file: File[UploadedFile],
    idempotency_key: Annotated[str | None, KEY] = None,
) -> Any:
    """Add a photo or a document; everything hidden in it is stripped before it is kept. With a key it is kept only once."""
    actor, at = _asked(request)
    case = _case(actor, number)
    policy.require(actor, "case.handle" if actor.may("case.handle") else "case.take", case)
    digest = _digest(b"".join(file.chunks()))
    file.seek(0)
    kept_at = do_once(
        lambda: store_upload(upload=file, subject=subject_of(case), purpose="case", by=actor, at=at),
        case=case, key=idempotency_key or "", fingerprint=digest, by=actor, at=at,
    )  # fmt: skip
    kept = files_of("case", case.pk).filter(at=kept_at).latest("at")
    return Status(201, schemas.FileOut(id=str(kept.id), name=kept.name, content_type=kept.content_type))


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


@api.get("/categories", response={200: list[schemas.CategoryOut], **REFUSALS}, summary="分类")
def category_list(request: HttpRequest) -> Any:
    """The category tree."""
    _asked(request)
    tree_now = categories()
    by_id = {c.pk: c.code for c in tree_now.by_code.values()}
    return [
        schemas.CategoryOut(code=c.code, name=c.name, parent=by_id.get(c.parent_id or 0, ""), leaf=c.is_leaf)
        for c in tree_now.by_code.values()
    ]


@api.get("/units", response={200: list[schemas.UnitOut], **REFUSALS}, summary="单位")
def unit_list(request: HttpRequest) -> Any:
    """The units under the token's scope, and the departments."""
    actor, _ = _asked(request)
    nodes = tree()
    return [
        schemas.UnitOut(
            code=n.code,
            name=n.name,
            kind=n.kind,
            parent=nodes.by_id[n.parent_id].code if n.parent_id in nodes.by_id else "",
        )
        for n in nodes.nodes
        if n.path.startswith(actor.scope) or n.kind == "department"
    ]
