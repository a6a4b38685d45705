"""The group robots of 企业微信, 钉钉 and 飞书 as their platforms serve them, refusals and all."""
