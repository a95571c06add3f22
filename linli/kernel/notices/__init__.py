"""Telling people: notices in the product, and the same by SMS, WeCom, DingTalk or e-mail where a unit has set it up."""
