"""Mail, outbound only: a channel that hands messages to a mail server, and hears nothing."""
