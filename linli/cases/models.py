"""A case, who reported it, who has it, and the rows of its way through the loop."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from linli.algorithms.text.sentences import said
from linli.cases import rules, states
from linli.duties.models import CatalogueEntry, Category
from linli.kernel.registers.fields import BigramField, TracksChanges
from linli.territory.models import Unit

STATE_CHOICES = [(state.code, state.label) for state in states.STATES]


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by progress, time and place."""

    def open(self) -> CaseQuerySet:
        """Cases that are not finished."""
        return self.filter(state__in=states.OPEN_STATES)

    def overdue(self, at: datetime) -> CaseQuerySet:
        """Cases with a unit whose next clock has run out."""
        return self.filter(state__in=states.WITH_UNIT, due_at__lt=at)

    def below(self, path: str) -> CaseQuerySet:
        """Cases whose place is in the subtree of a unit."""
        return self.filter(place_path__startswith=path)


class Case(TracksChanges):
    """One request or finding on its way to being closed.

    ``place`` is the smallest unit known to hold it and ``place_path`` that unit's path; ``audience`` lists the codes
    of the units that have or had a part in it: together they are what row policies look at. ``due_at`` is the next date
    that matters (the earliest running clock); the clocks themselves are rows of their own. The three dates beside it are
    those of the latest clock of each kind, kept after it has stopped: the rates are told by them.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    public_code = models.CharField("查询码", max_length=16, unique=True)
    channel = models.CharField("渠道", max_length=16)
    kind = models.CharField("诉求类型", max_length=12)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分类"
    )
    urgency = models.CharField("紧急程度", max_length=10, default="normal")
    title = models.CharField("标题", max_length=80)
    text = models.TextField("内容")
    grams = BigramField(texts=("number", "title", "text", "place_text"))

    place_text = models.CharField("地点", max_length=200, blank=True, default="")
    place_kind = models.CharField("地点类型", max_length=20, blank=True, default="")
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    place = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在网格"
    )
    place_path = models.CharField(max_length=200, blank=True, default="")

    state = models.CharField("状态", max_length=12, choices=STATE_CHOICES, default=states.RECEIVED)
    lead = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主办单位", db_index=False
    )  # fmt: skip
    audience = ArrayField(models.CharField(max_length=32), default=list)
    about = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被反映单位"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merged_count = models.PositiveIntegerField("并入件数", default=0)

    received_at = models.DateTimeField("受理时间")
    filed_at = models.DateTimeField("立案时间", null=True, blank=True)
    dispatched_at = models.DateTimeField("派遣时间", null=True, blank=True)
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    contacted_at = models.DateTimeField("首次联系", null=True, blank=True)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True)
    closed_at = models.DateTimeField("结案时间", null=True, blank=True)
    due_at = models.DateTimeField("下一时限", null=True, blank=True)
    sign_due_at = models.DateTimeField("签收时限", null=True, blank=True)
    contact_due_at = models.DateTimeField("联系时限", null=True, blank=True)
    resolve_due_at = models.DateTimeField("办结时限", null=True, blank=True)

    result = models.TextField("办理结果", blank=True, default="")
    resolved = models.BooleanField("已解决", null=True, blank=True)
    satisfied = models.PositiveSmallIntegerField("满意度", null=True, blank=True)
    supervised = models.BooleanField("督办", default=False)
    escalation = models.PositiveSmallIntegerField("升级步数", default=0)
    return_count = models.PositiveSmallIntegerField("退单次数", default=0)
    reopen_count = models.PositiveSmallIntegerField("重办次数", default=0)
    rework_count = models.PositiveSmallIntegerField("返工次数", default=0)
    excluded_reason = models.CharField("剔除原因", max_length=60, blank=True, default="")
    has_contact = models.BooleanField("可回访", default=False)
    is_secret = models.BooleanField("要求保密", default=False)

    taken_by = models.BigIntegerField("登记人", null=True, blank=True)
    source = models.CharField("外部来源", max_length=40, blank=True, default="")
    source_id = models.CharField("外部编号", max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "案件"
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state=states.MERGED),
                name="case_merged_into_only_when_merged",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="case_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(states.WITH_UNIT)) | Q(lead__isnull=False),
                name="case_with_unit_has_lead",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="case_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True) | Q(satisfied__range=(1, 5)),
                name="case_satisfied_one_to_five",
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="case_source_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="case_received"),
            models.Index(fields=["place", "category", "-received_at"], name="case_similar"),
            models.Index(fields=["due_at"], name="case_due", condition=Q(state__in=sorted(states.WITH_UNIT))),
            models.Index(fields=["state", "-received_at"], name="case_state"),
            models.Index(fields=["lead", "state"], name="case_lead"),
            models.Index(
                fields=["taken_by", "-received_at"], name="case_taken", condition=Q(taken_by__isnull=False)
            ),
            GinIndex(fields=["grams"], name="case_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Reporter(models.Model):
    """Who spoke. Every value is sealed with the reporter's own key; the phone can be found by blind index."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="reporter", primary_key=True)
    key_id = models.UUIDField()
    name = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)
    address = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    phone_tail_index = models.BinaryField(null=True)
    is_tipoff = models.BooleanField(default=False)
    wants_secrecy = models.BooleanField("要求保密", default=False)
    taken_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "诉求人"
        indexes = [
            models.Index(
                fields=["phone_index"], name="reporter_phone", condition=Q(phone_index__isnull=False)
            ),
            models.Index(
                fields=["phone_tail_index"],
                name="reporter_phone_tail",
                condition=Q(phone_tail_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"诉求人 {self.case_id}"


class Assignment(models.Model):
    """A unit's turn with a case, as lead or assisting; a new turn for each dispatch, return and hand-down."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    is_lead = models.BooleanField("主办", default=True)
    given_at = models.DateTimeField("派出")
    given_by = models.CharField("派出人", max_length=120)
    automatic = models.BooleanField("自动派遣", default=False)
    entry = models.ForeignKey(
        CatalogueEntry, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="目录条目"
    )
    reason = models.TextField("派遣理由", blank=True, default="")
    signed_at = models.DateTimeField("签收", null=True)
    ended_at = models.DateTimeField("结束", null=True)
    outcome = models.CharField("结果", max_length=16, blank=True, default="")

    class Meta:
        verbose_name = "派遣"
        indexes = [
            models.Index(fields=["unit", "-given_at"], name="assignment_unit"),
            models.Index(
                fields=["case"], name="assignment_automatic", condition=Q(automatic=True, is_lead=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_at__isnull=True, is_lead=True),
                name="assignment_one_lead_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {'主办' if self.is_lead else '协办'}"


class Clock(models.Model):
    """One clock of a case: sign, contact or resolve. What it was set by is kept, so that each date can be explained."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField("时限", max_length=10)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField("起算")
    amount = models.PositiveIntegerField("数额")
    measure = models.CharField("单位", max_length=14)
    norm_id = models.BigIntegerField(null=True)
    norm_words = models.CharField(max_length=200, blank=True, default="")
    extended = models.PositiveIntegerField("延期数额", default=0)
    due_at = models.DateTimeField("到期")
    first_due_at = models.DateTimeField("原到期")
    provisional = models.BooleanField("跨未公布年度", default=False)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField("停止", null=True)
    dropped = models.BooleanField("作废", default=False)
    warned_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "时限"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(stopped_at__isnull=True), name="clock_one_running"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="clock_running",
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class Pause(models.Model):
    """A time in which a clock stood still, with its reason and the latest moment it may last."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField("开始")
    ends_by = models.DateTimeField("最迟恢复")
    ended_at = models.DateTimeField("恢复", null=True)
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = "暂停"

    def __str__(self) -> str:
        return self.reason


class Extension(models.Model):
    """A request for more time: made before the date, decided by an arbiter. An extension, or a deferral (缓办)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("申请", max_length=8, choices=list(rules.MORE_TIME.items()), default="extend")
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.CharField("申请人", max_length=120)
    amount = models.PositiveIntegerField("延长")
    measure = models.CharField("单位", max_length=14)
    reason = models.TextField("理由")
    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by = models.CharField("决定人", max_length=120, blank=True, default="")
    granted = models.BooleanField("准许", null=True)
    decision = models.TextField("决定理由", blank=True, default="")

    class Meta:
        verbose_name = "延期申请"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="extension_decided_whole",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="extension_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.measure}"


class Objection(models.Model):
    """A unit's objection to a dispatch and its ruling: the store of precedents (派单异议)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="objections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.CharField("提出人", max_length=120)
    reason = models.TextField("理由")
    proposed = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="建议单位"
    )
    ruled_at = models.DateTimeField("裁定时间", null=True)
    ruled_by = models.CharField("裁定人", max_length=120, blank=True, default="")
    upheld = models.BooleanField("成立", null=True)
    ruling = models.TextField("裁定", blank=True, default="")

    class Meta:
        verbose_name = "派单异议"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ruled_at__isnull=True), name="objection_one_open"
            )
        ]
        indexes = [
            models.Index(
                fields=["category", "-ruled_at"], name="precedent", condition=Q(ruled_at__isnull=False)
            ),
            models.Index(fields=["-raised_at", "-id"], name="objection_raised"),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class Contact(models.Model):
    """A unit's contact with the reporter: by what way, reached or not, and what was said."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    at = models.DateTimeField("时间")
    by = models.CharField("联系人", max_length=120)
    way = models.CharField("方式", max_length=12)
    reached = models.BooleanField("联系上")
    words = models.TextField("情况")

    class Meta:
        verbose_name = "联系记录"

    def __str__(self) -> str:
        return self.words[:40]


class Callback(models.Model):
    """A call-back or the reporter's own rating: resolved? satisfied? and why."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="callbacks")
    at = models.DateTimeField("时间")
    by = models.CharField("回访人", max_length=120)
    by_reporter = models.BooleanField("诉求人自评", default=False)
    reached = models.BooleanField("联系上")
    resolved = models.BooleanField("已解决", null=True)
    satisfied = models.PositiveSmallIntegerField("满意度", null=True)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    words = models.TextField("意见", blank=True, default="")

    class Meta:
        verbose_name = "回访"
        indexes = [models.Index(fields=["-at", "-id"], name="callback_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=True) | Q(resolved__isnull=True, satisfied__isnull=True),
                name="callback_unreached_says_nothing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Supervision(models.Model):
    """A step of supervision: reminder, order or written notice, to a unit, with its own date (催办, 督办单, 通报)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supervisions")
    step = models.CharField("方式", max_length=12)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="对象")
    at = models.DateTimeField("发出时间")
    by = models.CharField("发出人", max_length=120)
    words = models.TextField("要求")
    answer_by = models.DateTimeField("回复期限", null=True)
    answered_at = models.DateTimeField("回复时间", null=True)
    answer = models.TextField("回复", blank=True, default="")

    class Meta:
        verbose_name = "督办"

    def __str__(self) -> str:
        return f"{self.step} {self.unit}"


class ApiRequest(models.Model):
    """An idempotency key that was used: the same request again gets the same case."""

    client = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "接口请求"
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="api_request_once")]

    def __str__(self) -> str:
        return self.key


class ParkedCall(models.Model):
    """What a person at the desk has typed and not yet sent, sealed whole; it is dropped when sent or when its time is over."""

    taken_by = models.BigIntegerField()
    key_id = models.UUIDField()
    sealed = models.BinaryField()
    parked = models.BooleanField("已挂起", default=False)
    saved_at = models.DateTimeField("保存时间")
    expires_at = models.DateTimeField("保留到")

    class Meta:
        verbose_name = "挂起的来电"
        indexes = [
            models.Index(fields=["taken_by", "-saved_at"], name="parked_call_of"),
            models.Index(fields=["expires_at"], name="parked_call_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.saved_at:%H:%M}"


class Proposal(models.Model):
    """A proposal of members of the political consultative conference, or a suggestion of deputies: a case with a letter.

    Who made it is the case's reporter. The answer is a formal letter, and the proposer says in three steps how it is.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="proposal")
    form = models.CharField("种类", max_length=10)
    number = models.CharField("案号", max_length=40)
    session = models.CharField("届次", max_length=60)
    joint = models.PositiveSmallIntegerField("联名人数", default=1)
    received_on = models.DateField("收到日期")
    outcome = models.CharField("办理结果", max_length=1, blank=True, default="")
    letter_number = models.CharField("复函文号", max_length=60, blank=True, default="")
    letter = models.TextField("复函正文", blank=True, default="")
    lettered_at = models.DateTimeField("复函时间", null=True)
    lettered_by = models.CharField("复函人", max_length=120, blank=True, default="")
    rating = models.CharField("提出人评价", max_length=10, blank=True, default="")
    rated_at = models.DateTimeField("评价时间", null=True)
    rating_words = models.TextField("评价意见", blank=True, default="")

    class Meta:
        verbose_name = "建议提案"
        constraints = [models.UniqueConstraint(fields=["form", "session", "number"], name="proposal_once")]
        indexes = [models.Index(fields=["-received_on"], name="proposal_received")]

    def __str__(self) -> str:
        return f"{self.session} {self.number}"

    @property
    def outcome_words(self) -> str:
        """The class of the answer in words: A 类：已经解决或采纳; nothing before it is answered."""
        words = rules.PROPOSAL_OUTCOMES.get(self.outcome, "")
        return said("%(letter)s 类：%(words)s", letter=self.outcome, words=said(words)) if words else ""


class OneTimeCode(models.Model):
    """A code sent to the reporter's own phone, so that number and phone together may open the receipt. Sealed; used once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    key_id = models.UUIDField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("有效至")
    sent_at = models.DateTimeField("发出时间", null=True)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "一次性验证码"
        indexes = [
            models.Index(fields=["case", "-made_at"], name="one_time_code_of"),
            models.Index(fields=["expires_at"], name="one_time_code_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%H:%M}"
