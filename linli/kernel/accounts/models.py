"""Accounts and posts. A post is a role at a unit for a time; a person may hold several (交叉任职)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from linli.kernel.accounts.roles import role as role_of


class UserManager(BaseUserManager["User"]):
    """Finds an account by its name."""


class User(AbstractBaseUser):
    """One person who signs in. What the person may do follows from the posts, never from the account."""

    username = models.CharField("账号", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    phone = models.CharField("工作电话", max_length=30, blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    held: tuple[date, list[Post]] | None = None
    """The posts that were read together with the account, and on which day they are held."""

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """The person's name, as Django asks for it."""
        return self.display_name

    def is_locked(self, at: datetime) -> bool:
        """Whether too many wrong passwords still keep the account shut."""
        return self.locked_until is not None and at < self.locked_until


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by time, person and unit."""

    def held_on(self, day: date) -> PostQuerySet:
        """Posts that are in force on a day."""
        return self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def at_unit(self, code: str) -> PostQuerySet:
        """Posts at exactly this unit."""
        return self.filter(unit_code=code)


class Post(models.Model):
    """A role at a unit, from one day to another. The unit's path and name are kept current by ``territory``."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", verbose_name="人员")
    role = models.CharField("角色", max_length=40)
    unit_code = models.CharField("单位代码", max_length=32)
    unit_name = models.CharField("单位", max_length=80)
    scope = models.CharField("管辖路径", max_length=200)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit_code"], condition=Q(ends_on__isnull=True), name="post_open_once"
            ),
        ]
        indexes = [models.Index(fields=["unit_code", "role"], name="post_unit_role")]

    def __str__(self) -> str:
        return f"{role_of(self.role).title} · {self.unit_name}"

    @property
    def role_title(self) -> str:
        """What the role is called, in the language of the page."""
        return gettext(role_of(self.role).title)


class ApiToken(models.Model):
    """A machine that may use the interface: what it may do, where, and until when. Only a hash of the token is kept."""

    name = models.CharField("名称", max_length=60, unique=True)
    digest = models.BinaryField(unique=True)
    unit_code = models.CharField("单位代码", max_length=32)
    scope = models.CharField("管辖路径", max_length=200)
    verbs = ArrayField(models.CharField(max_length=40), verbose_name="权限", default=list)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")
    revoked_at = models.DateTimeField("收回", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="token_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name


class RateCount(models.Model):
    """How often something was asked for in a stretch of time: one row a key and stretch, counted by an upsert."""

    key = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "访问频次"
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="rate_count_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
