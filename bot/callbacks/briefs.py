"""Payloads of briefs (简报)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class BriefTap(Payload, tag="zb"):
    """简报 of one activity."""

    activity: int


@dataclass(frozen=True)
class MonthBriefTap(Payload, tag="zm"):
    """简报 of a month."""

    year: int
    month: int


@dataclass(frozen=True)
class TemplateTap(Payload, tag="zt"):
    """换模板: which one is in use, and which fields there are."""


@dataclass(frozen=True)
class TemplateFileTap(Payload, tag="zf"):
    """Send the template that is in use."""


@dataclass(frozen=True)
class TemplateResetTap(Payload, tag="zr"):
    """用回自带的模板: go back to the built-in template of the brief."""
