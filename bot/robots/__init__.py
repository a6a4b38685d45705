"""Group robots of 企业微信, 钉钉 and 飞书: their addresses, what is sent to them, and what their answers mean."""
