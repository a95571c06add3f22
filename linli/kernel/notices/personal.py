"""What notices keep: no notice holds a reporter's data, and a channel belongs to a unit."""

from __future__ import annotations

from linli.kernel.privacy.catalogue import declare_not_personal

declare_not_personal("notices.Channel", "单位的通知渠道地址，属于单位不属于个人")
